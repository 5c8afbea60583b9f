import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { generateSample } from './generate.ts'
import { takeFolder } from './out-folder.ts'

const MAIN = resolve(import.meta.dirname, 'main.ts')
const options = { accesses: 10_000, seed: 115, days: 40, end: '2026-11-22' }
let root: string
let made: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'shoumi-out-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))
beforeEach(() => {
  made = join(root, 'made')
  rmSync(made, { recursive: true, force: true })
})

function folderWith(names: readonly string[]): string {
  mkdirSync(made, { recursive: true })
  for (const name of names) writeFileSync(join(made, name), `content of ${name}`)
  return made
}
const codeOf = (out: string) => {
  const taken = takeFolder(out)
  return taken.ok ? 'taken' : taken.error.code
}

test('a folder that is not there is made, and an empty one is taken as it is', () => {
  expect(codeOf(join(root, 'new', 'deep'))).toBe('taken')
  expect(codeOf(folderWith([]))).toBe('taken')
})

test('a folder with anything in it and no manifest of ours is refused, and nothing in it is touched', () => {
  const folder = folderWith(['report.docx', 'police-access.jsonl'])
  expect(codeOf(folder)).toBe('not-ours')
  expect(readdirSync(folder).sort()).toEqual(['police-access.jsonl', 'report.docx'])
})

test.each([
  ['that is somebody else’s', '{"name":"web app","files":[]}'],
  ['that does not read', '{"madeBy":'],
  ['that names a file outside the folder', '{"madeBy":"shoumi-sample","writes":["../kept.txt"]}'],
  ['that names what a sample never writes', '{"madeBy":"shoumi-sample","writes":["report.docx"]}'],
])('a manifest %s gives no leave to delete', (_, manifest) => {
  const folder = folderWith(['report.docx'])
  writeFileSync(join(root, 'kept.txt'), 'kept')
  writeFileSync(join(folder, 'manifest.json'), manifest)
  expect(codeOf(folder)).toBe('not-ours')
  expect(readdirSync(folder).sort()).toEqual(['manifest.json', 'report.docx'])
  expect(readFileSync(join(root, 'kept.txt'), 'utf8')).toBe('kept')
})

test('an earlier sample is replaced: its own files go, a file that somebody put beside them stays', async () => {
  const first = await generateSample({ ...options, out: made })
  writeFileSync(join(made, 'my notes.txt'), 'mine')
  expect(codeOf(made)).toBe('taken')
  expect(readdirSync(made)).toEqual(['my notes.txt'])
  rmSync(join(made, 'my notes.txt'))
  await generateSample({ ...options, out: made })
  expect(readdirSync(made).sort()).toEqual(
    [...first.files.map(({ path }) => path), 'manifest.json', 'truth.jsonl'].sort(),
  )
})

test('a file of somebody’s that bears the name of one to be written is not written over', async () => {
  await generateSample({ ...options, out: made })
  const manifest = JSON.parse(readFileSync(join(made, 'manifest.json'), 'utf8')) as { writes: string[] }
  manifest.writes = manifest.writes.filter((name) => name !== 'police-stop.tsv')
  writeFileSync(join(made, 'manifest.json'), JSON.stringify(manifest))
  const before = readdirSync(made)
  expect(codeOf(made)).toBe('not-ours')
  expect(readdirSync(made)).toEqual(before)
})

test('a sample whose making was cut short is known as ours and replaced', () => {
  const folder = folderWith(['police-stop.tsv'])
  writeFileSync(join(folder, 'manifest.json'), '{"madeBy":"shoumi-sample","writes":["truth.jsonl","police-stop.tsv"]}')
  expect(codeOf(folder)).toBe('taken')
  expect(readdirSync(folder)).toEqual([])
})

test('a link in place of the folder or of a file in it is refused, and what it leads to stays', async () => {
  await generateSample({ ...options, out: made })
  symlinkSync(made, join(root, 'link'))
  expect(codeOf(join(root, 'link'))).toBe('unsuitable')
  expect(codeOf(`${join(root, 'link')}/`)).toBe('unsuitable')
  const outside = join(root, 'outside.tsv')
  writeFileSync(outside, 'kept')
  rmSync(join(made, 'police-stop.tsv'))
  symlinkSync(outside, join(made, 'police-stop.tsv'))
  expect(codeOf(made)).toBe('not-ours')
  expect(readFileSync(outside, 'utf8')).toBe('kept')
})

test.each([
  ['the current folder', '.'],
  ['the folder above', '..'],
  ['the root', '/'],
  ['the home folder', homedir()],
  ['a ~ that the shell did not expand', '~'],
  ['a path behind such a ~', '~/county'],
  ['nothing', ''],
])('refuses %s', (_, out) => {
  expect(codeOf(out)).toBe('unsuitable')
})

test('a file in place of the folder, or on the way to it, is refused and stays', () => {
  const file = join(folderWith(['plan.txt']), 'plan.txt')
  expect(codeOf(file)).toBe('unsuitable')
  expect(codeOf(join(file, 'county'))).toBe('unsuitable')
  expect(readFileSync(file, 'utf8')).toBe('content of plan.txt')
})

test('every file is its owner’s alone, the truth and the manifest too', async () => {
  await generateSample({ ...options, out: made })
  const modes = readdirSync(made).map((name) => (statSync(join(made, name)).mode & 0o777).toString(8))
  expect(new Set(modes)).toEqual(new Set(['600']))
})

test.each([
  ['a folder that is not ours', () => ['--out', folderWith(['report.docx'])], '不是本程式所產生'],
  ['no folder', () => [], '用法'],
  ['an unknown option', () => ['--out', made, '--colour', 'red'], '用法'],
  ['a day that does not exist', () => ['--out', made, '--end', '2026-02-30'], '用法'],
  ['too few accesses', () => ['--out', made, '--accesses', '12'], '用法'],
])('the command answers %s with code 64 and words in both languages', (_, args, zh) => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args()], { encoding: 'utf8' })
  expect(status).toBe(64)
  expect(stderr).toContain(zh)
  expect(stderr).toMatch(/usage|nothing was deleted/)
  expect(stderr).not.toMatch(/\n\s+at /)
})
