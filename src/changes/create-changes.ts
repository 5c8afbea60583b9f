import { createHash, randomUUID } from 'node:crypto'
import { canonicalJson, type Json } from '../base/canonical-json.ts'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { asInstallation, serves, servesAll } from '../base/tenant.ts'
import { type Database, recorded, unchanged } from '../database/database.ts'
import { type NewEvent, recordEvent } from '../ledger/port.ts'
import type { ChangeBody, ChangeKindName, ChangeLine, ChangePage } from '../wire/change.ts'
import type { ChangeKind, Doer, ReadChange, Words } from './change.ts'
import {
  endChange,
  findChange,
  insertChange,
  keepVersion,
  lineOf,
  listChanges,
  type StoredChange,
  valuesInForce,
} from './change-store.ts'
import { lineDiff, linesOf } from './line-diff.ts'

/**
 * `unknown`: no such proposal for him. `same-person`: whoever proposes does not decide. `ended`: decided, withdrawn or
 * expired before. `stale`: what it was proposed against has changed. `foreign`: it reaches agencies he does not serve.
 */
export type ChangeFailure =
  | { readonly code: 'unknown' | 'same-person' | 'ended' | 'stale' | 'foreign' | 'presence-refused' | 'reason-missing' }
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
  /** Makes the program follow what is in force now; at start, after each change, and when a later day comes. */
  takeUp(): Promise<void>
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
    ...{ state: 'open', decidedBy: null, decidedAt: null, decisionReason: '' },
  }
  await database.transaction(async (tx) => {
    await insertChange(tx, change)
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
  if (change.proposedBy === by.account) return fail({ code: 'same-person' })
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
  const isDone = await database.transaction(async (tx) => {
    const { evidence } = proved.value
    if (!(await endChange(tx, change.changeId, { state: 'applied', by, at, reason: '', evidence })))
      return unchanged(false)
    if (read.value.apply) await read.value.apply(tx, by, at)
    else await keepVersion(tx, change, laterOf(change.effectiveFrom, at))
    const event = { ...eventOf(change, by, at), kind: 'change-applied', reason: change.reason } as const
    return recorded(await recordEvent(tx, event), true)
  })
  if (!isDone) return fail({ code: 'ended' })
  await takeUp(parts)
  return ok(undefined)
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
