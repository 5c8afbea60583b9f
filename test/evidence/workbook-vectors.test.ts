import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { fixedClock } from '../../src/base/clock.ts'
import { createEvidence, type Evidence } from '../../src/evidence/create-evidence.ts'
import { type ImportRecord, type Mapping, mapping } from '../../src/wire/import.ts'
import { temporaryAnalytics, temporaryDatabase } from '../engines.ts'

/* Files as offices and their programs write them, collected beside the project. Without them these tests are passed over. */
const VECTORS = resolve(import.meta.dirname, '../../../shared/vectors/imports')

/** What each case must come to: the loaded rows, or words in the failure. */
const CASES: Readonly<
  Record<string, { rows: readonly Readonly<Record<string, unknown>>[]; rejected?: number } | string>
> = {
  'x01-poi-double-officer': { rows: [{ officer: 'police:412', row_count: '300' }] },
  'x03-1904': { rows: [{ at: '2026-11-05 00:30:00.000' }] },
  'x04-prefixed': { rows: [{ officer: 'police:0412' }] },
  'x05-phonetic': { rows: [{ subject_kind: 'name' }] },
  'x06-styled-empty-right': { rows: [{ officer: 'police:0412' }] },
  'x07-number-format-leading-zero': { rows: [{ officer: 'police:0412' }] },
  'x08-hidden-first-sheet': { rows: [{ officer: 'police:0412' }] },
  'x09-sharedstrings-name': { rows: [{ officer: 'police:0412' }] },
  'x10-iso-date-cell': { rows: [{ at: '2026-11-05 00:30:00.000' }] },
  'x11-time-cell': { rows: [{ at: '2026-11-05 00:30:00.000' }] },
  'x12-error-cell': { rows: [], rejected: 1 },
  'x13-backslash-zip': { rows: [{ officer: 'police:0412' }] },
  'x14-slash-zip': { rows: [{ officer: 'police:0412' }] },
  'x15-strict': { rows: [{ officer: 'police:0412' }] },
  'x16-row-elements-per-cell': { rows: [{ officer: 'police:0412' }] },
  'x17-ole-encrypted': '密碼',
  'x19-html-xls': '網頁',
  'x20-headers-not-first': { rows: [{ officer: 'police:0412' }], rejected: 1 },
  'x21-vertical-merge': { rows: [{ officer: 'police:0412' }, { officer: 'police:0412' }] },
  'o01-annotation': { rows: [{ officer: 'police:0412' }] },
  'o03-sci': { rows: [{ subject_kind: 'company' }] },
  'o06-encrypted': '密碼',
  'o07-linebreak-tab': { rows: [{ purpose: '甲\n乙\t丙' }] },
  'o08-time-short': { rows: [{ at: '2026-11-05 00:30:00.000' }] },
  'o10-list-in-cell': { rows: [{ officer: 'police:0412' }] },
  'z01-gz-members': { rows: [{ officer: 'police:0412' }, { officer: 'police:0412' }] },
  'z02-gz-garbage': '損毀',
}

describe.skipIf(!existsSync(VECTORS))(
  'files as offices write them (passed over where the collection is not at hand)',
  () => {
    let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
    let database: Awaited<ReturnType<typeof temporaryDatabase>>
    let folder: string
    let evidence: Evidence
    let imports = 0
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'shoumi-books-'))
      analytics = await temporaryAnalytics()
      database = await temporaryDatabase()
      const clock = fixedClock(new Date('2026-11-28T00:00:00Z'))
      evidence = await createEvidence({
        analytics,
        database,
        dataFolder: folder,
        keysFolder: join(folder, 'keys'),
        clock,
      })
    })
    afterAll(async () => {
      await analytics.close()
      await database.close()
      await rm(folder, { recursive: true, force: true })
    })

    async function load(name: string, other: Partial<Mapping> = {}): Promise<ImportRecord> {
      const fileName = (await readdir(join(VECTORS, name))).find((each) => each.startsWith('log')) ?? ''
      const outcome = await evidence.runImport({
        filePath: join(VECTORS, name, fileName),
        fileName,
        target: 'access',
        agency: 'police',
        // Each import is of a system of its own, so that no row of one repeats a row of another.
        system: `system-${imports++}`,
        mapping: { ...mapping.parse(parse(await readFile(join(VECTORS, name, 'mapping.yaml'), 'utf8'))), ...other },
        startedBy: { account: 'tester', post: 'test' },
      })
      if (!outcome.ok) throw new Error(outcome.error.messageEn)
      return outcome.value
    }

    test.each(Object.entries(CASES))('%s comes out as the office means it', async (name, expected) => {
      const record = await load(name)
      if (typeof expected === 'string') {
        expect(record).toMatchObject({ state: 'failed', error: expect.stringContaining(expected) })
        return
      }
      expect(record).toMatchObject({
        state: 'done',
        rowsRejected: expected.rejected ?? 0,
        rowsLoaded: expected.rows.length,
      })
      const rows = await analytics.rows(
        'SELECT toString(at) AS at, officer, subject_kind, purpose, toString(row_count) AS row_count FROM access WHERE import_id = {id:String} ORDER BY line',
        { params: { id: record.importId } },
      )
      expect(rows).toMatchObject(expected.rows)
    })

    test('values taken from merged cells and cells of failed formulas are told as findings', async () => {
      expect((await load('x21-vertical-merge')).quality).toContainEqual(
        expect.objectContaining({ code: 'merged-cells', count: 1 }),
      )
      expect((await load('x12-error-cell')).quality).toContainEqual(
        expect.objectContaining({ code: 'error-cells', count: 1 }),
      )
    })

    test('a mapping that does not fit names the sheet read and those there are', async () => {
      const record = await load('x08-hidden-first-sheet', {
        columns: { at: { from: '沒有' }, officer: { from: '沒有' } },
      })
      expect(record.error).toContain('所讀為工作表「紀錄」，檔案裡有：「參數」（隱藏）、「紀錄」')
    })

    test('of one repeated row every repeat is read', async () => {
      const record = await load('o04-repeated-1500')
      expect(record).toMatchObject({ state: 'done', rowsRead: 1501 })
      expect(record.rowsLoaded + record.rowsRejected + record.rowsDuplicate).toBe(1501)
    })
  },
)
