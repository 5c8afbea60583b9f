import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateSample, type SampleManifest } from '../../sample/generate.ts'
import { companyId, personId } from '../../sample/people.ts'
import { temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { asInstallation } from '../base/tenant.ts'
import { ASKER, permit } from '../gate/gate-test.fixture.ts'
import { createGate, type QueryGate } from '../gate/port.ts'
import { officeRecords, type SampleSystems, sampleSystems } from './sample-systems.ts'

let database: Awaited<ReturnType<typeof temporaryDatabase>>
let gate: QueryGate
let systems: SampleSystems
let folder: string
let manifest: SampleManifest
const office = officeRecords()
const clock = fixedClock(new Date('2026-11-23T02:00:00Z'))

beforeAll(async () => {
  database = await temporaryDatabase()
  folder = await mkdtemp(join(tmpdir(), 'shoumi-sample-'))
  gate = await createGate({ database, clock, subjectKey: Buffer.alloc(32, 1) })
  systems = sampleSystems(gate, database.url, 'ab'.repeat(16))
  manifest = await generateSample({
    out: folder,
    accesses: 10_000,
    seed: 115,
    end: '2026-11-22',
    onEvidence: office.note,
  })
  await systems.make(manifest.county, office.records)
})
afterAll(async () => {
  await gate.close()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

async function rowsOf(query: string, binds: Readonly<Record<string, string>>, kind: string, value: string) {
  const found = gate.catalogue.query(query)
  if (!found) throw new Error('no such query')
  const { agency, dataSet, version, sensitivity } = found
  const subjectToken = gate.tokens.hexOf(kind, value)
  const disclosed = await gate.disclose({
    decision: permit('standard'),
    request: {
      asker: ASKER,
      act: 'query',
      resource: { agency, dataSet, query, version, sensitivity, subjectToken, rows: 1000 },
      purpose: 'company-care',
      at: clock.now(),
      subjectsToday: 0,
    },
    binds,
    receiver: { name: '李承辦', unit: '承保一科' },
  })
  if (!disclosed.ok) throw new Error(disclosed.error)
  const rows: string[][] = []
  for await (const row of disclosed.value.rows) rows.push(row.map((cell) => cell ?? ''))
  return rows
}

describe('the sample agencies behind the gate', () => {
  test('have logins the doctor finds nothing against, and every query of the catalogue is fit', async () => {
    const check = await asInstallation(() => gate.check())
    expect(check.connectors.map(({ id }) => id)).toEqual(['sample_insurance', 'sample_police', 'sample_land'])
    expect(check.connectors.filter(({ findings, isReachable }) => findings.length > 0 || !isReachable)).toEqual([])
    expect(check.queries.filter(({ isFit, faults }) => !isFit || faults.length > 0)).toEqual([])
    expect(check.queries.length).toBe(gate.catalogue.queries.length)
  })

  test('answer each query with masked rows', async () => {
    const company = await rowsOf('insurance-company', { company: companyId(7) }, 'company', companyId(7))
    expect(company.length).toBeGreaterThan(0)
    for (const [number, id, name] of company) {
      expect(number).toBe(companyId(7))
      expect(id).toMatch(/^[A-Z][12]\d{4}\*{4}$/)
      expect(name).toMatch(/^.○.$/u)
    }
    const person = await rowsOf('police-person', { person: personId(11) }, 'person', personId(11))
    expect(person).toHaveLength(1)
    expect(person[0]?.[3]).toMatch(/^雲山縣雲山市○+$/)
    const parcel = '雲山段01小段0000地號'
    expect((await rowsOf('land-parcel', { parcel }, 'parcel', parcel)).length).toBeGreaterThan(0)
    expect((await rowsOf('police-vehicle', { plate: 'AAA-0002' }, 'vehicle', 'AAA-0002')).length).toBeLessThanOrEqual(1)
  })

  test('know of a case whether it is open, who its parties are and whose it is', async () => {
    const assignment = office.records.get('insurance assignment')?.findLast(([, , , until]) => until === '')
    const [number = '', officer = ''] = assignment ?? []
    const party = office.records.get('insurance party')?.find(([caseNumber]) => caseNumber === number)?.[1] ?? ''
    const ask = {
      agency: 'insurance',
      caseNumber: number,
      subjectToken: gate.tokens.hexOf('person', party),
      account: `insurance:${officer}`,
    }
    const facts = { number, isFound: true, isOpen: true, isSubjectParty: party !== '', isAskerAssigned: true }
    expect(await gate.caseFacts(ask)).toEqual({ ok: true, value: facts })
    const typed = number.replace('字第', ' ').replace('號', '')
    expect(await gate.caseFacts({ ...ask, caseNumber: typed })).toEqual({
      ok: true,
      value: { ...facts, number: typed },
    })
    expect(await gate.caseFacts({ ...ask, account: 'somebody', subjectToken: '00'.repeat(16) })).toEqual({
      ok: true,
      value: { ...facts, isSubjectParty: false, isAskerAssigned: false },
    })
    expect(await gate.caseFacts({ ...ask, caseNumber: '199保字第1號' })).toMatchObject({
      ok: true,
      value: { isFound: false },
    })
    expect(await gate.caseFacts({ ...ask, caseNumber: 'x'.repeat(500) })).toMatchObject({
      ok: true,
      value: { isFound: false },
    })
    expect(await gate.caseFacts({ ...ask, agency: 'nobody' })).toEqual({ ok: false, error: 'unknown-query' })
  })

  test("know the demo official's companies and open cases, and nothing of others'", async () => {
    const portfolio = await gate.portfolioOf('insurance', 'officer')
    expect(portfolio.ok && portfolio.value.length).toBeGreaterThan(3)
    expect(portfolio.ok && portfolio.value).toContain(`company:${companyId(4)}`)
    expect(await gate.portfolioOf('insurance', 'nobody')).toEqual({ ok: true, value: [] })
    expect(await gate.portfolioOf('police', 'officer')).toEqual({ ok: true, value: [] })
    const cases = await gate.myCases('insurance', 'officer')
    expect(cases.ok && cases.value.length).toBeGreaterThan(0)
  })

  test('count what an official asked today and remember what he asked about one subject', async () => {
    const company = companyId(9)
    const token = gate.subjectOf('insurance-company', { company: ` ${company} ` })
    expect(token).toEqual({ ok: true, value: gate.tokens.hexOf('company', company) })
    expect(gate.subjectOf('insurance-company', { company: '1' })).toEqual({ ok: false, error: 'malformed-bind' })
    const before = await gate.subjectsToday('officer')
    await rowsOf('insurance-company', { company }, 'company', company)
    await rowsOf('insurance-company', { company }, 'company', company)
    expect(await gate.subjectsToday('officer')).toBe(before + 1)
    expect(await gate.recent('officer', token.ok ? token.value : '', 30)).toHaveLength(2)
    expect(await gate.recent('colleague', token.ok ? token.value : '', 30)).toEqual([])
    // Midnight in Taipei is four in the afternoon UTC.
    clock.advanceMs(14 * 3_600_000)
    expect(await gate.subjectsToday('officer')).toBe(0)
  })

  test('answer nothing once they are taken away, and go with the sample', async () => {
    await systems.drop()
    expect((await asInstallation(() => gate.check())).connectors).toEqual([])
    await expect(rowsOf('insurance-company', { company: companyId(7) }, 'company', companyId(7))).rejects.toThrow(
      'connector-missing',
    )
    const left = await database.query(
      "SELECT 1 FROM pg_database WHERE datname LIKE 'sample%' UNION ALL SELECT 1 FROM pg_roles WHERE rolname LIKE 'gate%'",
    )
    expect(left).toEqual([])
    await systems.make(manifest.county, office.records)
    await systems.attach()
    expect((await asInstallation(() => gate.check())).connectors).toHaveLength(3)
  })
})
