import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import iconv from 'iconv-lite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { odsFile, xlsxFile } from '../../sample/workbook.ts'
import { openAnalytics } from '../../src/analytics/open.ts'
import type { ImportRecord } from '../../src/wire/import.ts'

/* Files as offices send them, whole and damaged, through the command line of the real program. */
const PROGRAM = resolve(import.meta.dirname, '../../src/program/main.ts')
const HEADER = ['紀錄編號', '日期', '時間', '員工編號', '證號', '事由']
const MAPPING = `target: access
agency: police
columns:
  source_id: { from: 紀錄編號 }
  at: { join: [日期, 時間] }
  officer: { from: 員工編號 }
  subject: { from: 證號 }
  purpose: { from: 事由 }
`
let folder: string
const records = new Map<string, ImportRecord>()
const codes: (number | null)[] = []
const read = new Map<string, unknown[]>()

/** ROC, ISO and full-width, as each file holds them. */
const rowsOf = (name: string): string[][] => [
  [`${name}-1`, '1150105', '08:30', '0412', 'A123456789', '查詢'],
  [`${name}-2`, '2026-01-05', '08:30:15', '0412', 'a123456789', '查詢'],
  [`${name}-3`, '１１５年１月５日', '下午 2:05', '０４１２', 'Ａ１２３４５６７８９', '查詢'],
]
const delimited = (name: string, delimiter: string, end = '\n'): string =>
  [HEADER, ...rowsOf(name)].map((row) => row.join(delimiter) + end).join('')
const json = (name: string): string =>
  rowsOf(name)
    .map((row) => `${JSON.stringify(Object.fromEntries(row.map((cell, i) => [HEADER[i] ?? '', cell])))}\n`)
    .join('')
/** Big5 in which the purpose ends in a user-defined character. */
const big5 = (name: string): Buffer => {
  const text = iconv.encode(delimited(name, ',', '\r\n'), 'cp950').toString('latin1')
  const purpose = iconv.encode('查詢', 'cp950').toString('latin1')
  return Buffer.from(text.replaceAll(`${purpose}\r\n`, `${purpose}\u00fa\u0040\r\n`), 'latin1')
}

const WHOLE: Readonly<Record<string, (name: string) => string | Uint8Array>> = {
  'utf8.csv': (name) => delimited(name, ','),
  'mark.csv': (name) => `\ufeff${delimited(name, ',', '\r\n')}`,
  'big5.csv': big5,
  'utf16le.csv': (name) => Buffer.from(`\ufeff${delimited(name, ',')}`, 'utf16le'),
  'utf16be.csv': (name) => Buffer.from(`\ufeff${delimited(name, ',')}`, 'utf16le').swap16(),
  'utf8.tsv': (name) => delimited(name, '\t'),
  'utf16le.tsv': (name) => Buffer.from(`\ufeff${delimited(name, '\t')}`, 'utf16le'),
  'lines.jsonl': json,
  'mark.jsonl': (name) => `\ufeff${json(name)}`,
  'excel.xlsx': (name) => xlsxFile([HEADER, ...rowsOf(name)]),
  'office.ods': (name) => odsFile([HEADER, ...rowsOf(name)]),
  'utf8.csv.gz': (name) => gzipSync(delimited(name, ',')),
  'big5.csv.gz': (name) => gzipSync(big5(name)),
  'utf16be.csv.gz': (name) => gzipSync(Buffer.from(`\ufeff${delimited(name, ',')}`, 'utf16le').swap16()),
  'utf8.tsv.gz': (name) => gzipSync(delimited(name, '\t')),
  'lines.jsonl.gz': (name) => gzipSync(json(name)),
}

