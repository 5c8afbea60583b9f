import type { Queryable } from '../database/database.ts'
import type { Doer } from '../identity/port.ts'
import { applyWaiting, type DescribedWaiting, describeWaiting } from './agree-staff.ts'
import { type Bringing, bringStaff } from './bring-staff.ts'
import { principalsOf } from './chart.ts'
import { applyStaff, lookAtStaff, type StaffAsk, type StaffDeps } from './import-staff.ts'
import { historyOf, listPeople, staffedAgencies } from './list-people.ts'
import { createPostEvidence, type PostEvidenceDeps } from './post-evidence.ts'
import { createScim } from './scim/create-scim.ts'
import { forgetWaiting } from './waiting.ts'

export type Organisation = ReturnType<typeof createOrganisation>

/** Opens the slice. `statePosts` at a start, when imports have recovered; `settle` before the stores close. */
export function createOrganisation(parts: Omit<StaffDeps, 'changed'> & PostEvidenceDeps) {
  const { database, clock } = parts
  const posts = createPostEvidence(parts)
  const deps: StaffDeps = { ...parts, changed: posts.changed }
  const agreed = new Map<string, Date>()
  return {
    statePosts: posts.stateAll,
    settle: posts.settle,
    look: (ask: StaffAsk, doer: Doer) => lookAtStaff(deps, ask, doer),
    /** all at once, whatever power it gives: for the program itself; people come through `bring` */
    apply: (ask: Parameters<typeof applyStaff>[1], doer: Doer) => applyStaff(deps, ask, doer),
    bring: (ask: Bringing, doer: Doer) => bringStaff(deps, ask, doer),
    /** what waits for a second person */
    waiting: {
      describe: describeWaiting,
      apply: async (tx: Queryable, waiting: DescribedWaiting, doer: Doer, at: Date) => {
        const failure = await applyWaiting(tx, waiting, doer, at)
        if (!failure) agreed.set(waiting.agency, at)
        return failure
      },
      /** after the commit: what was agreed on becomes evidence of posts */
      settle: async () => {
        for (const [agency, at] of agreed) posts.changed(agency, at)
        agreed.clear()
        await forgetWaiting(database, clock.now())
      },
    },
    /** whom this person stands in for today */
    principals: (account: string) => principalsOf(database, account, clock.now()),
    scim: createScim(deps),
    agencies: () => staffedAgencies(database),
    list: (agencies: readonly string[], narrowed: { readonly q: string; readonly offset: number }) =>
      listPeople(database, agencies, { ...narrowed, now: clock.now() }),
    history: (agency: string, person: string) => historyOf(database, agency, person),
  }
}
