import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { xlsxFile } from '../../sample/workbook.ts'
import { ACCESS_HEADER, ACCESS_MAPPING, type ImportOffice, importOffice } from '../../test/evidence/import-office.ts'
import type { ImportRecord, Mapping } from '../wire/import.ts'

let office: ImportOffice
beforeAll(async () => {
  office = await importOffice()
})
afterAll(() => office.close())

const file = (...rows: string[]) => `${ACCESS_HEADER}\n${rows.map((row) => `${row}\n`).join('')}`
const numbers = ({ rowsRead, rowsLoaded, rowsRejected, rowsDuplicate }: ImportRecord) => {
  expect(rowsLoaded + rowsRejected + rowsDuplicate).toBe(rowsRead)
  return [rowsRead, rowsLoaded, rowsDuplicate]
}
const finding = (record: ImportRecord) => record.quality.find((each) => each.code === 'same-id-other-content')
const idsOf = async (system: string) =>
  (
    await office.analytics.rows<{ id: string }>(
      'SELECT hex(access_id) AS id FROM access WHERE system = {system:String} ORDER BY id',
      { params: { system } },
    )
  ).map(({ id }) => id)

describe('a row is what it says, not its number alone', () => {
  test('a daily report whose numbers begin at 1 again is loaded in full, and the same numbers are a finding', async () => {
    const day1 = file('1,115/11/05,08:30,0412,A123456789,查詢,115偵423', '2,115/11/05,08:31,0412,B123456780,查詢,')
    const day2 = file('1,115/11/06,09:00,0777,F131104093,私人查詢,', '2,115/11/06,09:01,0777,A123456789,私人查詢,')
    const [first, second] = [
      await office.load(day1, { name: '日報1105.csv', system: 'daily' }),
      await office.load(day2, { name: '日報1106.csv', system: 'daily' }),
    ]
    expect([numbers(first), numbers(second)]).toEqual([
      [2, 2, 0],
      [2, 2, 0],
    ])
    expect(finding(first)).toBeUndefined()
    expect(finding(second)).toMatchObject({ severity: 'serious', count: 2 })
    expect(finding(second)?.sentence).toContain(
      `「日報1105.csv」（115年11月23日匯入，編號 ${first.importId.slice(0, 8)}）`,
    )
    expect(finding(second)?.sentenceEn).toContain('日報1105.csv')
  })

  test('a row put under a number before the true log came keeps nothing of it out: both stand, and both imports are named', async () => {
    const forged = await office.load(file('M-777,115/11/26,10:00,0433,A123456789,審核案件,'), { system: 'forged' })
    const true_ = await office.load(
      file('M-777,115/11/26,10:00,0429,A123456789,公務,', 'M-778,115/11/26,10:05,0429,A123456789,公務,'),
      { system: 'forged' },
    )
    expect(numbers(true_)).toEqual([2, 2, 0])
    expect(finding(true_)).toMatchObject({ count: 1, severity: 'serious' })
    expect(finding(true_)?.sentence).toContain(forged.importId.slice(0, 8))
    const officers = await office.analytics.rows<{ officer: string }>(
      "SELECT officer FROM access WHERE system = 'forged' AND source_id = 'M-777' ORDER BY officer",
    )
    expect(officers.map(({ officer }) => officer)).toEqual(['police:0429', 'police:0433'])
  })

  test.each([
    ['another time', 'N-1,115/11/05,08:31,0412,A123456789,查詢,115偵423'],
    ['another officer', 'N-1,115/11/05,08:30,0413,A123456789,查詢,115偵423'],
    ['another subject', 'N-1,115/11/05,08:30,0412,B123456780,查詢,115偵423'],
    ['another purpose', 'N-1,115/11/05,08:30,0412,A123456789,查詢2,115偵423'],
    ['another case', 'N-1,115/11/05,08:30,0412,A123456789,查詢,115偵424'],
    ['text that moved to the next column', 'N-1,115/11/05,08:30,0412,A123456789,查詢1,15偵423'],
    ['an empty number', ',115/11/05,08:30,0412,A123456789,查詢,115偵423'],
  ])('the same number with %s is another row', async (_what, other) => {
    const system = `other-${_what}`
    await office.load(file('N-1,115/11/05,08:30,0412,A123456789,查詢,115偵423'), { system })
    expect(numbers(await office.load(file(other), { system }))).toEqual([1, 1, 0])
  })

  test('another way of writing the same values is the same row', async () => {
    const system = 'written'
    await office.load(file('N-1,115/11/05,08:30,0412,A123456789,查詢,115偵423'), { system })
    const again = await office.load(file('N-1,2026-11-05,08:30:00,０４１２,a123456789,查詢,115偵423'), { system })
    expect(numbers(again)).toEqual([1, 0, 1])
    expect(finding(again)).toBeUndefined()
  })

  test('the same number in another system is another row, and no finding', async () => {
    const row = file('SYS-1,115/11/05,08:30,0412,A123456789,查詢,')
    await office.load(row, { system: 'system-a' })
    const other = await office.load(row, { system: 'system-b' })
    expect(numbers(other)).toEqual([1, 1, 0])
    expect(finding(other)).toBeUndefined()
  })

  test('one number twice in one file with other content: both are loaded, and the file itself is named', async () => {
    const record = await office.load(
      file(
        'W-1,115/11/05,08:30,0412,A123456789,a,',
        'W-1,115/11/05,08:30,0412,A123456789,b,',
        'W-2,115/11/05,08:30,0412,A123456789,c,',
      ),
      { system: 'within' },
    )
    expect(numbers(record)).toEqual([3, 3, 0])
    expect(finding(record)).toMatchObject({ count: 2, sentence: expect.stringContaining('本檔其他列') })
  })
})