const good = (name: string) => `${name},1150105,08:30,0412,A123456789,x\n`
const csv = (...lines: string[]) => `${HEADER.join(',')}\n${lines.join('')}`
const sheet = (rows: string) => {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  return zipSync({
    'xl/workbook.xml': strToU8(
      `<workbook xmlns="${main}" xmlns:r="r"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    'xl/worksheets/sheet1.xml': strToU8(`<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>`),
  })
}
const cells = (row: readonly string[]) => row.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join('')

/** Each with what is to be seen of it: words of the failure, or rows loaded and rejected and how the rejects begin. */
const DAMAGED: Readonly<
  Record<
    string,
    {
      readonly content: string | Uint8Array
      readonly says?: string
      readonly loads?: number
      readonly rejects?: string
    }
  >
> = {
  'encoding.csv': {
    content: Buffer.concat([
      Buffer.from(csv(good('e-1').repeat(9000))),
      iconv.encode('e-2,查詢,核對\n'.repeat(9), 'cp950'),
    ]),
    says: '不合編碼',
  },
  'noise.csv': { content: randomBytes(5000), says: '' },
  'cut.csv.gz': { content: gzipSync(csv(randomBytes(400_000).toString('hex'))).subarray(0, 200_000), says: '不完整' },
  'bomb.csv.gz': {
    content: gzipSync(Buffer.concat([Buffer.from(csv()), Buffer.alloc(200_000_000, 97)])),
    says: '不合理',
  },
  'bomb.xlsx': { content: sheet(`<row r="1">${' '.repeat(150_000_000)}</row>`), says: '不合理' },
  'cut.ods': { content: odsFile([HEADER, ...rowsOf('cut')]).subarray(0, -30), says: '損毀' },
  'quote.csv': {
    content: csv('q-1,1150105,08:30,0412,A123456789,"x\n', good('q-2')),
    loads: 1,
    rejects: '2,,unclosed-quote',
  },
  'long.csv': {
    content: csv(`l-1,1150105,08:30,0412,A123456789,${'x'.repeat(10_000_000)}\n`, good('l-2')),
    loads: 1,
    rejects: '2,,line-too-long',
  },
  'year0.csv': {
    content: csv('y-1,0000105,08:30,0412,A123456789,x\n', good('y-2')),
    loads: 1,
    rejects: '2,at,bad-time',
  },
  'formula.xlsx': {
    content: sheet(
      `<row r="1">${cells(HEADER)}</row><row r="2"><c t="str"><f>HYPERLINK("http://evil.example","f-1")</f><v>f-1</v></c>${cells(['1150105', '08:30', '0412', 'A123456789', '=1+1'])}</row>`,
    ),
    loads: 1,
  },
}

async function importAll(names: readonly string[]): Promise<void> {
  const args = ['import', 'accesses', ...names.map((name) => join(folder, name)), '--system', 'mpolice', '--json']
  const child = spawn(process.execPath, [PROGRAM, ...args, '--mapping', join(folder, 'mapping.yaml')], {
    env: { ...process.env, SHOUMI_DATA: join(folder, 'data'), SHOUMI_SAMPLE: 'no' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (bytes: Buffer) => {
    said += String(bytes)
  })
  codes.push(await new Promise<number | null>((done) => child.once('close', done)))
  for (const line of said.trim().split('\n')) {
    const record = JSON.parse(line) as ImportRecord
    records.set(record.fileName, record)
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-formats-'))
  await writeFile(join(folder, 'mapping.yaml'), MAPPING)
  for (const [name, make] of Object.entries(WHOLE)) await writeFile(join(folder, name), make(name))
  for (const [name, { content }] of Object.entries(DAMAGED)) await writeFile(join(folder, name), content)
  await importAll(Object.keys(WHOLE))
  await importAll(Object.keys(DAMAGED))
  const analytics = await openAnalytics({ path: join(folder, 'data', 'clickhouse') }, 'installation')
  for (const [name, { importId }] of records)
    read.set(
      name,
      await analytics.rows(
        'SELECT source_id, toString(at) AS at, officer, hex(subject) AS subject, purpose FROM access WHERE import_id = {importId:String} ORDER BY line',
        { params: { importId } },
      ),
    )
  await analytics.close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('whole files of every format and encoding', () => {
  test('end with success', () => expect(codes[0]).toBe(0))

  test.each(Object.keys(WHOLE))('%s is read to the same rows', (name) => {
    const [reference] = read.get('utf8.csv') as { subject: string }[]
    const purpose = name.startsWith('big5') ? '查詢\ue000' : '查詢'
    const row = (n: number, at: string) => ({
      ...{ source_id: `${name}-${n}`, at, officer: 'police:0412' },
      ...{ subject: reference?.subject, purpose },
    })
    expect(read.get(name)).toEqual([
      row(1, '2026-01-05 00:30:00.000'),
      row(2, '2026-01-05 00:30:15.000'),
      row(3, '2026-01-05 06:05:00.000'),
    ])
  })
})

describe('damaged files', () => {
  test('end with the code for failure', () => expect(codes[1]).toBe(1))

  test.each(Object.entries(DAMAGED))(
    '%s ends in clear words or rejects, never in silence',
    async (name, { says, loads, rejects }) => {
      const record = records.get(name)
      if (says !== undefined) {
        expect(record).toMatchObject({ state: 'failed', rowsLoaded: 0, error: expect.stringContaining(says) })
        expect(read.get(name)).toEqual([])
        return
      }
      expect(record).toMatchObject({ state: 'done', rowsLoaded: loads, rowsRejected: rejects === undefined ? 0 : 1 })
      const text = await readFile(join(folder, 'data', 'rejects', `${record?.importId}.csv`), 'utf8')
      expect(text.split('\r\n')[1]).toMatch(new RegExp(`^${rejects ?? '$'}`))
    },
  )

  test('a formula is kept as text and as the value that was stored, never computed', () => {
    expect(read.get('formula.xlsx')).toMatchObject([{ source_id: 'f-1', purpose: '=1+1' }])
  })
})
