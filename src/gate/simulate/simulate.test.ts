import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Catalogue, loadCatalogue } from '../catalogue.ts'
import { createDecider } from '../decide.ts'
import { loadPolicies, POLICY_FOLDER, type PolicyBook } from '../policy-book.ts'
import { axesOf, requestOf, situationsOf } from './grid.ts'
import { comparePolicies, findOpenings } from './simulate.ts'

let catalogue: Catalogue
let book: PolicyBook
let folder: string
beforeAll(async () => {
  catalogue = await loadCatalogue()
  book = await loadPolicies()
  folder = await mkdtemp(join(tmpdir(), 'shoumi-policies-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The program's policies with one file changed. */
async function changed(file: string, change: (text: string) => string): Promise<PolicyBook> {
  await cp(POLICY_FOLDER, folder, { recursive: true })
  const text = await readFile(join(folder, file), 'utf8')
  const after = change(text)
  expect(after).not.toBe(text)
  await writeFile(join(folder, file), after)
  return loadPolicies(folder)
}

describe('who gets in without approval', () => {
  it('is what the guide’s measures allow, and nothing else', async () => {
    const { openings, tried, isWhole } = await findOpenings(book, catalogue)
    expect(isWhole).toBe(true)
    expect(tried).toBeGreaterThan(20_000)
    expect(openings.map((each) => `${each.dataSet} ${each.purpose} ${each.act} ${each.mask}`).sort()).toEqual([
      'insurance-company company-care query standard',
      'insurance-company enrolment-review query full',
      'insurance-member enrolment-review query full',
      'land-owner registration query full',
      'land-parcel registration export full',
      'land-parcel registration query full',
      'land-parcel transcript export standard',
      'land-parcel transcript query standard',
      'police-person investigation query full',
      'police-person stop-check query standard',
    ])
    // T1.1 and T2.1 as one sentence each: nobody outside his portfolio, off duty, or for another's or a closed case.
    expect(openings.filter((each) => each.outsidePortfolio || each.offDuty)).toEqual([])
    expect([...new Set(openings.flatMap(({ cases }) => cases))].sort()).toEqual(['none', 'open party mine'])
    expect([...new Set(openings.flatMap(({ roles }) => roles))].sort()).toEqual(['officer', 'supervisor'])
    expect(openings.find(({ purpose }) => purpose === 'stop-check')?.subjectsTodayAtMost).toBe(29)
    expect(openings.every(({ isEveryCombination }) => isEveryCombination)).toBe(true)
  })

  it('finds the hole a lost condition leaves', async () => {
    const holed = await changed('common.cedar', (text) =>
      text.replace('unless { context.onDuty };', 'unless { true };'),
    )
    const { openings } = await findOpenings({ ...holed, dataSets: ['land-owner'] }, catalogue)
    expect(openings.length).toBeGreaterThan(0)
    expect(openings.every(({ offDuty }) => offDuty)).toBe(true)
  })
})

describe('what a change of policies changes', () => {
  it('nothing, where nothing is changed', async () => {
    const small = { ...book, dataSets: ['land-owner'] }
    expect((await comparePolicies(small, small, catalogue)).changes).toEqual([])
  })

  it('is told with examples that hold, wider changes first', async () => {
    const after = await changed('common.cedar', (text) =>
      text.replace('context.subjectsToday >= 60 };', 'context.subjectsToday >= 80 };'),
    )
    const only = (each: PolicyBook) => ({ ...each, dataSets: ['land-owner'] })
    const { changes, isWhole } = await comparePolicies(only(book), only(after), catalogue)
    expect(isWhole).toBe(true)
    expect(changes.length).toBeGreaterThan(0)
    expect(changes[0]).toMatchObject({ from: 'needs-approval two-persons standard', to: 'permit full', isWider: true })
    const [was, is] = [book, after].map((each) => createDecider(each, catalogue.purpose))
    for (const { examples } of changes)
      for (const example of examples) {
        expect(example.subjectsToday).toBeGreaterThanOrEqual(60)
        const request = requestOf(catalogue, example as never, new Date())
        expect(was?.decide(request)).not.toEqual(is?.decide(request))
      }
  })

  it('tells a stricter mask from a laxer one', async () => {
    const after = await changed('land-owner.cedar', (text) => text.replaceAll('@mask("full")', '@mask("strong")'))
    const only = (each: PolicyBook) => ({ ...each, dataSets: ['land-owner'] })
    const there = await comparePolicies(only(book), only(after), catalogue)
    const back = await comparePolicies(only(after), only(book), catalogue)
    expect(there.changes).toEqual([
      expect.objectContaining({ from: 'permit full', to: 'permit strong', isWider: false }),
    ])
    expect(back.changes).toEqual([expect.objectContaining({ to: 'permit full', isWider: true })])
  })
})

describe('the grid', () => {
  const condition = (body: unknown) => ({ conditions: [{ kind: 'when', body }] }) as never
  const attribute = (name: string) => ({ '.': { left: { Var: 'context' }, attr: name } })

  it('has the last value on either side of each border', () => {
    const above = condition({ '>': { left: attribute('minutesSinceStepUp'), right: { Value: 15 } } })
    const turned = condition({ '<=': { left: { Value: 60 }, right: attribute('subjectsToday') } })
    const axes = axesOf([above, turned], [2])
    expect(axes).toMatchObject({ minutesSinceStepUp: [15, 16], subjectsToday: [59, 60], isWhole: true })
  })

  it('says when a policy reads a number in a way it cannot follow', () => {
    const sum = { '+': { left: attribute('subjectsToday'), right: { Value: 1 } } }
    expect(axesOf([condition({ '<': { left: sum, right: { Value: 10 } } })], [2]).isWhole).toBe(false)
  })

  it('lists every situation once', () => {
    const axes = axesOf([], [2])
    const all = [...situationsOf(catalogue, 'land-owner', axes)].map((each) => JSON.stringify(each))
    expect(new Set(all).size).toBe(all.length)
    expect(all.length).toBeGreaterThan(50)
  })
})
