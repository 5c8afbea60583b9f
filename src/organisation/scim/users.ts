import { fail, ok, type Result } from '../../base/result.ts'
import type { Queryable } from '../../database/database.ts'
import { accountsElsewhere, foldName, ORDINARY_ROLES, rolesHeld } from '../../identity/port.ts'
import type { RoleName } from '../../wire/session.ts'
import type { StaffDeps } from '../import-staff.ts'
import { ROLE_WORDS } from '../staff-columns.ts'
import { ACCOUNT, PERSON } from '../staff-file.ts'
import type { HeldTerm, Term, Unit } from '../term.ts'
import { accountsOfOthers } from '../term-store.ts'
import { alone, applyChange, type Change, type Provisioner, type Telling, type Waits } from './change.ts'
import {
  ENTERPRISE,
  NOT_FOUND,
  patchResource,
  readResource,
  refuse,
  type ScimFailure,
  type ScimUser,
  USER,
} from './protocol.ts'
import { listUsers, noteResource, termsNaming, type UserRow } from './scim-store.ts'

/** What of a request waits for a second person: attributes show how things stand, this names the proposal. */
export const waitingOf = (waits: Waits | undefined) =>
  waits ? { [WAITING]: { change: waits.changeId, state: waits.isRefused ? 'refused' : 'waits' } } : {}
const WAITING = 'urn:shoumi:scim:waiting'

type Answer = Promise<Result<UserRow, ScimFailure>>
type Told = Promise<Result<{ readonly value: UserRow; readonly waits: Waits | undefined }, ScimFailure>>

/** The resource a directory sees (RFC 7643 §4.1, with the enterprise extension). */
export function userResource({ term, externalId, createdAt, changedAt }: UserRow, base: string, waits?: Waits) {
  const { person, account, name, title, role, unit, unitCode, manager, until } = term
  return {
    schemas: [USER, ENTERPRISE],
    id: person,
    ...(externalId !== '' && { externalId }),
    ...{ userName: account, displayName: name, name: { formatted: name }, active: until === undefined },
    ...(title !== '' && { title }),
    roles: [{ value: role, primary: true }],
    ...(unitCode !== '' && {
      groups: [{ value: unitCode, display: unit, $ref: `${base}/Groups/${encodeURIComponent(unitCode)}` }],
    }),
    [ENTERPRISE]: {
      employeeNumber: person,
      ...(unit !== '' && { department: unit }),
      ...(manager !== '' && { manager: { value: manager, $ref: `${base}/Users/${encodeURIComponent(manager)}` } }),
    },
    ...waitingOf(waits),
    meta: {
      ...{ resourceType: 'User', created: createdAt.toISOString(), lastModified: changedAt.toISOString() },
      location: `${base}/Users/${encodeURIComponent(person)}`,
    },
  }
}

export async function findUser(database: Queryable, agency: string, id: string): Answer {
  const found = await listUsers(database, agency, [[{ attribute: 'id', value: id }]], { startIndex: 1, count: 1 })
  if (!found.ok) return found
  const [row] = found.value.users
  return row ? ok(row) : NOT_FOUND
}

/** A directory tells of somebody new. `uniqueness` when his number or account is somebody's already. */
export async function createUser(deps: StaffDeps, provisioner: Provisioner, body: unknown): Told {
  const read = readResource('user', body)
  if (!read.ok) return read
  const stated = read.value[ENTERPRISE]?.employeeNumber || read.value.externalId || read.value.userName
  const person = foldName(stated).toUpperCase()
  if (!PERSON.test(person))
    return refuse('invalidValue', 'employeeNumber: letters, digits and . _ - @ only, at most 64')
  const told = await alone<UserRow | undefined>(deps, provisioner, `user:${person}`, async (tx, by) => {
    const known = await findUser(tx, by.agency, person)
    if (known.ok) return refuse('uniqueness', 'This person is known already')
    const written = await writeUser(deps, tx, by, person, undefined, read.value)
    if (!written.ok) return written
    const made = await findUser(tx, by.agency, person)
    return made.ok ? made : ok(undefined)
  })
  if (!told.ok) return told
  const { value, waits } = told.value
  return value ? ok({ value, waits }) : waitsWhole(waits)
}

