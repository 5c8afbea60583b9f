import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RoleName } from '../wire/session.ts'
import { planStaff, type Staff } from './plan-staff.ts'
import { type PowerFacts, powerOf } from './power.ts'
import { splitPlan } from './split-plan.ts'
import type { StatedTerm } from './staff-file.ts'
import type { HeldTerm, Term, Unit } from './term.ts'

const [SINCE, AT] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-11-26T00:00:00Z')]
const PERSONS = ['1', '2', '3', '4', '5'] as const
const CODES = ['A', 'B', 'C', 'D'] as const
const KEYS = ['company:1', 'parcel:2'] as const
const WATCHES: RoleName = 'ethics'

/** Everything a state lets anybody do, told from the state alone: an independent reading of chart.ts. */
function powers({ terms, units }: Staff): ReadonlySet<string> {
  const by = new Map(terms.map((term) => [term.person, term]))
  const parentOf = new Map(units.map(({ code, parent }) => [code, parent]))
  const said = new Set<string>()
  for (const each of terms) {
    for (const key of each.portfolio) said.add(`${each.account} handles ${key}`)
    if (each.role !== 'officer') said.add(`${each.account} is ${each.role}`)
    const chain: string[] = []
    for (let at = each.unitCode; parentOf.has(at) && !chain.includes(at); at = parentOf.get(at) ?? '') chain.push(at)
    const above = terms.filter(
      (other) =>
        other.person !== each.person &&
        other.role === 'supervisor' &&
        (other.person === each.manager || chain.includes(other.unitCode)),
    )
    for (const { account } of above) said.add(`${account} approves for ${each.person}`)
    // In whose place somebody stands in, today or on a day to come.
    for (const principal of [...above, each]) {
      const deputy = principal.deputyFrom === '' ? undefined : by.get(principal.deputy)
      if (!deputy || deputy.person === principal.person) continue
      if (principal !== each) said.add(`${deputy.account} approves for ${each.person}`)
      else for (const key of each.portfolio) said.add(`${deputy.account} handles ${key}`)
    }
  }
  return said
}

const code = fc.constantFrom('', ...CODES)
const someone = fc.constantFrom('', ...PERSONS)
const termOf = (person: string): fc.Arbitrary<Term> =>
  fc
    .record({
      unitCode: code,
      role: fc.constantFrom<RoleName>('officer', 'officer', 'supervisor'),
      manager: someone,
      deputy: someone,
      isActing: fc.boolean(),
      portfolio: fc.subarray([...KEYS]),
      title: fc.constantFrom('課員', '技士'),
      account: fc.constantFrom(`a${person}`, `a${person}`, `b${person}`),
    })
    .map(({ isActing, unitCode, ...rest }) => ({
      ...{ ...rest, person, unitCode, unit: unitCode, name: person, duty: '', subject: '' },
      manager: rest.manager === person ? '' : rest.manager,
      ...(rest.deputy === person || rest.deputy === ''
        ? { deputy: '', deputyFrom: '', deputyUntil: '' }
        : { deputyFrom: isActing ? '2026-11-01' : '', deputyUntil: '' }),
    }))
// A unit stands under one that comes before it: no circles.
const units: fc.Arbitrary<readonly Unit[]> = fc
  .tuple(...CODES.map((_, i) => fc.constantFrom('', ...CODES.slice(0, i))))
  .map((parents) => CODES.map((each, i) => ({ code: each, name: each, parent: parents[i] ?? '' })))
const staff: fc.Arbitrary<{ readonly terms: readonly Term[]; readonly units: readonly Unit[] }> = fc.record({
  terms: fc.subarray([...PERSONS]).chain((persons) => fc.tuple(...persons.map(termOf))),
  units,
})

const held = (term: Term): HeldTerm => ({ ...term, since: SINCE, until: undefined })
const stated = (term: Term, line: number): StatedTerm => ({ line, term, parentUnit: '', since: undefined })
/** What is so after a plan was applied, from the plan alone. */
const after = (before: Staff, plan: ReturnType<typeof planStaff>): Staff => {
  const gone = new Set([...plan.leaves, ...plan.changes.map((each) => each.before)].map(({ person }) => person))
  const opened = [...plan.joins, ...plan.changes.map((each) => each.after)].map(({ term }) => held(term))
  const closed = new Set(plan.unitsClosed)
  return {
    terms: [...before.terms.filter(({ person }) => !gone.has(person)), ...opened],
    units: [...before.units.filter((unit) => !closed.has(unit.code)), ...plan.unitsOpened],
  }
}
const factsOf = ({ terms, units: known }: Staff, ever: Staff): PowerFacts => ({
  known: new Set(ever.terms.map(({ account }) => account)),
  held: new Map(terms.map(({ account, role }) => [account, role])),
  placed: new Set(ever.terms.filter(({ unitCode }) => unitCode !== '').map(({ person }) => person)),
  named: new Set(terms.map(({ deputy }) => deputy).filter((person) => person !== '')),
  units: known,
})
/** Gains of people who were there before; a new officer comes under whoever is above the unit he comes into. */
const gains = (before: Staff, now: Staff): readonly string[] => {
  const [had, has] = [powers(before), powers(now)]
  const known = new Set(before.terms.filter(({ unitCode }) => unitCode !== '').map(({ person }) => person))
  return [...has].filter(
    (each) => !had.has(each) && (!/approves/.test(each) || known.has(each.split(' ').at(-1) ?? '')),
  )
}

