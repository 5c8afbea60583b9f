import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { temporaryAnalytics, temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import type { ImportRecord, Mapping, MappingColumn } from '../wire/import.ts'
import { createEvidence, type Evidence } from './create-evidence.ts'
import { readMapping } from './read-mapping.ts'

const VECTORS = resolve(import.meta.dirname, '../../../shared/vectors/imports')
const hasVectors = existsSync(VECTORS)
if (!hasVectors)
  process.stderr.write('values.test.ts: no ../shared/vectors/imports here; its own files are read only.\n')

// Each import is a dozen statements, and a test has up to ten imports: on a busy machine that takes minutes.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 })

let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let folder: string
let evidence: Evidence
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-values-'))
  analytics = await temporaryAnalytics()
  database = await temporaryDatabase()
  const clock = fixedClock(new Date('2026-11-23T00:00:00Z'))
  evidence = await createEvidence({ analytics, database, dataFolder: folder, keysFolder: join(folder, 'keys'), clock })
})
afterAll(async () => {
  await analytics.close()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

interface Loaded {
  readonly record: ImportRecord
  readonly rows: readonly Record<string, string>[]
  /** line, column and code */
  readonly rejects: readonly string[]
  /** codes of its quality findings */
  readonly codes: readonly string[]
}
let serial = 0

async function load(content: string, mapping: Mapping): Promise<Loaded> {
  const fileName = `file-${serial++}.csv`
  const filePath = join(folder, fileName)
  await writeFile(filePath, content)
  const { target, agency } = mapping
  const system = target === 'access' ? { system: 'mpolice' } : {}
  const startedBy = { account: 'tester', post: 'test' }
  const done = await evidence.runImport({ filePath, fileName, target, agency, mapping, startedBy, ...system })
  if (!done.ok) throw new Error(done.error.messageEn)
  const record = done.value
  expect(record).toMatchObject({ state: 'done' })
  expect(record.rowsLoaded + record.rowsRejected + record.rowsDuplicate).toBe(record.rowsRead)
  const table = target === 'access' ? 'access' : `evidence_${target}`
  const rows = await analytics.rows<Record<string, string>>(
    `SELECT * FROM ${table} WHERE import_id = {id:String} ORDER BY line`,
    { params: { id: record.importId } },
  )
  const text = await readFile(join(folder, 'rejects', `${record.importId}.csv`), 'utf8')
  const rejects = text.trimEnd().split('\r\n').slice(1)
  return {
    record,
    rows,
    rejects: rejects.map((line) => line.split(',').slice(0, 3).join()),
    codes: record.quality.map(({ code }) => code),
  }
}

const from = (name: string): MappingColumn => ({ from: name })

/** Accesses that differ in their times only. */
const times = (values: readonly string[], at: Omit<MappingColumn, 'from'> = {}) =>
  load(`n,at,o,s\n${values.map((value, i) => `T${serial}-${i},"${value}",0412,A123456789`).join('\n')}\n`, {
    target: 'access',
    agency: 'police',
    columns: { source_id: from('n'), at: { from: 'at', ...at }, officer: from('o'), subject: from('s') },
  })

/** Accesses whose day and time stand in two columns. */
const joined = (values: readonly (readonly [string, string])[]) =>
  load(`n,d,t,o,s\n${values.map(([day, time], i) => `J${serial}-${i},${day},${time},0412,A123456789`).join('\n')}\n`, {
    target: 'access',
    agency: 'police',
    columns: { source_id: from('n'), at: { join: ['d', 't'] }, officer: from('o'), subject: from('s') },
  })

const intervals = (target: string, values: readonly (readonly [string, string])[]) =>
  load(`o,k,a,b\n${values.map(([start, end], i) => `${i},k,${start},${end}`).join('\n')}\n`, {
    target,
    agency: 'police',
    columns: { officer: from('o'), kind: from('k'), starts: from('a'), ends: from('b') },
  })

/** Rows by column: time, as Taipei has it. */
const taipei = (loaded: Loaded, column = 'at'): readonly string[] =>
  loaded.rows.map((row) =>
    new Date(new Date(`${row[column]?.replace(' ', 'T')}Z`).getTime() + 8 * 3_600_000).toISOString().slice(0, 19),
  )

describe('times', () => {
  test('reads every way programs and offices write one instant, and knows the form of each', async () => {
    const loaded = await times(
      [
        ...[
          '2026-11-05 08:30:00+08',
          '2026-11-05 08:30:00.000000+08',
          '2026-11-05T00:30:00Z',
          '2026-11-05 08:30:00+0800',
        ],
        ...['1151105083000', '11511050830', '20261105083000', '202611050830', '20261105083000000', '1151105 083000'],
        ...[
          '115/11/05(四) 08:30',
          '115/11/05（四）08:30',
          '115年11月5日 星期四 上午8時30分',
          '中華民國115年11月5日 8:30',
        ],
        ...[
          '2026-11-05 08:30:00,000',
          '2026/11/5 上午 08:30:00',
          '11/5/2026 8:30',
          '2026/11/05 08:30 AM',
          '2026/11/05 AM 8:30',
        ],
        ...[
          '2026-11-05 08時30分',
          '2026-11-05 08時30分00秒',
          'Thu, 2026-11-05 08:30',
          '05-Nov-2026 08:30:00',
          'Nov  5 2026  8:30AM',
        ],
        ...[
          '2026-11-05-08.30.00.000000',
          '１１５／１１／０５　０８：３０',
          '民國115年11月5日8時30分',
          '2026-11-05 週四 08:30',
        ],
      ],
      { order: 'mdy' },
    )
    expect(loaded.rejects).toEqual([])
    expect(new Set(taipei(loaded))).toEqual(new Set(['2026-11-05T08:30:00']))
    expect(loaded.rows.length).toBe(28)
    const [reading] = loaded.record.readings
    expect(reading).toMatchObject({ column: 'at', order: 'mdy' })
    expect(reading?.forms.reduce((sum, { rows }) => sum + rows, 0)).toBe(28)
  })

  test('reads the afternoon before and behind the time, and twelve o’clock as clocks show it', async () => {
    const loaded = await times([
      ...[
        '115/11/05 下午 2:05',
        '115/11/05 02:05 PM',
        '115/11/05 PM 2:05',
        '2026/11/5 上午 12:00:00',
        '2026/11/5 下午 12:30:00',
      ],
    ])
    expect(taipei(loaded).map((each) => each.slice(11))).toEqual([
      '14:05:00',
      '14:05:00',
      '14:05:00',
      '00:00:00',
      '12:30:00',
    ])
  })

  test('refuses what is no time, or one that contradicts itself', async () => {
    const wrong = [
      ...[
        '46331',
        '46331.354',
        '115110508',
        '2026-11-05 08:30 上午 AM',
        '2026-11-05 上午 14:05',
        '2026-11-05 下午 0:30',
      ],
      ...['115/11/05(五) 08:30', '2026-11-05 08:30:15+99:99', '2026-11-05 08:61', '5', '2026-11-0508:30', '9991231'],
      ...['至今', '00000000', '2026-02-29 08:30', '西元115年11月5日', '民國2026年11月5日'],
    ]
    const loaded = await times(wrong)
    expect(loaded.rejects).toEqual(wrong.map((_, i) => `${i + 2},at,bad-time`))
  })

  test('never reads a date whose day and month could be exchanged, unless the mapping says their order and no row contradicts', async () => {
    const written = ['1/5/2012', '11/05/2024 08:30:00', '5/11/2023']
    const refused = await times(written)
    expect(refused.rejects).toEqual(['2,at,bad-time', '3,at,bad-time', '4,at,bad-time'])
    expect(refused.codes).toContain('ambiguous-time')
    expect(taipei(await times(written, { order: 'dmy' }))).toEqual([
      ...['2012-05-01T00:00:00', '2024-05-11T08:30:00', '2023-11-05T00:00:00'],
    ])
    expect(taipei(await times(written, { order: 'mdy' }))[1]).toBe('2024-11-05T08:30:00')
    expect((await times([...written, '11/25/2024'], { order: 'dmy' })).rejects).toHaveLength(4)
  })

  test('reads years of two digits only where the column or the mapping tells what they count from', async () => {
    expect((await times(['26/11/05', '26-11-05', '261105'])).rejects).toEqual([
      '2,at,bad-time',
      '3,at,bad-time',
      '4,at,bad-time',
    ])
    expect(taipei(await times(['26/11/05', '26-11-05', '261105'], { era: 'ce' }))).toEqual(
      Array(3).fill('2026-11-05T00:00:00'),
    )
    const beside = await times(['99/12/31', '100/01/01', '26/11/05'])
    expect(taipei(beside)[0]).toBe('2010-12-31T00:00:00')
    expect(beside.rejects).toEqual(['4,at,out-of-window'])
    expect((await times(['99/12/31', '2011/01/01'])).rejects).toEqual(['2,at,bad-time'])
    expect(taipei(await times(['99/12/31'], { era: 'roc' }))).toEqual(['2010-12-31T00:00:00'])
    expect(taipei(await times(['民國99年12月31日']))).toEqual(['2010-12-31T00:00:00'])
  })

  test('reads digits without signs as the whole column has them: zeros a spreadsheet took are put back, never guessed', async () => {
    const seconds = await joined([
      ['115/11/05', '5'],
      ['115/11/05', '1305'],
      ['115/11/05', '83015'],
      ['115/11/05', '45'],
    ])
    expect(taipei(seconds).map((each) => each.slice(11))).toEqual(['00:00:05', '00:13:05', '08:30:15', '00:00:45'])
    expect(seconds.record.readings[0]?.clock).toBe('hhmmss')
    const minutes = await joined([
      ['115/11/05', '1305'],
      ['115/11/05', '5'],
      ['115/11/05', '830'],
    ])
    expect(taipei(minutes).map((each) => each.slice(11))).toEqual(['13:05:00', '00:05:00', '08:30:00'])
    expect(
      (
        await joined([
          ['115/11/05', '5'],
          ['115/11/05', '45'],
        ])
      ).rejects,
    ).toHaveLength(2)
    expect(
      (
        await joined([
          ['115/11/05', '1305'],
          ['115/11/05', '5930'],
        ])
      ).rejects,
    ).toHaveLength(2)
  })

  test('a day or a time that is missing where both are joined is never another moment', async () => {
    const loaded = await joined([
      ['', '101112'],
      ['', '10:11:12'],
      ['115/11/05', ''],
      ['115/11/05', '08:30'],
      ['', ''],
    ])
    expect(loaded.rejects).toEqual(['2,at,bad-time', '3,at,bad-time', '4,at,bad-time', '6,at,missing'])
    expect(
      taipei(
        await joined([
          ['115/11/05', ''],
          ['115/11/06', ''],
        ]),
      ),
    ).toEqual(['2026-11-05T00:00:00', '2026-11-06T00:00:00'])
    expect(taipei(await joined([['115/11/05 08:30:00', '']]))).toEqual(['2026-11-05T08:30:00'])
  })

  test('rejects accesses from before 1990 and from over two years ahead, and keeps old beginnings of what stands', async () => {
    const loaded = await times(['078/12/31', '079/01/01', '2150-01-01', '1937-11-05', '2028-11-22', '2028-11-24'])
    expect(loaded.rejects).toEqual([2, 4, 5, 7].map((line) => `${line},at,out-of-window`))
    expect(loaded.codes).toContain('out-of-window')
    const kin = await load('a,b,r,f\nA123456789,F131104093,child,045/03/02\n', {
      ...{ target: 'kinship', agency: 'household' },
      columns: { subject: from('a'), other: from('b'), relation: from('r'), valid_from: from('f') },
    })
    expect(taipei(kin, 'valid_from')).toEqual(['1956-03-02T00:00:00'])
  })

  test('an end that says there is none yet is open, however it says so', async () => {
    const ends = [
      '9991231',
      '99991231',
      '9999-12-31',
      '999/12/31',
      '0000000',
      '00000000',
      '0',
      '至今',
      '迄今',
      '-',
      'NULL',
      '9999-12-31 23:59:59',
      '',
    ]
    const { rows, rejects } = await load(
      `o,u,t,d,a,b\n${ends.map((end, i) => `${i},u,t,d,115/01/01,${end}`).join('\n')}\n5,u,t,d,0000000,\n`,
      {
        ...{ target: 'post', agency: 'police' },
        columns: {
          officer: from('o'),
          unit: from('u'),
          title: from('t'),
          duty: from('d'),
          valid_from: from('a'),
          valid_to: from('b'),
        },
      },
    )
    expect(rows.map((row) => row['valid_to'])).toEqual(ends.map(() => '2299-12-31 00:00:00.000'))
    expect(rejects).toEqual([`${ends.length + 2},valid_from,bad-time`])
  })
})

describe('intervals', () => {
  test('a day’s leave written as midnight at both ends is the whole day, where no row has a time of day', async () => {
    const loaded = await intervals('leave', [
      ['2026-11-05 00:00:00.000', '2026-11-05 00:00:00.000'],
      ['115/11/06', '115/11/06'],
      ['2026/11/5 上午 12:00:00', '2026/11/6 上午 12:00:00'],
    ])
    expect(taipei(loaded, 'ends')).toEqual(['2026-11-06T00:00:00', '2026-11-07T00:00:00', '2026-11-06T00:00:00'])
    expect(loaded.codes).toContain('no-length')
  })

  test('an interval without length is told where other rows have times of day', async () => {
    const loaded = await intervals('leave', [
      ['2026-12-09 00:00:00', '2026-12-09 00:00:00'],
      ['2026-12-09 08:30:00', '2026-12-09 12:30:00'],
    ])
    expect(taipei(loaded, 'ends')[0]).toBe('2026-12-09T00:00:00')
    expect(loaded.codes).toContain('no-length')
  })

  test('a night duty with one date at both ends ends the day after; a leave that ends before it starts is rejected', async () => {
    const duty = await intervals('shift', [
      ['115/11/05 22:00', '115/11/05 06:00'],
      ['115/11/05 22:00', '115/11/04 06:00'],
    ])
    expect(taipei(duty, 'ends')).toEqual(['2026-11-06T06:00:00'])
    expect(duty.rejects).toEqual(['3,ends,interval-reversed'])
    expect(duty.codes).toEqual(expect.arrayContaining(['overnight', 'interval-reversed']))
    const leave = await intervals('leave', [['115/11/05 22:00', '115/11/05 06:00']])
    expect(leave.rejects).toEqual(['2,ends,interval-reversed'])
  })
})

describe.skipIf(!hasVectors)('files offices wrote', () => {
  const vector = async (name: string, file = 'log.csv'): Promise<Loaded> => {
    const mapping = await readMapping(join(VECTORS, name, 'mapping.yaml'))
    if (!mapping.ok) throw new Error(mapping.error.message)
    return load(await readFile(join(VECTORS, name, file), 'utf8'), mapping.value)
  }

  test('dates of programs and personnel systems', async () => {
    expect(taipei(await vector('d01-pg-offset'))).toEqual(['2026-11-05T08:30:15', '2026-11-05T08:30:15'])
    expect((await vector('d02-us-dates')).rows).toEqual([])
    expect(taipei(await vector('d04-roc13'))).toEqual(['2026-11-05T08:30:15', '2026-11-05T08:30:00'])
    const seconds = taipei(await vector('d05-hhmmss-number')).map((each) => each.slice(11))
    expect(seconds).toEqual(['00:00:05', '00:00:05', '00:13:05', '08:30:15', '00:00:45'])
    const posts = await vector('d06-open-end', 'posts.csv')
    expect(posts.rows.map((row) => row['valid_to'])).toEqual(Array(5).fill('2299-12-31 00:00:00.000'))
    expect(taipei(await vector('d07-weekday'))).toEqual(['2026-11-05T08:30:00', '2026-11-05T08:30:00'])
    expect((await vector('d08-two-digit-west')).rows).toEqual([])
    expect((await vector('d09-midnight-end', 'leave.csv')).rows.every((row) => row['ends'] !== row['starts'])).toBe(
      true,
    )
    expect((await vector('d10-overnight', 'shift.csv')).rejects).toEqual(['2,ends,interval-reversed'])
    expect((await vector('d11-excel-serial')).rows).toEqual([])
  })

  test('identifiers and case numbers', async () => {
    const invisible = (await vector('i01-invisible')).rows
    expect(new Set(invisible.map((row) => `${row['subject_kind']} ${row['subject']}`)).size).toBe(1)
    const masked = await vector('i03-masked-id')
    expect(masked.rows.map((row) => row['subject_kind'])).toEqual(['masked', 'masked', 'person', 'person', 'parcel'])
    expect(masked.codes).toEqual(expect.arrayContaining(['masked-identifier', 'odd-form', 'check-digit']))
    expect((await vector('i04-sci-id')).rejects).toEqual(['2,case_no,lost-digits', '2,subject,lost-digits'])
    expect((await vector('i05-bad-check')).codes).toContain('check-digit')
    expect(new Set((await vector('k01-year-word')).rows.map((row) => row['case_key']))).toEqual(
      new Set(['police:115偵423']),
    )
    expect(new Set((await vector('k03-collide')).rows.map((row) => row['case_key'])).size).toBe(3)
  })
})