/** Nothing of it stands yet; a directory that is told so asks again, and finds it once two have agreed. */
const waitsWhole = (waits: Waits | undefined): Result<never, ScimFailure> =>
  fail({
    status: 403,
    detail: `Takes two persons: ${waits?.isRefused ? 'refused' : 'proposed'} as change ${waits?.changeId ?? ''}`,
  })

/** PUT: the whole of what a directory says of him; what it knows nothing of (deputy, portfolio) stays. */
export async function replaceUser(deps: StaffDeps, provisioner: Provisioner, id: string, body: unknown): Told {
  const read = readResource('user', body)
  if (!read.ok) return read
  return alone(deps, provisioner, `user:${id}`, async (tx, by) => {
    const known = await findUser(tx, by.agency, id)
    if (!known.ok) return known
    const written = await writeUser(deps, tx, by, id, known.value.term, read.value)
    return written.ok ? findUser(tx, by.agency, id) : written
  })
}

export async function patchUser(deps: StaffDeps, provisioner: Provisioner, id: string, body: unknown): Told {
  return alone(deps, provisioner, `user:${id}`, async (tx, by) => {
    const known = await findUser(tx, by.agency, id)
    if (!known.ok) return known
    const patched = await patchResource('user', userResource(known.value, ''), body)
    if (!patched.ok) return patched
    const written = await writeUser(deps, tx, by, id, known.value.term, patched.value)
    return written.ok ? findUser(tx, by.agency, id) : written
  })
}

/** DELETE: he leaves at once and is not told of any more. His history stays. Who watches over others leaves by two. */
export async function deleteUser(
  deps: StaffDeps,
  provisioner: Provisioner,
  id: string,
): Promise<Result<undefined, ScimFailure>> {
  const told = await alone(deps, provisioner, `user:${id}`, async (tx, by) => {
    const known = await findUser(tx, by.agency, id)
    if (!known.ok) return known
    await applyChange(deps, tx, by, await leavingOf(tx, by.agency, known.value.term))
    const { externalId } = known.value
    if (by.waits.length === 0)
      await noteResource(tx, { agency: by.agency, kind: 'user', id }, { externalId, isGone: true })
    return ok(undefined)
  })
  if (!told.ok) return told
  return told.value.waits ? waitsWhole(told.value.waits) : ok(undefined)
}

async function writeUser(
  deps: StaffDeps,
  tx: Queryable,
  by: Telling,
  person: string,
  before: HeldTerm | undefined,
  user: ScimUser,
): Promise<Result<undefined, ScimFailure>> {
  const { agency } = by
  const stated = user[ENTERPRISE]?.employeeNumber
  if (before && stated !== undefined && foldName(stated).toUpperCase() !== person)
    return refuse('mutability', 'employeeNumber is what a person is known by and does not change')
  const account = foldName(user.userName)
  const role = roleOf(user, before?.role, (await rolesHeld(tx, [account])).get(account))
  if (!role.ok) return role
  const placed = await unitOf(tx, agency, user[ENTERPRISE]?.department ?? '', before)
  const after: Term = {
    ...(before ?? UNSTATED),
    ...{ person, account, name: nameOf(user), title: user.title ?? '', role: role.value },
    ...{ unitCode: placed.unit.code, unit: placed.unit.name },
    manager: user[ENTERPRISE]?.manager?.value?.toUpperCase() ?? '',
  }
  const free = await isFree(tx, agency, after)
  if (!free.ok) return free
  await noteResource(tx, { agency, kind: 'user', id: person }, { externalId: user.externalId ?? '', isGone: false })
  const isActive = user.active ?? true
  const isHeld = before !== undefined && before.until === undefined
  const unitsOpened = placed.isNew && (isActive || !before) ? [placed.unit] : []
  if (isHeld && isActive) await applyChange(deps, tx, by, { changes: [{ before, after }], unitsOpened })
  if (isHeld && !isActive) await applyChange(deps, tx, by, await leavingOf(tx, agency, before))
  if (!isHeld && (isActive || !before)) await applyChange(deps, tx, by, { joins: [after], unitsOpened })
  // Told of as inactive: known, and out before the commit. Who waits is not in: an account that was there stays whose it is.
  if (!before && !isActive && by.waits.length === 0)
    await applyChange(deps, tx, by, { leaves: [{ ...after, since: deps.clock.now(), until: undefined }] })
  return ok(undefined)
}

