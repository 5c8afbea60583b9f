import { randomUUID } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { formatIsoDay, parseTaiwanDay, taipeiDay, taipeiInstant } from '../base/roc-date.ts'
import { type Database, type Outcome, type Queryable, recorded, unchanged } from '../database/database.ts'
import { readTable } from '../evidence/port.ts'
import { accountsElsewhere, type Doer, ORDINARY_ROLES, rolesHeld } from '../identity/port.ts'
import { recordAct, recordEvent } from '../ledger/port.ts'
import type { StaffApplied, StaffFault } from '../wire/people.ts'
import type { RoleName } from '../wire/session.ts'
import { applyPlan, lockStaff } from './apply-plan.ts'
import { isEmpty, planStaff, type StaffPlan } from './plan-staff.ts'
import { readStaff, type StaffFile } from './staff-file.ts'
import { accountsOfOthers, staffInForce } from './term-store.ts'
import type { Waiting } from './waiting.ts'

export interface StaffDeps {
  readonly database: Database
  readonly clock: Clock
  /** keyed pseudonym of an identity number, as hex; the number itself is kept nowhere */
  readonly pseudonym: (identityNumber: string) => string
  /** told after a commit that changed terms of this agency, which began at or after that instant */
  readonly changed: (agency: string, since: Date) => void
  /** where what takes two is proposed; left out: it is refused */
  readonly proposals?: Proposals
}

/** What takes two goes to `src/changes`, which stands above this slice. */
export interface Proposals {
  /** fails with why it may not be proposed; the id of the proposal otherwise */
  propose(waiting: Waiting, doer: Doer): Promise<Result<string, { readonly zh: string; readonly en: string }>>
  /** the proposal of that, while it is open or was refused lately */
  standing(waitingId: string): Promise<{ readonly changeId: string; readonly isRefused: boolean } | undefined>
}

export interface StaffAsk {
  readonly filePath: string
  readonly fileName: string
  readonly agency: string
  /** the day the file speaks of, `YYYY-MM-DD`; today when undefined */
  readonly asOf: string | undefined
}

/** What a file would do; with faults it does nothing. */
export interface StaffLook {
  readonly asOf: string
  readonly people: number
  readonly faults: readonly StaffFault[]
  readonly plan: StaffPlan
}

export interface StaffRefusal {
  /** `changed`: not what was looked at · `too-many-passwords`: see MAX_PASSWORDS */
  readonly code:
    | 'unreadable'
    | 'future'
    | 'older'
    | 'faults'
    | 'changed'
    | 'nothing'
    | 'too-many-passwords'
    | 'two-persons'
  readonly zh: string
  readonly en: string
}

const MAX_PEOPLE = 200_000
/** one-time passwords are for small offices; each takes a tenth of a second to hash */
export const MAX_PASSWORDS = 200
const ANALYSED_FROM = 1000
const EMPTY: StaffFile = { terms: [], units: [], faults: [] }

/** Reads a personnel file and tells what it would change. Changes nothing; that somebody looked is recorded. */
export async function lookAtStaff(
  deps: StaffDeps,
  ask: StaffAsk,
  doer: Doer,
): Promise<Result<StaffLook, StaffRefusal>> {
  const read = await readAsk(deps, ask)
  if (!read.ok) return read
  const look = await planOf(deps.database, ask.agency, read.value, doer)
  if (!look.ok) return look
  const { joins, changes, leaves, digest } = look.value.plan
  await recordAct(deps.database, {
    ...staffEvent(doer, deps.clock.now(), ask.agency),
    kind: 'staff-looked-at',
    detail: {
      ...{ asOf: look.value.asOf, faults: look.value.faults.length, digest },
      ...{ joins: joins.length, changes: changes.length, leaves: leaves.length },
    },
  })
  return look
}

/**
 * Applies a personnel file without asking how much power it gives: for the program itself, never for a person, who comes
 * through `bringStaff`. All of it, or nothing. `digest` is that of the changes that were looked at; when the file, or
 * what is in force, is no longer what it was, nothing happens. Leavers lose everything with the commit.
 */
