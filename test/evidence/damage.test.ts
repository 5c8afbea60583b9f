import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Mapping } from '../../src/wire/import.ts'
import { drawn } from '../thorough.ts'
import { ACCESS_HEADER, ACCESS_MAPPING, type ImportOffice, importOffice } from './import-office.ts'

let office: ImportOffice
beforeAll(async () => {
  office = await importOffice()
})
afterAll(() => office.close())

/* Each import takes a second on a busy machine: few runs, each with many kinds of damage. */
const RUNS = drawn(4, 40)

const LINE_END = fc.constantFrom('\n', '\r\n')
const text = fc.constantFrom(
  '查詢',
  '業務需要',
  '',
  'x',
  '臨時, 交辦',
  '說 "好"',
  '第一行\n第二行',
  '１２３',
  '\u3000',
  '-',
  '=1+1',
)
const quoted = (field: string) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)
const whole = fc
  .tuple(
    fc.constantFrom('', 'N-1', 'N-2', 'N-3'),
    fc.constantFrom('1151105', '115/11/06', '2026-11-07', '１１５年１１月８日'),
    fc.constantFrom('08:30', '0831', '下午 2:05', '23:59:59'),
    fc.constantFrom('0412', '0413', '０４１４'),
    fc.constantFrom('A123456789', 'B123456780', ''),
    text,
    fc.constantFrom('', '115偵423', '115年度偵字第00424號'),
  )
  .map((row) => row.map(quoted).join(','))
const head = 'N-9,1151105,08:30'
/** Lines that are no whole record, each one row for whoever counts lines. */
const damaged = fc.constantFrom(
  'N-9',
  `${head},0412`,
  `${head},0412,A123456789,x,,,`,
  'N-9,1151305,08:30,0412,A123456789,x,',
  'N-9,,08:30,0412,A123456789,x,',
  'N-9,民國0年1月1日,08:30,0412,A123456789,x,',
  'N-9,1151105,25:61,0412,A123456789,x,',
  `${head},,A123456789,x,`,
  `${head},0412,A123456789,a\u001fb,`,
  `${head},0412,A123456789,="x,`,
  `${head},0412,A123456789,x"y,`,
  `,,,,,,`,
  '合計：12筆',
)
const file = fc.tuple(
  fc.array(fc.oneof({ weight: 3, arbitrary: whole }, { weight: 1, arbitrary: damaged }), { maxLength: 60 }),
  LINE_END,
  fc.boolean(),
)

test('of every file, however damaged, each record is loaded, rejected or counted as a duplicate', async () => {
  await fc.assert(
    fc.asyncProperty(file, async ([records, end, isEnded]) => {
      // The first line is whole, so that the file has its encoding and form.
      const lines = ['N-0,1151105,08:30,0412,A123456789,查詢,', ...records]
      const content = `${ACCESS_HEADER}${end}${lines.join(end)}${isEnded ? end : ''}`
      const record = await office.load(content, { system: 'damage' })
      if (record.state === 'repeated') return
      expect(record).toMatchObject({ state: 'done', rowsRead: lines.length })
      expect(record.rowsLoaded + record.rowsRejected + record.rowsDuplicate).toBe(lines.length)
      const [stored] = await office.analytics.rows<{ n: string; ids: string }>(
        'SELECT count() AS n, uniqExact(access_id) AS ids FROM access WHERE import_id = {id:String}',
        { params: { id: record.importId } },
      )
      expect(stored).toEqual({ n: String(record.rowsLoaded), ids: String(record.rowsLoaded) })
    }),
    { numRuns: RUNS },
  )
  const [all] = await office.analytics.rows<{ n: string; ids: string }>(
    'SELECT count() AS n, uniqExact(access_id) AS ids FROM access',
  )
  expect(all?.n).toBe(all?.ids)
}, 300_000)

const visitMapping: Mapping = {
  target: 'visit',
  agency: 'police',
  columns: {
    ticket: { from: '紀錄編號' },
    officer: { from: '員工編號' },
    subject: { from: '身分證字號' },
    service: { from: '事由' },
    at: { join: ['日期', '時間'] },
  },
}

test('the same files in any order make the same accesses and the same evidence', async () => {
  const someFiles = fc.array(fc.array(whole, { minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(someFiles, fc.constantFrom(ACCESS_MAPPING, visitMapping), async (files, mapping) => {
      const contents = [...new Set(files.map((rows) => [ACCESS_HEADER, ...rows, ''].join('\n')))]
      const seen: unknown[] = []
      for (const order of [contents, contents.toReversed()]) {
        for (const [place, content] of order.entries())
          await office.load(content, { name: `${place}.csv`, mapping, system: 'order' })
        seen.push(await idsOf(mapping.target))
        await forget(mapping.target)
      }
      expect(seen[1]).toEqual(seen[0])
    }),
    { numRuns: drawn(2, 20) },
  )
}, 300_000)

const tableOf = (target: string) => (target === 'access' ? ['access', 'access_id'] : ['evidence_visit', 'evidence_id'])

async function idsOf(target: string): Promise<unknown> {
  const [table, id] = tableOf(target)
  const where = target === 'access' ? "WHERE system = 'order'" : ''
  return office.analytics.rows(`SELECT hex(${id}) AS id FROM ${table} ${where} ORDER BY id`)
}

async function forget(target: string): Promise<void> {
  const where = target === 'access' ? "system = 'order'" : '1'
  await office.analytics.command(`ALTER TABLE ${tableOf(target)[0]} DELETE WHERE ${where}`, {
    settings: { mutations_sync: 1 },
  })
  await office.database.upkeep.query('DELETE FROM import WHERE target = $1 AND (system = $2 OR target <> $3)', [
    target,
    'order',
    'access',
  ])
}