const UNSTATED = { duty: '', deputy: '', deputyFrom: '', deputyUntil: '', portfolio: [], subject: '' } as const

/** Who leaves is nobody's deputy and nobody's superior any more. */
async function leavingOf(tx: Queryable, agency: string, term: HeldTerm): Promise<Change> {
  if (term.until !== undefined) return {}
  const naming = await termsNaming(tx, agency, term.person)
  const without = (each: HeldTerm): Term => ({
    ...each,
    ...(each.deputy === term.person && { deputy: '', deputyFrom: '', deputyUntil: '' }),
    ...(each.manager === term.person && { manager: '' }),
  })
  return { leaves: [term], changes: naming.map((before) => ({ before, after: without(before) })) }
}

function nameOf({ displayName, name, userName }: ScimUser): string {
  const parts = `${name?.familyName ?? ''}${name?.givenName ?? ''}`
  return (displayName || name?.formatted || parts || userName).slice(0, 60)
}

/**
 * A role that two persons gave belongs to the account while it is in force: who left, or goes on under another account, has
 * lost it, even when the directory repeats it.
 */
function roleOf(
  { roles }: ScimUser,
  before: RoleName | undefined,
  held: RoleName | undefined,
): Result<RoleName, ScimFailure> {
  const [first] = (roles ?? []).flatMap(({ value }) => (value === undefined || value === '' ? [] : [value]))
  const stated = first === undefined ? undefined : (ROLE_WORDS[first] ?? first)
  const isKept = held !== undefined && !ORDINARY_ROLES.includes(held)
  if (isKept && (stated === undefined || stated === held)) return ok(held)
  const was = before !== undefined && ORDINARY_ROLES.includes(before) ? before : 'officer'
  const role = stated === undefined || stated === before ? was : ORDINARY_ROLES.find((each) => each === stated)
  if (role !== undefined && !isKept) return ok(role)
  return fail({
    status: 400,
    scimType: 'invalidValue',
    detail: 'roles: a directory gives and takes officer and supervisor only',
  })
}

/** The unit of that code or name; a new one of that name where there is none. Without a department he stays where he was. */
async function unitOf(
  tx: Queryable,
  agency: string,
  department: string,
  before: HeldTerm | undefined,
): Promise<{ readonly unit: Unit; readonly isNew: boolean }> {
  if (department === '' || department === before?.unit)
    return { unit: { code: before?.unitCode ?? '', name: before?.unit ?? '', parent: '' }, isNew: false }
  const [known] = await tx.query<{ code: string; name: string }>(
    `SELECT code, name FROM unit WHERE agency = $1 AND until IS NULL AND (code = $2 OR name = $2)
     ORDER BY code = $2 DESC LIMIT 1`,
    [agency, department],
  )
  if (known) return { unit: { ...known, parent: '' }, isNew: false }
  return { unit: { code: department, name: department, parent: '' }, isNew: true }
}

async function isFree(
  tx: Queryable,
  agency: string,
  { account, person }: Term,
): Promise<Result<undefined, ScimFailure>> {
  if (!ACCOUNT.test(account))
    return refuse('invalidValue', 'userName: begins with a letter; letters, digits and . _ - @ only')
  const elsewhere = await accountsElsewhere(tx, agency, [account])
  const others = await accountsOfOthers(tx, agency, [{ account, person }])
  return elsewhere.size + others.size > 0
    ? refuse('uniqueness', 'This userName is or was somebody else’s')
    : ok(undefined)
}
