import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isNationalId, isUnifiedNumber } from '../src/base/taiwan-id.ts'
import { readMapping } from '../src/evidence/read-mapping.ts'
import { generateSample, type SampleManifest } from './generate.ts'
import { companyId, personId } from './people.ts'
import { SCENARIOS } from './scenarios.ts'

const MAPPINGS = resolve(import.meta.dirname, 'mappings')
const options = { accesses: 10_000, seed: 115, end: '2026-11-22' }
let root: string
let manifest: SampleManifest
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'shoumi-sample-'))
  manifest = await generateSample({ ...options, out: join(root, 'a') })
})
afterAll(() => rm(root, { recursive: true, force: true }))

function digest(folder: string): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)))
  return hash.digest('hex')
}

test('the same seed gives the same bytes, another seed others', async () => {
  await generateSample({ ...options, out: join(root, 'b') })
  await generateSample({ ...options, seed: 116, out: join(root, 'c') })
  expect(digest(join(root, 'b'))).toBe(digest(join(root, 'a')))
  expect(digest(join(root, 'c'))).not.toBe(digest(join(root, 'a')))
})

test('even the smallest county holds every planted scenario, and the truth stands in no file that is imported', () => {
  const truth = readFileSync(join(root, 'a', 'truth.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const planted = new Set(truth.map((line) => (JSON.parse(line) as { scenario: string }).scenario))
  expect([...planted].sort()).toEqual(SCENARIOS.map((each) => each.name).sort())
  expect(manifest.files.map((file) => file.path)).not.toContain('truth.jsonl')
  for (const file of manifest.files)
    expect(readFileSync(join(root, 'a', file.path)).includes('false-patrol')).toBe(false)
})

test('comes in the formats offices export', () => {
  const names = manifest.files.map((file) => file.path)
  for (const ending of ['.csv', '.jsonl', '.tsv', '.csv.gz', '.ods', '.xlsx'])
    expect(names.some((name) => name.endsWith(ending))).toBe(true)
  const big5 = readFileSync(join(root, 'a', 'insurance-access.csv'))
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(big5)).toThrow()
  expect(readFileSync(join(root, 'a', 'land-access.csv')).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
})

test('every file has a mapping that reads, and names what the file is', async () => {
  for (const file of manifest.files) {
    const mapping = await readMapping(join(MAPPINGS, file.mapping))
    expect({
      file: file.path,
      target: mapping.ok && mapping.value.target,
      agency: mapping.ok && mapping.value.agency,
    }).toEqual({
      file: file.path,
      target: file.target,
      agency: file.agency,
    })
  }
})

test('people and companies have valid numbers, no two the same', () => {
  const people = Array.from({ length: 5000 }, (_, i) => personId(i * 37))
  expect(people.every(isNationalId)).toBe(true)
  expect(new Set(people).size).toBe(people.length)
  expect(Array.from({ length: 500 }, (_, i) => companyId(i)).every(isUnifiedNumber)).toBe(true)
})
