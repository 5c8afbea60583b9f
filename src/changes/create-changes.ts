import { createHash, randomUUID } from 'node:crypto'
import { canonicalJson, type Json } from '../base/canonical-json.ts'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { asInstallation, serves, servesAll } from '../base/tenant.ts'
import { type Database, type Outcome, recorded, unchanged } from '../database/database.ts'
import { type NewEvent, recordEvent } from '../ledger/port.ts'
import { isSamePerson } from '../organisation/port.ts'
import type { ChangeBody, ChangeKindName, ChangeLine, ChangePage, ChangeSlip } from '../wire/change.ts'
import type { ChangeKind, Doer, ReadChange, Words } from './change.ts'
import {
  endChange,
  findChange,
  findChangeOf,
  insertChange,
  keepVersion,
  lineOf,
  listChanges,
  type StoredChange,
  slipFor,
  takeSlip,
  valuesInForce,
} from './change-store.ts'
import { lineDiff, linesOf } from './line-diff.ts'
import { readersOf, tellChange } from './tell-change.ts'

/**
 * `unknown`: no such proposal for him. `same-person`: whoever proposes does not decide. `ended`: decided, withdrawn or
 * expired before. `no-slip`: nothing is shown once, or it was, or not to him. `stale`: what it was proposed against has changed. `foreign`: it reaches agencies he does not serve.
 */
export type ChangeFailure =
  | {
      readonly code:
        | 'unknown'
        | 'same-person'
        | 'ended'
        | 'stale'
        | 'foreign'
        | 'presence-refused'
        | 'reason-missing'
        | 'no-slip'
    }
  | { readonly code: 'refused'; readonly words: Words }

export type ProvePresence = (bound: Buffer) => Promise<Result<{ readonly evidence: Json }, unknown>>

export interface ChangeVerdict {
  readonly verdict: 'approve' | 'refuse'
  readonly reason: string
  readonly prove: ProvePresence
}

/** What others may ask of changes that take two. */
export interface Changes {
  propose(given: ChangeBody, by: Doer): Promise<Result<string, ChangeFailure>>
  list(account: string): Promise<readonly ChangeLine[]>
  page(id: string, account: string): Promise<ChangePage | undefined>
  decide(id: string, by: Doer, verdict: ChangeVerdict): Promise<Result<undefined, ChangeFailure>>
  withdraw(id: string, by: Doer): Promise<Result<undefined, ChangeFailure>>
  /** What is shown once: one-time passwords to whoever approved, the key of a system to whoever proposed it. */
  slip(id: string, by: Doer): Promise<Result<ChangeSlip, ChangeFailure>>
  /** The proposal about something, while it is open or was refused within the time a proposal lives. */
  standing(kind: ChangeKindName, target: string): Promise<Standing | undefined>
  /** Makes the program follow what is in force now; at start, after each change, and when a later day comes. */
  takeUp(): Promise<void>
}

export interface Standing {
  readonly changeId: string
  readonly isRefused: boolean
}

interface Parts {
  readonly database: Database
  readonly clock: Clock
  readonly kinds: Readonly<Record<ChangeKindName, ChangeKind>>
}

const OPEN_DAYS = 14
const DAY_MS = 86_400_000
const MIN_REASON = 6

export function createChanges(parts: Parts): Changes {
  const { database, clock } = parts
  return {
    propose: (given, by) => propose(parts, given, by),
    list: async (account) => (await listChanges(database)).map((each) => lineOf(each, account, clock.now())),
    page: async (id, account) => {
      const found = await findChange(database, id)
      if (!found) return undefined
      const read = await parts.kinds[found.kind].read(found.value)
      const after = read.ok ? read.value.after : found.value
      return {
        ...lineOf(found, account, clock.now()),
        diff: [...lineDiff(linesOf(found.before), linesOf(after))],
        consequences: [...found.consequences],
        binding: bindingOf(found).toString('hex'),
      }
    },
    // One decision at a time: of two that touch one thing the second finds it changed.
    decide: (id, by, verdict) => database.exclusively('changes', () => decide(parts, id, by, verdict)),
    withdraw: (id, by) => withdraw(parts, id, by),
    slip: (id, by) => slip(parts, id, by),
    standing: async (kind, target) => {
      const found = await findChangeOf(database, kind, target)
      if (!found || found.expiresAt <= clock.now()) return undefined
      const isRefused = found.state === 'refused'
      return isRefused || found.state === 'open' ? { changeId: found.changeId, isRefused } : undefined
    },
    takeUp: () => takeUp(parts),
  }
}