describe('equal rows', () => {
  const look = ',115/11/05,08:30,0412,A123456789,查詢,115偵423'
  const next = ',115/11/05,08:31,0412,A123456789,查詢,115偵423'

  test('without a number are accesses of their own: two equal looks in one minute are two', async () => {
    const record = await office.load(file(look, look, next), { system: 'minute' })
    expect(numbers(record)).toEqual([3, 3, 0])
    expect(new Set(await idsOf('minute')).size).toBe(3)
  })

  test('in a file that has the same stretch again: as many as before are duplicates, one more is one more', async () => {
    await office.load(file(look, look), { system: 'stretch' })
    const again = await office.load(file(look, next, look, look), { system: 'stretch' })
    expect(numbers(again)).toEqual([4, 2, 2])
    expect(await idsOf('stretch')).toHaveLength(4)
    expect(await office.rejectsOf(again)).toHaveLength(2)
  })

  test('with a number are one access', async () => {
    const row = 'E-1,115/11/05,08:30,0412,A123456789,查詢,'
    expect(numbers(await office.load(file(row, row), { system: 'equal' }))).toEqual([2, 1, 1])
  })

  test('of files in any order make the same accesses', async () => {
    const files = [
      file(look, look, 'O-1,115/11/05,08:30,0412,A123456789,x,'),
      file(look, look, look, next),
      file(next, next, 'O-1,115/11/05,08:30,0412,A123456789,y,'),
    ]
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]
    const seen: string[][] = []
    for (const order of orders) {
      for (const [place, index] of order.entries())
        await office.load(files[index] ?? '', { system: 'order', name: `o${place}.csv` })
      seen.push(await idsOf('order'))
      await office.analytics.command("ALTER TABLE access DELETE WHERE system = 'order'", {
        settings: { mutations_sync: 1 },
      })
      await office.database.upkeep.query("DELETE FROM import WHERE system = 'order'")
    }
    expect(seen[0]).toHaveLength(7)
    expect(seen[1]).toEqual(seen[0])
    expect(seen[2]).toEqual(seen[0])
  })
})

describe('evidence', () => {
  const mapping: Mapping = {
    target: 'visit',
    agency: 'police',
    columns: {
      ticket: { from: '號碼牌' },
      officer: { from: '承辦人' },
      subject: { from: '證號' },
      service: { from: '項目' },
      at: { from: '時間' },
    },
  }
  const visits = (...rows: string[]) => `號碼牌,承辦人,證號,項目,時間\n${rows.join('\n')}\n`

  test('equal rows are one fact; a row that differs in anything read is another', async () => {
    const row = 'A001,0412,A123456789,戶籍謄本,115/11/05 09:00'
    const record = await office.load(visits(row, row, 'A001,0412,B123456780,戶籍謄本,115/11/05 09:00'), { mapping })
    expect(numbers(record)).toEqual([3, 2, 1])
    const again = await office.load(
      visits('A001,０４１２,A123456789,戶籍謄本,2026-11-05 09:00:00', 'A001,0412,A123456789,印鑑證明,115/11/05 09:00'),
      { mapping },
    )
    expect(numbers(again)).toEqual([2, 1, 1])
  })
})

