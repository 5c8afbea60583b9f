import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const PROJECT = resolve(import.meta.dirname, '..')
const MAX_FILE_LINES = 400
const MAX_FUNCTION_LINES = 60
const MAX_LINE_CHARACTERS = 160

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (name === 'node_modules' || name === 'dist') return []
    return statSync(path).isDirectory() ? filesBelow(path) : /\.tsx?$/.test(name) ? [path] : []
  })
}

const files = ['src', 'clients', 'web', 'sample', 'test', 'bench', 'scripts'].flatMap((folder) =>
  filesBelow(join(PROJECT, folder)),
)
const sources = files.map((path) => ({
  path: relative(PROJECT, path),
  lines: readFileSync(path, 'utf8').trimEnd().split('\n'),
}))
const code = sources.filter(({ path }) => !/\.test\.tsx?$/.test(path) && !path.startsWith('web/src/text/'))

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0

/** Lengths of functions that start a line at one indentation and end with a brace at the same one. */
function functionLengths(lines: readonly string[]): { readonly line: number; readonly length: number }[] {
  const found: { line: number; length: number }[] = []
  lines.forEach((text, start) => {
    const opens = /^(\s*)(?:export )?(?:async )?(?:function\*? |const \w+ = (?:async )?\(.*=> \{$)/.exec(text)
    if (!opens) return
    const end = lines.findIndex((other, i) => i > start && other.startsWith(`${opens[1] ?? ''}}`))
    if (end > start) found.push({ line: start + 1, length: end - start + 1 })
  })
  return found
}

test('finds the code it measures', () => {
  expect(code.length).toBeGreaterThan(80)
})

test('keeps every file under 400 lines, half of them under 90, nine in ten under 220', () => {
  const long = code
    .filter(({ lines }) => lines.length > MAX_FILE_LINES)
    .map(({ path, lines }) => `${path} ${lines.length}`)
  expect(long).toEqual([])
  const lengths = code.map(({ lines }) => lines.length)
  expect(quantile(lengths, 0.5)).toBeLessThanOrEqual(90)
  expect(quantile(lengths, 0.9)).toBeLessThanOrEqual(220)
})

test('keeps every function under 60 lines, half of them under 12, nine in ten under 35', () => {
  const all = code.flatMap(({ path, lines }) => functionLengths(lines).map((each) => ({ path, ...each })))
  expect(all.length).toBeGreaterThan(200)
  expect(
    all
      .filter(({ path, length }) => length > MAX_FUNCTION_LINES && !path.endsWith('.tsx'))
      .map(({ path, line, length }) => `${path}:${line} ${length}`),
  ).toEqual([])
  expect(
    quantile(
      all.map(({ length }) => length),
      0.5,
    ),
  ).toBeLessThanOrEqual(12)
  expect(
    quantile(
      all.map(({ length }) => length),
      0.9,
    ),
  ).toBeLessThanOrEqual(35)
})

test('has no any, no non-null assertion, no silenced checker', () => {
  const wrong = code.flatMap(({ path, lines }) =>
    lines.flatMap((text, i) =>
      /:\s*any\b[^:]|<any>|\bas any\b|@ts-ignore|@ts-nocheck|biome-ignore-all/.test(text) &&
      !/^\s*(\/\/|\/?\*)/.test(text)
        ? [`${path}:${i + 1}`]
        : [],
    ),
  )
  expect(wrong).toEqual([])
})

test('has no drawer for odds and ends', () => {
  const drawers = sources.filter(({ path }) => /\b(utils?|helpers?|common|misc|manager)\b/.test(basename(path)))
  expect(drawers.map(({ path }) => path)).toEqual([])
})

test('names files in kebab case', () => {
  expect(
    sources
      .map(({ path }) => path)
      .filter((path) => !/^[a-z0-9-]+(\.[a-z]+)*\.tsx?$/.test(basename(path)) && !/zh-TW/.test(path)),
  ).toEqual([])
})

test('leaves no unfinished mark and no waiting by sleep in tests', () => {
  const marks = sources
    .filter(({ path }) => !path.endsWith('tidy.test.ts'))
    .flatMap(({ path, lines }) =>
      lines.flatMap((text, i) =>
        /\b(TODO|FIXME|XXX|HACK)\b|\btest\.only\b|\bdescribe\.only\b/.test(text) ? [`${path}:${i + 1}`] : [],
      ),
    )
  expect(marks).toEqual([])
})

// SQL and XML in template literals cannot be broken without changing what they say.
test('keeps lines readable', () => {
  const wide = code.flatMap(({ path, lines }) =>
    lines.flatMap((text, i) =>
      text.length > MAX_LINE_CHARACTERS && !text.includes('`') && !/^\s*['"]/.test(text)
        ? [`${path}:${i + 1} ${text.length}`]
        : [],
    ),
  )
  expect(wide).toEqual([])
})