export async function applyStaff(
  deps: StaffDeps,
  ask: StaffAsk & { readonly digest: string },
  doer: Doer,
): Promise<Result<StaffApplied, StaffRefusal>> {
  const read = await readAsk(deps, ask)
  if (!read.ok) return read
  const began = deps.clock.now()
  const applied = await deps.database.transaction<Outcome<Result<StaffApplied, StaffRefusal>>>(async (tx) => {
    await lockStaff(tx)
    const look = await planOf(tx, ask.agency, read.value, doer)
    if (!look.ok) return unchanged(look)
    const refusal = refusalOf(look.value, ask.digest)
    return refusal ? unchanged(fail(refusal)) : commit(deps, tx, ask, look.value, doer)
  })
  if (applied.ok) deps.changed(ask.agency, began)
  return applied
}

export function refusalOf({ faults, plan }: StaffLook, digest: string): StaffRefusal | undefined {
  if (faults.length > 0)
    return { code: 'faults', zh: '檔案有錯誤，沒有套用任何一筆。', en: 'The file has faults; nothing was applied.' }
  if (isEmpty(plan)) return { code: 'nothing', zh: '與現況相同，沒有需要套用的異動。', en: 'Nothing would change.' }
  if (plan.digest !== digest)
    return {
      code: 'changed',
      zh: '檔案或現況與先前檢視的不同，沒有套用；請重新檢視異動。',
      en: 'The file or the staff is no longer what was looked at; nothing was applied. Look at the changes again.',
    }
  return undefined
}

/** Carries a plan out with its event, and notes the file it came from. */
export async function commit(
  { clock }: StaffDeps,
  tx: Queryable,
  { agency, fileName }: StaffAsk,
  { asOf, plan, people }: StaffLook,
  doer: Doer,
): Promise<Outcome<Result<StaffApplied, StaffRefusal>>> {
  const [id, at] = [randomUUID(), clock.now()]
  const origin = { agency, at, asOf: instantOf(asOf), source: `import:${id}` }
  const applied = await applyPlan(tx, doer, origin, plan)
  // Without it the next single change is planned for an empty table and reads every term.
  if (plan.joins.length + plan.changes.length > ANALYSED_FROM) await tx.query('ANALYZE term, unit, account')
  const counts = { joins: plan.joins.length, changes: plan.changes.length, leaves: plan.leaves.length }
  await tx.query('INSERT INTO staff_import VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)', [
    ...[id, agency, asOf, fileName, plan.digest, people, counts.joins, counts.changes, counts.leaves],
    ...[at, doer.account],
  ])
  const detail = { asOf, digest: plan.digest, import: id, people, ...counts, ...applied }
  const receipt = await recordEvent(tx, { ...staffEvent(doer, at, agency), kind: 'staff-changed', detail })
  return recorded(receipt, ok({ importId: id, asOf, ...counts, ...applied }))
}

/** The part of an event all changes of an agency's staff share. */
export const staffEvent = (doer: Doer, at: Date, agency: string) => ({
  ...{ at, actor: doer.account, actorPost: doer.post, subjectRef: `staff:${agency}`, reason: '' },
})

export interface ReadAsk {
  readonly asOf: string
  readonly file: StaffFile
}

export async function readAsk({ clock, pseudonym }: StaffDeps, ask: StaffAsk): Promise<Result<ReadAsk, StaffRefusal>> {
  const today = formatIsoDay(taipeiDay(clock.now()))
  const asOf = ask.asOf ?? today
  if (asOf > today)
    return fail({ code: 'future', zh: '基準日在未來。', en: 'The day the file speaks of lies in the future.' })
  const table = await readTable(ask.filePath, ask.fileName, MAX_PEOPLE)
  if (!table.ok) return fail({ code: 'unreadable', zh: table.error.message, en: table.error.messageEn })
  return ok({ asOf, file: readStaff(table.value, pseudonym) })
}

