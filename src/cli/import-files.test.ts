import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ok } from '../base/result.ts'
import type { ImportRecord } from '../wire/import.ts'
import { type CommandContext, exitCodes, runCommandLine } from './command-line.ts'
import type { Connection } from './connection.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-cli-'))
  await writeFile(join(folder, 'mapping.yaml'), 'target: access\nagency: police\ncolumns: { at: { from: 時間 } }\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const RECORD: ImportRecord = {
  ...{ importId: '5f0e4f1e-0000-4000-8000-000000000001', target: 'access', targetTitle: '查詢紀錄', agency: 'police' },
  ...{ system: 'mpolice', fileName: 'x.csv', sha256: '', state: 'done', startedAt: '', endedAt: null, startedBy: 'it' },
  ...{
    rowsRead: 10,
    rowsLoaded: 10,
    rowsRejected: 0,
    rowsDuplicate: 0,
    rowsNotRecords: 0,
    rejectReasons: [],
    readings: [],
  },
  ...{ progress: null, rowsPerSecond: null, remainingSeconds: null, from: null, to: null, quality: [], error: null },
  ...{ withdrawnBy: null, withdrawnAt: null },
}

/** What the program says, and its exit code, when the server answers with this. */
async function said(answer: Partial<ImportRecord>): Promise<{ code: number; talk: string }> {
  const talk: string[] = []
  const connection = { close: async () => undefined, post: async () => ({ ...RECORD, ...answer }) }
  const context: CommandContext = {
    serve: async () => 0,
    rebuild: async () => 0,
    connect: async () => ok(connection as Partial<Connection> as Connection),
    out: () => undefined,
    talk: (text) => talk.push(text),
    isTerminal: false,
    readSecret: async () => '',
  }
  const args = ['import', 'accesses', 'x.csv', '--system', 'mpolice', '--mapping', join(folder, 'mapping.yaml')]
  return { code: await runCommandLine(args, context), talk: talk.join('') }
}
const reason = (column: string, code: string, count: number) => ({
  ...{ column, code, count, sentence: `「${column}」${code}`, sentenceEn: `column ${column}: ${code}` },
})

test('rejects are told with their commonest reasons, counts and columns in both languages, and where the file with all of them is', async () => {
  const rejectReasons = [reason('at', 'bad-time', 1200), reason('officer', 'missing', 3)]
  const { code, talk } = await said({ rowsLoaded: 5, rowsRejected: 5, rejectReasons })
  expect(code).toBe(exitCodes.findings)
  expect(talk).toContain('1,200 列 rows：「at」bad-time（column at: bad-time）')
  expect(talk).toContain('3 列 rows：「officer」missing')
  expect(talk).toContain(`rejects/${RECORD.importId}.csv`)
})

test.each([
  ['all rejected', { rowsLoaded: 0, rowsRejected: 10 }],
  ['all duplicates', { rowsLoaded: 0, rowsDuplicate: 10 }],
])('a file of which nothing was loaded says so and ends with code 2: %s', async (_what, answer) => {
  const { code, talk } = await said(answer)
  expect(code).toBe(exitCodes.findings)
  expect(talk).toContain('沒有任何一列載入。 No row was loaded.')
})

test.each([
  ['every row was loaded', {}],
  ['all that was left out is a sum at the foot', { rowsLoaded: 9, rowsRejected: 1, rowsNotRecords: 1 }],
  ['there was nothing but a sum at the foot', { rowsRead: 1, rowsLoaded: 0, rowsRejected: 1, rowsNotRecords: 1 }],
  ['the file was there already', { state: 'repeated' as const, rowsRead: 0, rowsLoaded: 0 }],
])('ends with code 0 when %s', async (_what, answer) => {
  const { code, talk } = await said(answer)
  expect(code).toBe(exitCodes.done)
  expect(talk).not.toContain('沒有任何一列')
})

test('a footer beside rows that are at fault does not hide them', async () => {
  expect((await said({ rowsLoaded: 8, rowsRejected: 2, rowsNotRecords: 1 })).code).toBe(exitCodes.findings)
})