async function propose(
  { database, clock, kinds }: Parts,
  given: ChangeBody,
  by: Doer,
): Promise<Result<string, ChangeFailure>> {
  const kind = kinds[given.kind]
  const read = await kind.read(given.value)
  if (!read.ok) return fail({ code: 'refused', words: read.error })
  const may = await mayTouch(read.value, by)
  if (!may.ok) return may
  const before = await kind.current(read.value.target)
  if (canonicalJson(before) === canonicalJson(read.value.after)) return fail({ code: 'refused', words: NOTHING })
  const now = clock.now()
  const change: StoredChange = {
    ...{ changeId: randomUUID(), kind: given.kind, before, base: hashOf(before), reason: given.reason },
    ...{ target: read.value.target, agency: read.value.agency, value: read.value.value },
    consequences: await read.value.consequences(),
    effectiveFrom: given.effectiveFrom === undefined || read.value.apply ? null : new Date(given.effectiveFrom),
    ...{ proposedBy: by.account, proposedByPost: by.post, proposedAt: now },
    expiresAt: new Date(now.getTime() + OPEN_DAYS * DAY_MS),
    ...{ state: 'open', decidedBy: null, decidedAt: null, decisionReason: '', slipAt: null },
  }
  const readers = await readersOf(database, change, read.value.told ?? [], by.account)
  await database.transaction(async (tx) => {
    await insertChange(tx, change)
    await tellChange(tx, readers, change, { kind: 'change-waits', at: now })
    const event = { ...eventOf(change, by, now), kind: 'change-proposed', reason: given.reason } as const
    return recorded(await recordEvent(tx, event), undefined)
  })
  return ok(change.changeId)
}

async function decide(
  parts: Parts,
  id: string,
  by: Doer,
  { verdict, reason, prove }: ChangeVerdict,
): Promise<Result<undefined, ChangeFailure>> {
  const { database, clock } = parts
  const change = await findChange(database, id)
  const now = clock.now()
  if (!change) return fail({ code: 'unknown' })
  if (await isSamePerson(database, change.proposedBy, by.account)) return fail({ code: 'same-person' })
  if (change.state !== 'open' || change.expiresAt <= now) return fail({ code: 'ended' })
  if (verdict === 'approve') return approve(parts, change, by, prove)
  if (reason.length < MIN_REASON) return fail({ code: 'reason-missing' })
  return end(parts, change, by, { state: 'refused', kind: 'change-refused', reason })
}

async function approve(
  parts: Parts,
  change: StoredChange,
  by: Doer,
  prove: ProvePresence,
): Promise<Result<undefined, ChangeFailure>> {
  const { database, clock, kinds } = parts
  const kind = kinds[change.kind]
  const read = await kind.read(change.value)
  if (!read.ok) return fail({ code: 'refused', words: read.error })
  if (!hashOf(await kind.current(change.target)).equals(change.base)) {
    await end(parts, change, by, { state: 'stale', kind: 'change-stale', reason: '' })
    return fail({ code: 'stale' })
  }
  const may = await mayTouch(read.value, by)
  if (!may.ok) return may
  const proved = await prove(bindingOf(change))
  if (!proved.ok) return fail({ code: 'presence-refused' })
  const at = clock.now()
  const readers = await readersOf(database, change, [change.proposedBy, ...(read.value.told ?? [])], by.account)
  const done = await database.transaction<Outcome<Result<undefined, ChangeFailure>>>(async (tx) => {
    const { evidence } = proved.value
    if (!(await endChange(tx, change.changeId, { state: 'applied', by, at, reason: '', evidence })))
      return unchanged(fail({ code: 'ended' }))
    const words = await read.value.apply?.(tx, by, at)
    if (!read.value.apply) await keepVersion(tx, change, laterOf(change.effectiveFrom, at))
    if (words) return unchanged(fail({ code: 'refused', words }))
    await tellChange(tx, readers, change, { kind: 'change-done', at })
    const event = { ...eventOf(change, by, at), kind: 'change-applied', reason: change.reason } as const
    return recorded(await recordEvent(tx, event), ok(undefined))
  })
  if (done.ok) await takeUp(parts)
  return done
}