export async function planOf(
  database: Queryable,
  agency: string,
  { asOf, file }: ReadAsk,
  doer: Doer,
): Promise<Result<StaffLook, StaffRefusal>> {
  const [last] = await database.query<{ day: string | null }>(
    'SELECT max(as_of)::text AS day FROM staff_import WHERE agency = $1',
    [agency],
  )
  if (last?.day && asOf < last.day)
    return fail({
      code: 'older',
      zh: `基準日早於已套用的 ${last.day}，會改寫歷史。`,
      en: `The file is older than the one already applied (${last.day}); it would rewrite history.`,
    })
  const current = await staffInForce(database, agency)
  const read = file.faults.length > 0 ? EMPTY : file
  const held = await rolesHeld(
    database,
    read.terms.map(({ term }) => term.account),
  )
  const plan = planStaff(
    current,
    { ...read, terms: read.terms.map((each) => keepingRole(each, held)) },
    instantOf(asOf),
  )
  const stored = file.faults.length > 0 ? [] : await storedFaults(database, agency, file, plan, doer)
  const faults = file.faults.length > 0 ? file.faults : [...roleFaults(file, held), ...stored].slice(0, 100)
  return ok({ asOf, people: file.terms.length, faults, plan })
}

/** A role that two persons gave stays, whatever the file says of it. */
function keepingRole(
  each: StaffFile['terms'][number],
  held: ReadonlyMap<string, RoleName>,
): StaffFile['terms'][number] {
  const role = held.get(each.term.account)
  return role === undefined || ORDINARY_ROLES.includes(role) ? each : { ...each, term: { ...each.term, role } }
}

// Nobody alone makes an ethics officer, an auditor or a head, nor with a file.
function roleFaults({ terms }: StaffFile, held: ReadonlyMap<string, RoleName>): StaffFault[] {
  return terms
    .filter(({ term: { account, role } }) => !ORDINARY_ROLES.includes(role) && held.get(account) !== role)
    .map(({ line }) => ({
      line,
      column: '角色',
      reason: '名冊只能給承辦與主管；其他角色請於「變更核准」提出，由兩人變更',
      reasonEn: 'A file gives officer and supervisor only; propose any other role as a change of two',
    }))
}

/** What speaks against a file that is right in itself: accounts of others, and one's own post. */
async function storedFaults(
  database: Queryable,
  agency: string,
  { terms }: StaffFile,
  plan: StaffPlan,
  doer: Doer,
): Promise<readonly StaffFault[]> {
  const elsewhere = await accountsElsewhere(
    database,
    agency,
    terms.map(({ term }) => term.account),
  )
  const handedOn = await accountsOfOthers(
    database,
    agency,
    terms.map(({ term }) => term),
  )
  const taken = terms.flatMap(({ line, term: { account } }): StaffFault[] => {
    if (elsewhere.has(account))
      return [{ line, column: '帳號', reason: '這個帳號已被使用', reasonEn: 'This account is taken' }]
    if (!handedOn.has(account)) return []
    return [{ line, column: '帳號', reason: '這個帳號曾屬於另一人', reasonEn: 'This account was another person’s' }]
  })
  return [...taken, ...(await ownPost(database, terms, plan, doer))].slice(0, 100)
}

// Nobody gives himself rights, nor takes himself out: that is somebody else's act.
async function ownPost(
  database: Queryable,
  terms: StaffFile['terms'],
  { joins, changes, leaves }: StaffPlan,
  { account }: Doer,
): Promise<StaffFault[]> {
  const isMine = (each: { readonly account: string }) => each.account === account
  const [mine] = await database.query<{ role: string }>('SELECT role FROM account WHERE account = $1', [account])
  const person =
    leaves.find(isMine)?.person ??
    changes.find(({ before, fields }) => isMine(before) && (fields.includes('role') || fields.includes('account')))
      ?.before.person ??
    joins.find(({ term }) => isMine(term) && term.role !== mine?.role)?.term.person
  if (person === undefined) return []
  const line = terms.find(({ term }) => term.person === person)?.line ?? 1
  return [{ line, column: '', reason: '不能異動自己的職務', reasonEn: 'Nobody changes his own post' }]
}

/** Midnight in Taipei of a day. */
export function instantOf(day: string): Date {
  const parsed = parseTaiwanDay(day)
  if (!parsed) throw new RangeError('a day is YYYY-MM-DD')
  return taipeiInstant(parsed)
}
