import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import iconv from 'iconv-lite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryAnalytics, temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { isIncluded } from '../ledger/tlog/verify-proof.ts'
import type { ImportRecord, Mapping } from '../wire/import.ts'
import { createEvidence, type Evidence } from './create-evidence.ts'

let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let folder: string
let evidence: Evidence
const parts = () => ({
  analytics,
  database,
  dataFolder: folder,
  keysFolder: join(folder, 'keys'),
  clock: fixedClock(new Date('2026-11-23T00:00:00Z')),
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-ev-'))
  analytics = await temporaryAnalytics()
  database = await temporaryDatabase()
  evidence = await createEvidence(parts())
})
afterAll(async () => {
  await analytics.close()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

const HEADER = '紀錄編號,日期,時間,員工編號,身分證字號,事由,案號'
const mapping: Mapping = {
  target: 'access',
  agency: 'police',
  columns: {
    source_id: { from: '紀錄編號' },
    at: { join: ['日期', '時間'] },
    officer: { from: '員工編號' },
    subject: { from: '身分證字號' },
    purpose: { from: '事由' },
    case_no: { from: '案號' },
  },
}
let serial = 0
async function load(
  content: string | Uint8Array,
  options: { name?: string; mapping?: Mapping; target?: string } = {},
): Promise<ImportRecord> {
  const name = options.name ?? `log-${serial++}.csv`
  const filePath = join(folder, name)
  await writeFile(filePath, content)
  const target = options.target ?? 'access'
  const outcome = await evidence.runImport({
    filePath,
    fileName: name,
    target,
    agency: 'police',
    mapping: options.mapping ?? mapping,
    startedBy: { account: 'tester', post: 'test' },
    ...(target === 'access' && { system: 'mpolice' }),
  })
  if (!outcome.ok) throw new Error(outcome.error.messageEn)
  const record = outcome.value
  if (record.state === 'done')
    expect(record.rowsLoaded + record.rowsRejected + record.rowsDuplicate).toBe(record.rowsRead)
  return record
}
const rowsOf = (record: ImportRecord) =>
  analytics.rows<Record<string, string>>(
    'SELECT source_id, toString(at) AS at, officer, hex(subject) AS subject, subject_kind, purpose, case_no, case_key, line FROM access WHERE import_id = {id:String} ORDER BY line',
    { params: { id: record.importId } },
  )
async function rejectsOf(record: ImportRecord): Promise<string[]> {
  const text = await readFile(join(folder, 'rejects', `${record.importId}.csv`), 'utf8')
  return text.trimEnd().split('\r\n').slice(1)
}
const unique = (() => {
  let n = 0
  return () => `U${n++}`
})()

describe('reading rows', () => {
  test('reads ROC dates of every form, full-width digits, messy case numbers, and keeps purposes as typed', async () => {
    const record = await load(
      `${HEADER}\n${unique()},1150105,08:30:00,0412,A123456789,業務需要 ,115偵字第00423號\n${unique()},１１５年１月５日,下午 2:05,0412,a123456789,,１１５－偵－００４２３\n${unique()},115/01/05,083015,0412,12345675,查核,民國115偵423\n`,
    )
    expect(await rowsOf(record)).toMatchObject([
      {
        at: '2026-01-05 00:30:00.000',
        officer: 'police:0412',
        purpose: '業務需要 ',
        case_no: '115偵字第00423號',
        case_key: 'police:115偵423',
        subject_kind: 'person',
        line: '2',
      },
      { at: '2026-01-05 06:05:00.000', case_key: 'police:115偵423', purpose: '', line: '3' },
      { at: '2026-01-05 00:30:15.000', case_key: 'police:115偵423', subject_kind: 'company' },
    ])
    const [first, second] = await rowsOf(record)
    expect(first?.['subject']).toBe(second?.['subject'])
    expect(first?.['subject']).toMatch(/^[0-9A-F]{32}$/)
  })

  test('proves each line of a file against the root its event commits to, and no line that is not in it', async () => {
    const lines = [1, 2, 3, 4, 5].map((n) => `P${n},115/01/05,0830,0412,A123456789,"多行\n事由",A-${n}`)
    const record = await load([HEADER, ...lines].join('\n'))
    const proofs = await Promise.all([2, 4, 10].map((line) => evidence.proveSourceRow(record.importId, line)))
    const found = proofs.flatMap((proof) => (proof.ok ? [proof.value] : []))
    expect(found.map(({ size }) => size)).toEqual([5, 5, 5])
    for (const { hashes, ...claim } of found) expect(isIncluded({ ...claim, proof: hashes })).toBe(true)
    expect(new Set(found.map(({ leafHash }) => leafHash.toString('hex'))).size).toBe(3)
    expect(await evidence.proveSourceRow(record.importId, 99)).toEqual({ ok: false, error: 'not-found' })
    const [row] = await database.query<{ rows_root: Buffer }>('SELECT rows_root FROM import WHERE import_id = $1', [
      record.importId,
    ])
    expect(found[0]?.root.equals(row?.rows_root ?? Buffer.alloc(0))).toBe(true)
  })

  test('rejects a row with line, column and reason, and loads the rest', async () => {
    const record = await load(
      `${HEADER}\nX1,0000105,08:30,1,A123456789,x,\nX2,1150230,08:30,1,A123456789,x,\nX3,1150105,25:00,1,A123456789,x,\nX4,1150105,08:30,,A123456789,x,\nX5,1150105,08:30,1\nX6,1150105,08:30,1,A123456789,x,\n`,
    )
    expect(record).toMatchObject({ state: 'done', rowsRead: 6, rowsLoaded: 1, rowsRejected: 5 })
    expect((await rejectsOf(record)).map((line) => line.split(',').slice(0, 3).join())).toEqual(
      [
        '2,at,bad-time',
        '3,at,bad-time',
        '4,at,bad-time',
        '5,officer,missing',
        '6,,field-count',
        '6,at,bad-time',
        '6,officer,missing',
      ].filter((line) => !['6,at,bad-time', '6,officer,missing'].includes(line)),
    )
  })

  test('keeps quoted fields with commas, doubled quotes and line ends, and counts lines as the file does', async () => {
    const record = await load(
      `${HEADER}\r\n${unique()},1150105,08:30,1,A123456789,"甲,乙 ""丙""\r\n丁",\r\nBAD,民國0年1月1日,08:30,1,A123456789,x,\r\n`,
    )
    expect((await rowsOf(record))[0]?.['purpose']).toBe('甲,乙 "丙"\n丁')
    expect((await rejectsOf(record))[0]).toMatch(/^4,at,bad-time/)
  })

  test('a quote that is never closed costs its own line only', async () => {
    const record = await load(
      `${HEADER}\n${unique()},1150105,08:30,1,A123456789,"開了沒關,\n${unique()},1150105,08:30,1,A123456789,x,\n${unique()},1150105,08:31,1,A123456789,y,\n`,
    )
    expect(record).toMatchObject({ state: 'done', rowsLoaded: 2, rowsRejected: 1 })
    expect((await rejectsOf(record))[0]).toMatch(/^2,,unclosed-quote/)
  })

  test('a stray quote inside a field costs that row only, however many follow', async () => {
    const rows = Array.from(
      { length: 30 },
      (_, i) => `${unique()},1150105,08:30,1,A123456789,${i % 10 === 3 ? '="bad' : 'x'},`,
    )
    const record = await load(`${HEADER}\n${rows.join('\n')}\n`)
    expect(record).toMatchObject({ rowsRead: 30, rowsLoaded: 27, rowsRejected: 3 })
  })

  test('rejects a line of ten megabytes and reads on', async () => {
    const record = await load(
      `${HEADER}\n${unique()},1150105,08:30,1,A123456789,${'長'.repeat(10_000_000)},\n${unique()},1150105,08:30,1,A123456789,x,\n`,
    )
    expect(record).toMatchObject({ state: 'done', rowsLoaded: 1, rowsRejected: 1 })
    expect((await rejectsOf(record))[0]).toMatch(/^2,,line-too-long/)
  })

  test('a broken character costs the row where it stands in an identifier, and nothing where it stands in a text', async () => {
    const rows = [`${unique()},1150105,08:30,1,A12345678`, `${unique()},1150105,08:30,1,A123456789,查詢`]
    const broken = Buffer.from([0xe6, 0x9f])
    const record = await load(
      Buffer.concat([
        Buffer.from(`${HEADER}\n${rows[0]}`),
        ...[broken, Buffer.from(',查詢,\n'), Buffer.from(rows[1] ?? ''), broken, Buffer.from(',\n')],
      ]),
    )
    expect(record).toMatchObject({ state: 'done', rowsRead: 2, rowsLoaded: 1, rowsRejected: 1 })
    expect((await rejectsOf(record))[0]).toMatch(/^2,subject,broken-character/)
    expect((await rowsOf(record))[0]?.['purpose']).toBe('查詢\ufffd')
    expect(record.quality).toContainEqual(expect.objectContaining({ code: 'broken-character', count: 1 }))
  })

  test('reads bordered empty cells on the right, guarded numbers and header names over lines; lists a total as no record', async () => {
    const record = await load(
      `紀錄編號,日期,時間,"員工\n編號",身分證字號,事由,案號,,\n${unique()},1150105,08:30,="0412",A123456789,x,,,,,\n${unique()},1150105,08:31,="0412",A123456789,x,\n合計：2筆\n`,
    )
    expect(record).toMatchObject({ state: 'done', rowsRead: 3, rowsLoaded: 2, rowsRejected: 1 })
    expect((await rowsOf(record)).map((row) => row['officer'])).toEqual(['police:0412', 'police:0412'])
    expect((await rejectsOf(record))[0]).toMatch(/^5,,footer/)
  })

  test('refuses a mapping that names a column of which the file has two, and takes its place', async () => {
    const content = `${HEADER},日期\n${unique()},1150105,08:30,1,A123456789,x,,1150106\n`
    expect((await load(content)).error).toContain('#2、#8')
    const columns = { ...mapping.columns, at: { join: ['#8', '時間'] } }
    const record = await load(content, { mapping: { ...mapping, columns } })
    expect((await rowsOf(record))[0]?.['at']).toBe('2026-01-06 00:30:00.000')
  })

  test('rejects rows with control characters', async () => {
    const record = await load(
      `${HEADER}\n${unique()},1150105,08:30,1,A123456789,a\u001fb,\n${unique()},1150105,08:30,1,A123456789,x,\n`,
    )
    expect(record).toMatchObject({ rowsLoaded: 1, rowsRejected: 1 })
  })
})

describe('encodings and formats', () => {
  const row = () => `${unique()},1150105,08:30,1,A123456789,查詢堃喆,115偵1\n`

  test('reads Big5 and keeps user-defined characters visible', async () => {
    const content = Buffer.concat([
      iconv.encode(`${HEADER}\n${unique()},1150105,08:30,1,A123456789,`, 'cp950'),
      Buffer.from([0xfa, 0x40, 0xfe, 0xfe, 0x8e, 0x40]),
      iconv.encode('查詢,\n', 'cp950'),
    ])
    const [loaded] = await rowsOf(await load(content))
    expect(loaded?.['purpose']).toBe('\ue000\ue310\ue311查詢')
  })

  test('reads UTF-8 with a mark, UTF-16 of both orders, TSV, and gzip of these', async () => {
    const be = Buffer.from(`\ufeff${HEADER}\n${row()}`, 'utf16le').swap16()
    for (const content of [
      `\ufeff${HEADER}\n${row()}`,
      Buffer.from(`\ufeff${HEADER}\n${row()}`, 'utf16le'),
      be,
      `${HEADER}\n${row()}`.replaceAll(',', '\t'),
      gzipSync(`${HEADER}\n${row()}`),
    ]) {
      const [loaded] = await rowsOf(await load(content))
      expect(loaded).toMatchObject({ purpose: '查詢堃喆', at: '2026-01-05 00:30:00.000' })
    }
  })

  test('reads JSON Lines with offsets and numbers, and rejects broken lines by number', async () => {
    const json = {
      ...mapping,
      columns: {
        source_id: { from: 'id' },
        at: { from: 't' },
        officer: { from: 'o' },
        subject: { from: 's' },
        purpose: { from: 'p' },
      },
    }
    const record = await load(
      `{"id":"J${unique()}","t":"2026-01-05T08:30:00+08:00","o":412,"s":"A123456789","p":"a\\"b"}\n{"id":"J2","t":\n\n{"id":"J${unique()}","t":"2026-01-05T00:30:00.250Z","o":"412","s":null,"p":""}\n`,
      { name: 'log.jsonl', mapping: json },
    )
    expect(await rowsOf(record)).toMatchObject([
      { at: '2026-01-05 00:30:00.000', officer: 'police:412', purpose: 'a"b', line: '1' },
      { at: '2026-01-05 00:30:00.250', subject_kind: 'none', line: '4' },
    ])
    expect((await rejectsOf(record))[0]).toMatch(/^2,,bad-json/)
  })

  test.each([
    [
      'a file that goes on in another encoding',
      Buffer.concat([
        Buffer.from(`${HEADER}\n${'a'.repeat(300_000)}\n`),
        iconv.encode('查詢堃喆,查詢\n'.repeat(9), 'cp950'),
      ]),
      '編碼',
    ],
    ['gzip cut short', gzipSync(randomBytes(500_000).toString('hex')).subarray(0, 200_000), '不完整'],
    ['an empty file', '', '空'],
    ['NUL bytes', `\0\0${HEADER}\n\0\0\0\n`, 'NUL'],
    ['a zip that is no workbook', Buffer.concat([Buffer.from('PK\u0003\u0004'), randomBytes(200)]), '試算表'],
    ['a gzip bomb', gzipSync(Buffer.concat([Buffer.from(`${HEADER}\n`), Buffer.alloc(200_000_000, 0x61)])), '不合理'],
    ['a column the mapping names and the file lacks', '甲,乙\n1,2\n', '紀錄編號'],
  ])('ends in clear words and loads nothing: %s', async (_name, content, words) => {
    const before = await analytics.rows('SELECT count() AS n FROM access')
    const record = await load(content)
    expect(record.state).toBe('failed')
    expect(record.error).toContain(words)
    expect(await analytics.rows('SELECT count() AS n FROM access')).toEqual(before)
    expect(await analytics.rows("SELECT name FROM system.tables WHERE name LIKE 'stage_%'")).toEqual([])
  })
})

/** A workbook with this sheet and nothing else that could matter. */
function workbook(sheet: string): Uint8Array {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const book = `<workbook xmlns="${main}" xmlns:r="r"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>`
  return zipSync({
    'xl/workbook.xml': strToU8(book),
    'xl/worksheets/sheet1.xml': strToU8(`<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`),
  })
}

describe('workbooks', () => {
  const row = (number: number, cells: readonly string[]) =>
    `<row r="${number}">${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join('')}</row>`

  test('takes the stored value of a formula and never computes it', async () => {
    const [first = '', ...others] = [unique(), '1150105', '08:30', '1', 'A123456789', 'x', '']
    const formula = `<row r="2"><c t="str"><f>HYPERLINK("http://evil.example","${first}")</f><v>${first}</v></c>${others.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join('')}</row>`
    const record = await load(workbook(row(1, HEADER.split(',')) + formula), { name: 'formula.xlsx' })
    expect(await rowsOf(record)).toMatchObject([{ source_id: first, at: '2026-01-05 00:30:00.000', line: '2' }])
  })

  test('refuses a workbook that unpacks to an unreasonable size, and one that is cut short', async () => {
    const bomb = await load(workbook(`<row r="1">${' '.repeat(150_000_000)}</row>`), { name: 'bomb.xlsx' })
    expect(bomb).toMatchObject({ state: 'failed', error: expect.stringContaining('不合理') })
    const whole = workbook(row(1, HEADER.split(',')))
    const cut = await load(whole.subarray(0, whole.length - 40), { name: 'cut.xlsx' })
    expect(cut).toMatchObject({ state: 'failed', error: expect.stringContaining('損毀') })
  })
})

describe('once and only once', () => {
  test('recognises the same file and loads nothing twice', async () => {
    const content = `${HEADER}\n${unique()},1150105,08:30,1,A123456789,x,\n`
    expect((await load(content)).state).toBe('done')
    const again = await load(content)
    expect(again.state).toBe('repeated')
    expect(await rowsOf(again)).toEqual([])
  })

  test('does not load a record again that another file brought, and says so', async () => {
    const same = `${unique()},1150105,08:30,1,A123456789,x,`
    await load(`${HEADER}\n${same}\n`)
    const record = await load(`${HEADER}\n${same}\n${unique()},1150105,08:31,1,A123456789,x,\n${same}\n`)
    expect(record).toMatchObject({ rowsRead: 3, rowsLoaded: 1, rowsDuplicate: 2 })
    expect(await rejectsOf(record)).toHaveLength(2)
    expect(record.quality.map((each) => each.code)).toContain('duplicate-id')
  })

  test('undoes at the next start what was not decided, and finishes what was', async () => {
    const record = await load(`${HEADER}\n${unique()},1150105,08:30,1,A123456789,x,\n`)
    const stage = `stage_${record.importId.replaceAll('-', '')}`
    await analytics.command(`CREATE TABLE ${stage} AS access`)
    await analytics.command(
      `INSERT INTO ${stage} SELECT * REPLACE ('late' AS source_id) FROM access WHERE import_id = '${record.importId}'`,
    )
    await database.upkeep.query("UPDATE import SET state = 'committing' WHERE import_id = $1", [record.importId])
    await (await createEvidence(parts())).recoverImports()
    expect((await evidence.getImport(record.importId))?.state).toBe('done')
    expect((await rowsOf(record)).map((row) => row['source_id'])).toContain('late')

    await analytics.command(`CREATE TABLE ${stage} AS access`)
    await database.upkeep.query("UPDATE import SET state = 'running' WHERE import_id = $1", [record.importId])
    await (await createEvidence(parts())).recoverImports()
    expect((await evidence.getImport(record.importId))?.state).toBe('undone')
    expect(await analytics.rows("SELECT name FROM system.tables WHERE name LIKE 'stage_%'")).toEqual([])
  })
})

describe('secrets', () => {
  test('no raw identifier stands in the stores or the kept file, yet one row can be read again', async () => {
    const id = 'F131104093'
    const record = await load(`${HEADER}\n${unique()},1150105,08:30,0412,${id},x,\n`)
    await analytics.command('OPTIMIZE TABLE access FINAL')
    const files = await readdir(analytics.folder, { recursive: true, withFileTypes: true })
    for (const file of files.filter((each) => each.isFile()))
      expect((await readFile(join(file.parentPath, file.name))).includes(id)).toBe(false)
    expect((await readFile(join(folder, 'archive', record.importId))).includes(id)).toBe(false)
    expect(await readdir(join(folder, 'staging'))).toEqual([])
    const row = await evidence.readSourceRow(record.importId, 2)
    expect(row).toMatchObject({ ok: true, value: { subject: id, officer: '0412' } })
  })

  test('a kept file that was changed is not read', async () => {
    const record = await load(`${HEADER}\n${unique()},1150105,08:30,0412,A123456789,x,\n`)
    const path = join(folder, 'archive', record.importId)
    const bytes = await readFile(path)
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1
    await writeFile(path, bytes)
    const damaged = { ok: false, error: { code: 'archive-damaged' } }
    expect(await evidence.readSourceRow(record.importId, 2)).toEqual(damaged)
    expect(await evidence.proveSourceRow(record.importId, 2)).toEqual({ ok: false, error: 'archive-damaged' })
    await writeFile(path, bytes.subarray(0, 5))
    expect(await evidence.readSourceRow(record.importId, 2)).toEqual(damaged)
    await rm(path)
    expect(await evidence.readSourceRow(record.importId, 2)).toEqual({ ok: false, error: { code: 'archive-missing' } })
    expect(await readdir(join(folder, 'staging'))).toEqual([])
  })

  test('a preview masks national IDs', async () => {
    await mkdir(folder, { recursive: true })
    const filePath = join(folder, 'preview.csv')
    await writeFile(filePath, `${HEADER}\nP1,1150105,08:30,0412,A123456789,x,115偵1\n`)
    const seen = await evidence.preview({ filePath, fileName: 'preview.csv', target: 'access', agency: 'police' })
    if (!seen.ok) throw new Error(seen.error.messageEn)
    expect(JSON.stringify(seen.value.rows)).not.toContain('A123456789')
    expect(seen.value.suggestion?.columns).toMatchObject({
      source_id: { from: '紀錄編號' },
      at: { join: ['日期', '時間'] },
      officer: { from: '員工編號' },
      subject: { from: '身分證字號' },
      purpose: { from: '事由' },
      case_no: { from: '案號' },
    })
  })
})