test('whatever one person may apply alone never adds to anybody’s power, for any two states of an office', () => {
  let alone = 0
  fc.assert(
    fc.property(staff, staff, (one, other) => {
      const before: Staff = { terms: one.terms.map(held), units: one.units }
      const plan = planStaff(before, { terms: other.terms.map(stated), units: other.units }, AT)
      if (powerOf(plan, factsOf(before, before)).length > 0) return
      alone += 1
      expect(gains(before, after(before, plan))).toEqual([])
    }),
    { numRuns: 4000 },
  )
  expect(alone).toBeGreaterThan(20)
})

test('nor does what a directory’s message does at once, and both parts together are the message', () => {
  fc.assert(
    fc.property(staff, staff, (one, other) => {
      const before: Staff = { terms: one.terms.map(held), units: one.units }
      const plan = planStaff(before, { terms: other.terms.map(stated), units: other.units }, AT)
      const facts = factsOf(before, before)
      const { now, waits } = splitPlan(plan, facts, AT)
      expect(powerOf(now, facts)).toEqual([])
      const [first, whole] = [after(before, now), after(before, plan)]
      expect(gains(before, first)).toEqual([])
      const both = after(first, waits)
      const sorted = ({ terms }: Staff) => terms.map(({ since: _, until: __, ...term }) => term).toSorted(byPerson)
      expect(sorted(both)).toEqual(sorted(whole))
    }),
    { numRuns: 2000 },
  )
})

test('nor do any number of such steps one after the other', () => {
  fc.assert(
    fc.property(fc.array(staff, { minLength: 3, maxLength: 6 }), (states) => {
      const [first = { terms: [], units: [] }, ...later] = states
      const start: Staff = { terms: first.terms.map(held), units: first.units }
      let [now, ever] = [start, start]
      for (const wanted of later) {
        const plan = planStaff(now, { terms: wanted.terms.map(stated), units: wanted.units }, AT)
        now = after(now, splitPlan(plan, factsOf(now, ever), AT).now)
        ever = { terms: [...ever.terms, ...now.terms], units: now.units }
      }
      const known = new Set(start.terms.map(({ person }) => person))
      const [had, has] = [powers(start), powers(now)]
      const added = [...has].filter((each) => !had.has(each))
      // Officers who came meanwhile are approved for by whoever is above the unit they first came into, and by nobody else.
      expect(added.filter((each) => !/approves/.test(each) || isPlaced(start, known, each))).toEqual([])
    }),
    { numRuns: 1000 },
  )
})

const isPlaced = ({ terms }: Staff, known: ReadonlySet<string>, said: string): boolean => {
  const person = said.split(' ').at(-1) ?? ''
  return known.has(person) && terms.some((each) => each.person === person && each.unitCode !== '')
}
const byPerson = (a: { readonly person: string }, b: { readonly person: string }) => a.person.localeCompare(b.person)

test('who watches over others leaves by two, under another account too', () => {
  const term = { person: '1', account: 'a1', name: '', unitCode: 'A', unit: 'A', title: '', duty: '' }
  const watcher: Term = {
    ...{ ...term, role: WATCHES, manager: '', deputy: '', deputyFrom: '', deputyUntil: '', portfolio: [], subject: '' },
  }
  const before: Staff = { terms: [held(watcher)], units: [] }
  const facts = factsOf(before, before)
  const left = planStaff(before, { terms: [], units: [] }, AT)
  expect(powerOf(left, facts)).toEqual([{ kind: 'guarded', about: '1' }])
  const renamed = planStaff(before, { terms: [stated({ ...watcher, account: 'b1' }, 2)], units: [] }, AT)
  expect(powerOf(renamed, facts).map(({ kind }) => kind)).toEqual(['account', 'guarded'])
})