async function slip(
  { database, clock, kinds }: Parts,
  id: string,
  by: Doer,
): Promise<Result<ChangeSlip, ChangeFailure>> {
  const change = await findChange(database, id)
  if (!change) return fail({ code: 'unknown' })
  if (slipFor(change) !== by.account) return fail({ code: 'no-slip' })
  const read = await kinds[change.kind].read(change.value)
  const drawn = read.ok ? await read.value.slip?.draw() : undefined
  if (!drawn) return fail({ code: 'no-slip' })
  const at = clock.now()
  const readers = await readersOf(database, change, [], by.account)
  return database.transaction<Outcome<Result<ChangeSlip, ChangeFailure>>>(async (tx) => {
    if (!(await takeSlip(tx, id, at))) return unchanged(fail({ code: 'no-slip' }))
    await drawn.write(tx)
    await tellChange(tx, readers, change, { kind: 'change-done', at })
    const event = { ...eventOf(change, by, at), kind: 'slip-drawn', reason: '' } as const
    const accounts = drawn.shown.passwords.map(({ account }) => account)
    const detail = { ...event.detail, accounts, hasKey: drawn.shown.key !== null }
    return recorded(await recordEvent(tx, { ...event, detail }), ok(drawn.shown))
  })
}

async function withdraw(parts: Parts, id: string, by: Doer): Promise<Result<undefined, ChangeFailure>> {
  const change = await findChange(parts.database, id)
  if (change?.proposedBy !== by.account) return fail({ code: 'unknown' })
  return end(parts, change, by, { state: 'withdrawn', kind: 'change-withdrawn', reason: '' })
}

async function end(
  { database, clock }: Parts,
  change: StoredChange,
  by: Doer,
  how: {
    readonly state: 'refused' | 'withdrawn' | 'stale'
    readonly kind: NewEvent['kind']
    readonly reason: string
  },
): Promise<Result<undefined, ChangeFailure>> {
  const at = clock.now()
  return database.transaction(async (tx) => {
    if (!(await endChange(tx, change.changeId, { state: how.state, by, at, reason: how.reason })))
      return unchanged(fail({ code: 'ended' as const }))
    const receipt = await recordEvent(tx, { ...eventOf(change, by, at), kind: how.kind, reason: how.reason })
    return recorded(receipt, ok(undefined))
  })
}

/** A change of the whole installation is for who serves all of it; one of an agency for who serves that. */
async function mayTouch(read: ReadChange, by: Doer): Promise<Result<undefined, ChangeFailure>> {
  if (!(read.agency === '' ? servesAll() : serves(read.agency))) return fail({ code: 'foreign' })
  const words = await read.refusal(by)
  return words ? fail({ code: 'refused', words }) : ok(undefined)
}

function takeUp({ database, clock, kinds }: Parts): Promise<void> {
  return asInstallation(async () => {
    for (const kind of Object.values(kinds))
      if (kind.takeUp) await kind.takeUp(await valuesInForce(database, kind.kind, clock.now()))
  })
}

const NOTHING: Words = { zh: '與現況相同，沒有可變更的內容。', en: 'It is so already; there is nothing to change.' }
const laterOf = (wanted: Date | null, now: Date): Date => (wanted && wanted > now ? wanted : now)
const hashOf = (value: Json): Buffer => createHash('sha256').update(canonicalJson(value)).digest()

/** What an approval is signed over: this proposal, exactly as it was shown. */
const bindingOf = ({ changeId, kind, target, value, base, effectiveFrom }: StoredChange): Buffer =>
  hashOf({ changeId, kind, target, value, base: base.toString('hex'), from: effectiveFrom?.toISOString() ?? '' })

const eventOf = (change: StoredChange, by: Doer, at: Date) => ({
  at,
  actor: by.account,
  actorPost: by.post,
  subjectRef: `change:${change.changeId}`,
  ...(change.agency !== '' && { agency: change.agency }),
  detail: {
    kind: change.kind,
    target: change.target,
    before: change.before,
    value: change.value,
    proposedBy: change.proposedBy,
  },
})
