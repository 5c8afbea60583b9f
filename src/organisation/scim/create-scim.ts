import { ok, type Result } from '../../base/result.ts'
import type { StaffDeps } from '../import-staff.ts'
import type { Provisioner, Waits } from './change.ts'
import { createGroup, deleteGroup, findGroup, groupResource, patchGroup, replaceGroup } from './groups.ts'
import { listBody, readFilter, type ScimFailure, type ScimKind } from './protocol.ts'
import { listGroups, listUsers } from './scim-store.ts'
import { createUser, deleteUser, findUser, patchUser, replaceUser, userResource } from './users.ts'

export interface ScimList {
  readonly filter: string | undefined
  readonly startIndex: number
  readonly count: number
  readonly hasMembers: boolean
}

type Body = Promise<Result<object, ScimFailure>>

/** One kind of resource as RFC 7644 asks for it; answers are bodies. `base` is the address of /scim/v2. */
export interface ScimResources {
  list(by: Provisioner, asked: ScimList, base: string): Body
  get(by: Provisioner, id: string, base: string): Body
  create(by: Provisioner, body: unknown, base: string): Body
  replace(by: Provisioner, id: string, body: unknown, base: string): Body
  patch(by: Provisioner, id: string, body: unknown, base: string): Body
  remove(by: Provisioner, id: string): Promise<Result<undefined, ScimFailure>>
}

/** People and units over SCIM 2.0. */
export function createScim(deps: StaffDeps): Readonly<Record<ScimKind, ScimResources>> {
  const { database } = deps
  const user = shown(userResource)
  const group = shown(groupResource)
  return {
    user: {
      list: async ({ agency }, asked, base) => {
        const filter = filterOf(asked)
        const found = filter.ok ? await listUsers(database, agency, filter.value, asked) : filter
        if (!found.ok) return found
        const { total, users } = found.value
        return ok(
          listBody(
            users.map((row) => userResource(row, base)),
            { total, startIndex: asked.startIndex },
          ),
        )
      },
      get: async (by, id, base) => user(asIs(await findUser(database, by.agency, id)), base),
      create: async (by, body, base) => user(await createUser(deps, by, body), base),
      replace: async (by, id, body, base) => user(await replaceUser(deps, by, id, body), base),
      patch: async (by, id, body, base) => user(await patchUser(deps, by, id, body), base),
      remove: (by, id) => deleteUser(deps, by, id),
    },
    group: {
      list: async ({ agency }, asked, base) => {
        const filter = filterOf(asked)
        const found = filter.ok ? await listGroups(database, agency, filter.value, asked) : filter
        if (!found.ok) return found
        const { total, groups } = found.value
        return ok(
          listBody(
            groups.map((row) => groupResource(row, base)),
            { total, startIndex: asked.startIndex },
          ),
        )
      },
      get: async (by, id, base) => group(asIs(await findGroup(database, by.agency, id)), base),
      create: async (by, body, base) => group(await createGroup(deps, by, body), base),
      replace: async (by, id, body, base) => group(await replaceGroup(deps, by, id, body), base),
      patch: async (by, id, body, base) => group(await patchGroup(deps, by, id, body), base),
      remove: (by, id) => deleteGroup(deps, by, id),
    },
  }
}

const filterOf = ({ filter }: ScimList) => (filter === undefined || filter === '' ? ok([]) : readFilter(filter))

type Told<Row> = Result<{ readonly value: Row; readonly waits: Waits | undefined }, ScimFailure>

const asIs = <Row>(found: Result<Row, ScimFailure>): Told<Row> =>
  found.ok ? ok({ value: found.value, waits: undefined }) : found

const shown =
  <Row>(present: (row: Row, base: string, waits?: Waits) => object) =>
  async (told: Told<Row>, base: string): Body =>
    told.ok ? ok(present(told.value.value, base, told.value.waits)) : told
