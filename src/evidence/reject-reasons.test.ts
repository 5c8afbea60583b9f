import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACCESS_HEADER, type ImportOffice, importOffice } from '../../test/evidence/import-office.ts'
import { summariseRejects } from './reject-reasons.ts'

let office: ImportOffice
beforeAll(async () => {
  office = await importOffice()
})
afterAll(() => office.close())

test('the commonest reasons of rejects stand in the import’s record, most rows first, with the column in words', async () => {
  const good = 'Q-0,1151105,08:30,0412,A123456789,x,'
  const badTime = [1, 2, 3].map((n) => `Q-${n},1151305,08:30,0412,A123456789,x,`)
  const record = await office.load(
    [ACCESS_HEADER, good, ...badTime, 'Q-4,1151105,08:30,,A123456789,x,', 'Q-5', ''].join('\n'),
  )
  expect(record).toMatchObject({ rowsRead: 6, rowsLoaded: 1, rowsRejected: 5, rowsNotRecords: 0 })
  expect(record.rejectReasons.map(({ column, code, count }) => [column, code, count])).toEqual([
    ['at', 'bad-time', 3],
    ['', 'field-count', 1],
    ['officer', 'missing', 1],
  ])
  expect(record.rejectReasons[0]).toMatchObject({
    sentence: '「時間」欄：日期或時間無法判讀，或與該欄寫法不合',
    sentenceEn: 'column at: a date or time that cannot be read',
  })
})

test('lines that are no records are counted by themselves; a line that is also at fault is a reject', async () => {
  const importId = '5f0e4f1e-0000-4000-8000-000000000001'
  const row = (line: number, ...reasons: string[]) => ({ import_id: importId, line, reasons })
  await office.analytics.insert('import_reject', [
    row(2, ':footer'),
    row(3, ':blank'),
    row(4, ':footer', 'at:bad-time'),
    row(5, 'at:bad-time'),
    row(6, ':duplicate'),
  ])
  const context = { ...office, dataFolder: office.folder, keysFolder: office.folder, clock: { now: () => new Date() } }
  expect(await summariseRejects(context, importId)).toMatchObject({ rows: 4, rowsNotRecords: 2 })
})
