import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryAnalytics, temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { createEvidence, type Evidence } from './create-evidence.ts'

let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let folder: string
let evidence: Evidence

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-damaged-'))
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

const HEADER = '編號,時間,員工,證號,事由'
const columns = {
  source_id: { from: '編號' },
  at: { from: '時間' },
  officer: { from: '員工' },
  subject: { from: '證號' },
  purpose: { from: '事由' },
}
/** One kind of damage to one line; none of them joins two lines by the rules of quoting. */
const DAMAGE: Readonly<Record<string, (line: string) => string>> = {
  none: (line) => line,
  quote: (line) => line.replace('查', '"查'),
  inner: (line) => line.replace('查', '查"詢"'),
  short: (line) => line.slice(0, line.lastIndexOf(',')),
  long: (line) => `${line},x`,
  bordered: (line) => `${line},,,`,
  nul: (line) => line.replace('查', '\0'),
  cut: (line) => line.slice(0, 12),
  blank: () => ',,,,',
  spaces: () => '   ',
  empty: () => '',
  guard: (line) => line.replace('0412', '="0412"'),
  separator: (line) => line.replace('查', '\u001f'),
  header: () => HEADER,
}
let serial = 0

test('reads as many records as a damaged file has lines, each loaded, rejected or a duplicate, and lists every one not loaded', async () => {
  const kinds = fc.array(fc.constantFrom(...Object.keys(DAMAGE)), { minLength: 1, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(kinds, fc.constantFrom('\n', '\r\n', '\r'), fc.boolean(), async (list, end, hasTotal) => {
      const file = serial++
      const lines = list.map((kind, i) => DAMAGE[kind]?.(`F${file}-${i},2026-11-05 08:30,0412,A123456789,查詢`) ?? '')
      const text = [HEADER, ...lines, ...(hasTotal ? ['合計：9 筆'] : [])].join(end)
      const filePath = join(folder, `f${file}.csv`)
      await writeFile(filePath, text)
      const startedBy = { account: 'tester', post: 'test' }
      const mapping = { target: 'access', agency: 'police', columns }
      const job = { filePath, fileName: 'f.csv', target: 'access', agency: 'police', system: 's', mapping, startedBy }
      const outcome = await evidence.runImport(job)
      if (!outcome.ok || outcome.value.state !== 'done') throw new Error(JSON.stringify(outcome))
      const { rowsRead, rowsLoaded, rowsRejected, rowsDuplicate, importId } = outcome.value
      const count = text
        .split(/\r\n|\r|\n/)
        .slice(1)
        .filter((line) => line !== '').length
      expect([rowsRead, rowsLoaded + rowsRejected + rowsDuplicate]).toEqual([count, count])
      expect(rowsLoaded).toBe(list.filter((kind) => ['none', 'bordered', 'guard'].includes(kind)).length)
      const rejects = (await readFile(join(folder, 'rejects', `${importId}.csv`), 'utf8'))
        .trimEnd()
        .split('\r\n')
        .slice(1)
      expect(new Set(rejects.map((each) => each.split(',')[0])).size).toBe(rowsRejected + rowsDuplicate)
    }),
    { numRuns: 12 },
  )
})
