import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fixedClock } from '../src/base/clock.ts'
import { createEvidence } from '../src/evidence/create-evidence.ts'
import { readMapping } from '../src/evidence/read-mapping.ts'
import { createReconcile } from '../src/reconcile/create-reconcile.ts'
import type { AccessPage } from '../src/wire/access.ts'
import { type VerdictRow, verdictListQuery } from '../src/wire/verdict.ts'
import { temporaryAnalytics, temporaryDatabase } from '../test/engines.ts'
import { drawn } from '../test/thorough.ts'
import { BROKER_CASE } from './desk.ts'
import { generateSample } from './generate.ts'

/** The day on which a story once lost its witness, a leap day, and the last day of a year, a Thursday. */
const ALL_DATES = ['2028-02-29', '2026-11-28', '2026-12-31', '2027-02-06', '2026-07-31', '2026-03-01', '2027-01-01']
const DATES = ALL_DATES.slice(0, drawn(1, ALL_DATES.length))
const FIRST_ROWS = 30
const BY = { account: 'tester', post: 'test' }
const MAPPINGS = resolve(import.meta.dirname, 'mappings')

let folder: string
let parts: Awaited<ReturnType<typeof openParts>>

async function openParts() {
  const [analytics, database] = [await temporaryAnalytics(), await temporaryDatabase()]
  const clock = fixedClock(new Date())
  const stores = { analytics, database, clock }
  const evidence = await createEvidence({ ...stores, dataFolder: folder, keysFolder: join(folder, 'keys') })
  const reconcile = await createReconcile({ ...stores, listSystems: async () => [] })
  return { ...stores, evidence, reconcile }
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-stories-'))
  parts = await openParts()
})
afterAll(async () => {
  await parts.analytics.close()
  await parts.database.close()
  await rm(folder, { recursive: true, force: true })
})

/** Imports and judges the sample that ends with this day, as the program does at its first start on it. */
async function judgeSampleOf(end: string): Promise<void> {
  await parts.evidence.removeImports({ startedBy: BY.account })
  await parts.reconcile.forgetAccesses()
  parts.clock.advanceMs(Date.parse(`${end}T12:00:00+08:00`) - parts.clock.now().getTime())
  const out = join(folder, end)
  const { files } = await generateSample({ out, accesses: 10_000, seed: 115, end })
  for (const file of files) {
    const mapping = await readMapping(join(MAPPINGS, file.mapping))
    if (!mapping.ok) throw new Error(mapping.error.message)
    const job = { ...file, filePath: join(out, file.path), fileName: file.path, mapping: mapping.value, startedBy: BY }
    const outcome = await parts.evidence.runImport(job)
    if (!outcome.ok) throw new Error(`${file.path}: ${outcome.error.message}`)
  }
  const run = await parts.reconcile.runReconciliation({ startedBy: BY })
  expect(run.ok).toBe(true)
}

async function storyOf(holds: (row: VerdictRow) => boolean): Promise<AccessPage> {
  const { rows } = await parts.reconcile.listVerdicts(verdictListQuery.parse({ limit: FIRST_ROWS }))
  const page = await parts.reconcile.getAccess(rows.find(holds)?.accessId ?? '')
  if (!page) throw new Error('the story is not among the first rows')
  return page
}
const rulesOf = ({ row, hits }: AccessPage) => ({ verdict: row.verdict, rules: hits.map((hit) => hit.rule) })

test.each(DATES)('judged on %s, the stories stand among the first rows by the rules that are meant', async (end) => {
  await judgeSampleOf(end)
  const company = await storyOf((row) => row.purpose === '公務機關相關業務' && row.subjectKind === 'company')
  expect(rulesOf(company)).toEqual({ verdict: 'contradicted', rules: expect.arrayContaining(['not-in-portfolio']) })
  const patrol = await storyOf((row) => row.purpose === '巡邏盤查可疑女子')
  const witnesses = ['patrol-claim-at-station', 'patrol-claim-on-desk-duty', 'complaint-after']
  expect(rulesOf(patrol)).toEqual({ verdict: 'contradicted', rules: expect.arrayContaining(witnesses) })
  const broker = await storyOf((row) => row.purpose === '核對謄本' && row.system === 'land-query')
  // One number for many people is a sign, not a record that says no.
  expect(rulesOf(broker)).toEqual({ verdict: 'unexplained', rules: expect.arrayContaining(['case-reused']) })
  expect(broker.sentence).toContain(BROKER_CASE)
})
