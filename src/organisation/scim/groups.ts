import { randomBytes } from 'node:crypto'
import { fail, ok, type Result } from '../../base/result.ts'
import type { Queryable } from '../../database/database.ts'
import type { StaffDeps } from '../import-staff.ts'
import type { HeldTerm, Term, Unit } from '../term.ts'
import { heldOf, TERM_COLUMNS, type TermRow } from '../term-store.ts'
import { alone, applyChange, type Provisioner, type Telling, type Waits } from './change.ts'
import { GROUP, NOT_FOUND, patchResource, readResource, refuse, type ScimFailure, type ScimGroup } from './protocol.ts'
import { type GroupRow, listGroups, noteResource, termsIn } from './scim-store.ts'
import { waitingOf } from './users.ts'

type Answer = Promise<Result<GroupRow, ScimFailure>>
type Told = Promise<Result<{ readonly value: GroupRow; readonly waits: Waits | undefined }, ScimFailure>>

const CODE = /^[\w.-]{1,32}$/
const CODE_BYTES = 4

/** A unit as a directory sees it (RFC 7643 §4.2). */
export function groupResource({ code, name, since, externalId, members }: GroupRow, base: string, waits?: Waits) {
  return {
    schemas: [GROUP],
    id: code,
    ...(externalId !== '' && { externalId }),
    displayName: name,
    members: members.map(({ person, name: display }) => ({
      ...{ value: person, display, type: 'User', $ref: `${base}/Users/${encodeURIComponent(person)}` },
    })),
    ...waitingOf(waits),
    meta: {
      ...{ resourceType: 'Group', created: since.toISOString(), lastModified: since.toISOString() },
      location: `${base}/Groups/${encodeURIComponent(code)}`,
    },
  }
}

export async function findGroup(database: Queryable, agency: string, id: string): Answer {
  const page = { startIndex: 1, count: 1, hasMembers: true }
  const found = await listGroups(database, agency, [[{ attribute: 'id', value: id }]], page)
  if (!found.ok) return found
  const [row] = found.value.groups
  return row ? ok(row) : NOT_FOUND
}

/** A directory tells of a new unit. Its code is the external id where that can be one, and is drawn otherwise. */
export async function createGroup(deps: StaffDeps, provisioner: Provisioner, body: unknown): Told {
  const read = readResource('group', body)
  if (!read.ok) return read
  const { externalId = '', displayName } = read.value
  const code = CODE.test(externalId) ? externalId : `u${randomBytes(CODE_BYTES).toString('hex')}`
  return alone(deps, provisioner, `group:${code}`, async (tx, by) => {
    const page = { startIndex: 1, count: 1, hasMembers: false }
    const named = await listGroups(tx, by.agency, [[{ attribute: 'displayName', value: displayName }]], page)
    const known = await findGroup(tx, by.agency, code)
    if (known.ok || (named.ok && named.value.total > 0)) return refuse('uniqueness', 'This unit is known already')
    return writeGroup(deps, tx, by, { code, name: '', parent: '' }, read.value)
  })
}

export const replaceGroup = (deps: StaffDeps, by: Provisioner, id: string, body: unknown): Told =>
  changeGroup(deps, by, id, async () => readResource('group', body))

export const patchGroup = (deps: StaffDeps, by: Provisioner, id: string, body: unknown): Told =>
  changeGroup(deps, by, id, (before) => patchResource('group', groupResource(before, ''), body))

/** DELETE: the unit ends; its people stay in office without one, units below it come under the one above. */
export async function deleteGroup(
  deps: StaffDeps,
  provisioner: Provisioner,
  id: string,
): Promise<Result<undefined, ScimFailure>> {
  const told = await alone(deps, provisioner, `group:${id}`, async (tx, by) => {
    const known = await findGroup(tx, by.agency, id)
    if (!known.ok) return known
    const below = await tx.query<Unit & Record<string, unknown>>(
      'SELECT code, name, parent FROM unit WHERE agency = $1 AND parent = $2 AND until IS NULL',
      [by.agency, id],
    )
    const left = await termsIn(tx, by.agency, id)
    await applyChange(deps, tx, by, {
      changes: left.map((before) => ({ before, after: { ...before, unitCode: '', unit: '' } })),
      unitsClosed: [id, ...below.map(({ code }) => code)],
      unitsOpened: below.map(({ code, name }) => ({ code, name, parent: known.value.parent })),
    })
    await noteResource(tx, { agency: by.agency, kind: 'group', id }, { externalId: '', isGone: true })
    return ok(undefined)
  })
  return told.ok ? ok(undefined) : told
}

async function changeGroup(
  deps: StaffDeps,
  provisioner: Provisioner,
  id: string,
  wanted: (before: GroupRow) => Promise<Result<ScimGroup, ScimFailure>>,
): Told {
  return alone(deps, provisioner, `group:${id}`, async (tx, by) => {
    const known = await findGroup(tx, by.agency, id)
    if (!known.ok) return known
    const group = await wanted(known.value)
    return group.ok ? writeGroup(deps, tx, by, known.value, group.value) : group
  })
}

/** Names the unit and puts exactly these people into it; who is no longer among them stays in office without a unit. */
async function writeGroup(
  deps: StaffDeps,
  tx: Queryable,
  by: Telling,
  before: Unit,
  { displayName, externalId = '', members = [] }: ScimGroup,
): Answer {
  const { code, parent } = before
  const wanted = new Set(members.flatMap(({ value }) => (value === undefined ? [] : [value.toUpperCase()])))
  const found = await inOffice(tx, by.agency, [...wanted])
  if (found.length < wanted.size)
    return fail({ status: 400, scimType: 'invalidValue', detail: 'members: somebody who is not in office here' })
  const placed = (term: HeldTerm): { before: HeldTerm; after: Term } => ({
    ...{ before: term, after: { ...term, unitCode: code, unit: displayName } },
  })
  const gone = (await termsIn(tx, by.agency, code)).filter(({ person }) => !wanted.has(person))
  const isNew = before.name === ''
  const isNamed = before.name !== displayName
  await applyChange(deps, tx, by, {
    changes: [
      ...found.map(placed),
      ...gone.map((term) => ({ before: term, after: { ...term, unitCode: '', unit: '' } })),
    ],
    ...(isNamed && { unitsOpened: [{ code, name: displayName, parent }], unitsClosed: isNew ? [] : [code] }),
  })
  await noteResource(tx, { agency: by.agency, kind: 'group', id: code }, { externalId, isGone: false })
  return findGroup(tx, by.agency, code)
}

async function inOffice(tx: Queryable, agency: string, persons: readonly string[]): Promise<readonly HeldTerm[]> {
  const rows = await tx.query<TermRow>(
    `SELECT ${TERM_COLUMNS} FROM term t WHERE t.agency = $1 AND t.until IS NULL AND t.person = ANY($2) ORDER BY t.person`,
    [agency, persons],
  )
  return rows.map(heldOf)
}
