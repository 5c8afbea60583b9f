import type { Doer } from '../identity/port.ts'
import { principalsOf } from './chart.ts'
import { applyStaff, lookAtStaff, type StaffAsk, type StaffDeps } from './import-staff.ts'
import { historyOf, listPeople, staffedAgencies } from './list-people.ts'
import { createScim } from './scim/create-scim.ts'

export type Organisation = ReturnType<typeof createOrganisation>

/** Opens the slice. */
export function createOrganisation(deps: StaffDeps) {
  const { database, clock } = deps
  return {
    look: (ask: StaffAsk, doer: Doer) => lookAtStaff(deps, ask, doer),
    apply: (ask: Parameters<typeof applyStaff>[1], doer: Doer) => applyStaff(deps, ask, doer),
    /** whom this person stands in for today */
    principals: (account: string) => principalsOf(database, account, clock.now()),
    scim: createScim(deps),
    agencies: () => staffedAgencies(database),
    list: (agencies: readonly string[], narrowed: { readonly q: string; readonly offset: number }) =>
      listPeople(database, agencies, { ...narrowed, now: clock.now() }),
    history: (agency: string, person: string) => historyOf(database, agency, person),
  }
}