describe('the same file', () => {
  const rows = [
    ['紀錄編號', '日期', '時間', '員工編號', '身分證字號', '事由', '案號'],
    ['R-1', '1151105', '08:30', '0412', 'A123456789', '查詢', ''],
  ]
  const book = xlsxFile(rows)

  test('is not read again in the same way, however the mapping is written', async () => {
    const options = { name: 'book.xlsx', system: 'book' }
    expect((await office.load(book, options)).state).toBe('done')
    const columns = Object.fromEntries(Object.entries(ACCESS_MAPPING.columns).reverse())
    expect((await office.load(book, { ...options, mapping: { ...ACCESS_MAPPING, columns } })).state).toBe('repeated')
  })

  test.each([
    ['other columns', { columns: { ...ACCESS_MAPPING.columns, purpose: { value: '巡邏' } } }],
    ['another line as the header', { skipRows: 0 }],
  ])('is read again with %s', async (_what, change) => {
    const options = { name: 'book.xlsx', system: 'book' }
    await office.load(book, options)
    expect((await office.load(book, { ...options, mapping: { ...ACCESS_MAPPING, ...change } })).state).toBe('done')
  })

  test('of a use is remembered by how it was read last, while that import stands and loaded something', async () => {
    const use = { target: 'access', agency: 'police', system: 'remembered' }
    expect(await office.evidence.lastMapping(use)).toBeUndefined()
    await office.load(file('M-1,1151105,08:30,0412,A123456789,x,'), { system: 'remembered' })
    const later = { ...ACCESS_MAPPING, columns: { ...ACCESS_MAPPING.columns, purpose: { value: '巡邏' } } }
    await office.load(file('M-2,1151305,08:30,0412,A123456789,x,'), { system: 'remembered', mapping: later })
    expect(await office.evidence.lastMapping(use)).toEqual(ACCESS_MAPPING)
    expect(await office.evidence.lastMapping({ ...use, agency: 'land' })).toBeUndefined()
  })

  test('brought in twice at once is loaded once', async () => {
    const content = file(...Array.from({ length: 500 }, (_, i) => `T-${i},115/11/05,08:30,0412,A123456789,查詢,`))
    const records = await Promise.all(
      ['twin-a.csv', 'twin-b.csv'].map((name) => office.load(content, { name, system: 'twins' })),
    )
    expect(records.map(({ state }) => state).sort()).toEqual(['done', 'repeated'])
    expect(await idsOf('twins')).toHaveLength(500)
  })

  test('two files that share rows, brought in at once, load each row once', async () => {
    const row = (n: number) => `S-${n},115/11/05,08:30,0412,A123456789,查詢,`
    const [a, b] = [file(...[1, 2, 3, 4].map(row)), file(...[3, 4, 5].map(row))]
    const records = await Promise.all([a, b].map((content) => office.load(content, { system: 'shared' })))
    expect(records.reduce((sum, each) => sum + each.rowsLoaded, 0)).toBe(5)
    expect(new Set(await idsOf('shared')).size).toBe(5)
  })
})

test('rows whose ids were made from their number alone, by an older version, are known again', async () => {
  const system = 'older'
  const rows = [
    'V-1,115/11/05,08:30,0412,A123456789,a,',
    ',115/11/05,08:30,0412,A123456789,b,',
    ',115/11/05,08:30,0412,A123456789,b,',
  ]
  const old = await office.load(file(...rows), { system })
  const { importId } = old
  await office.analytics.command(`CREATE TABLE old_rows AS access`)
  await office.analytics.command(
    "INSERT INTO old_rows SELECT * REPLACE (toFixedString(substring(SHA256(concat('old', toString(line))), 1, 16), 16) AS access_id) FROM access WHERE import_id = {importId:String}",
    { params: { importId } },
  )
  await office.analytics.command('ALTER TABLE access DELETE WHERE import_id = {importId:String}', {
    params: { importId },
    settings: { mutations_sync: 1 },
  })
  await office.analytics.command('INSERT INTO access SELECT * FROM old_rows')
  await office.analytics.command('DROP TABLE old_rows SYNC')
  await office.database.upkeep.query("UPDATE import SET identity = 1, mapping_hash = '' WHERE import_id = $1", [
    importId,
  ])
  expect((await office.load(file(...rows), { system })).state).toBe('repeated')
  const more = await office.load(file(...rows, ',115/11/05,08:30,0412,A123456789,b,'), { system })
  expect(numbers(more)).toEqual([4, 1, 3])
})
