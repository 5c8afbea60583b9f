import { createHash, randomBytes } from 'node:crypto'
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { fail, ok, type Result } from '../base/result.ts'
import { type Outcome, type Queryable, recorded, unchanged } from '../database/database.ts'
import type { Session } from '../edge/caller.ts'
import { recordEvent } from '../ledger/port.ts'
import { accountEvent, type Doer } from './account-event.ts'
import { tellOwner } from './account-notice.ts'
import { type ChallengeStore, keepChallenge, registrationOf, takeChallenge } from './challenge.ts'
import { type ConfirmFailure, confirmPassword } from './confirm-password.ts'
import type { Directory } from './directory.ts'
import type { PasskeySite } from './passkey.ts'
import { bindOfSession } from './session.ts'
import { needsPasskey } from './stated-means.ts'
import { type AccountRow, forgetTries } from './take-try.ts'

const NAME = '守密 Shoumi'
const MAX_PASSKEYS = 10
const MAX_NAME = 60
/** How long a proof of presence, or where there is no password a sign-in at the provider, stands for the person. */
const PRESENT_MS = 5 * 60_000

type Store = ChallengeStore & { readonly directory?: Directory | undefined }
type OwnSession = Pick<Session, 'id' | 'stepUpAt' | 'startedAt' | 'means' | 'mustChangePassword'>

/**
 * `too-many`: no room for another. `change-first`: somebody else knows the password; it is changed first.
 * `presence-needed`: presence has to be proved with a key there is. `sign-in-again`: the sign-in at the provider is too
 * long ago. The others are of the password that is asked for with a first key.
 */
export type BeginFailure = ConfirmFailure | 'too-many' | 'change-first' | 'presence-needed' | 'sign-in-again'

/**
 * What the browser needs to make a passkey for this account. A further key needs presence with one there is; the very
 * first the password once more, or, where the account has none, a sign-in of these minutes.
 */
export async function beginPasskey(
  store: Store,
  site: PasskeySite,
  doer: Doer,
  { session, password }: { readonly session: OwnSession; readonly password: string },
): Promise<Result<Awaited<ReturnType<typeof generateRegistrationOptions>>, BeginFailure>> {
  const known = await store.database.query<{ credential_id: string }>(
    'SELECT credential_id FROM passkey WHERE account = $1',
    [doer.account],
  )
  if (known.length >= MAX_PASSKEYS) return fail('too-many')
  if (session.mustChangePassword) return fail('change-first')
  const isFirst = known.length === 0
  const shown = isFirst ? await showFirst(store, doer, session, password) : presence(store, session)
  if (!shown.ok) return shown
  const options = await generateRegistrationOptions({
    rpName: NAME,
    rpID: site.host,
    userName: doer.account,
    userID: Uint8Array.from(createHash('sha256').update(doer.account).digest()),
    attestationType: 'none',
    excludeCredentials: known.map(({ credential_id: id }) => ({ id })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  })
  const bound = registrationOf(session.id, isFirst)
  await keepChallenge(store, doer.account, {
    ...{ purpose: 'register', challenge: options.challenge, bound, nonce: randomBytes(1) },
  })
  return ok(options)
}

async function showFirst(
  store: Store,
  doer: Doer,
  session: OwnSession,
  password: string,
): Promise<Result<undefined, BeginFailure>> {
  const [row] = await store.database.query<{ password_hash: string }>(
    'SELECT password_hash FROM account WHERE account = $1',
    [doer.account],
  )
  // Who has no password here and came by the provider shows himself there, minutes ago.
  if (session.means === 'oidc' && row?.password_hash === '')
    return isWithin(store, session.startedAt) ? ok(undefined) : fail('sign-in-again')
  const confirmed = await confirmPassword(store, doer, { password, sessionId: session.id })
  if (confirmed.ok) {
    await store.database.upkeep.transaction((tx) => forgetTries(tx, doer.account))
    return ok(undefined)
  }
  return confirmed
}

const presence = (store: Store, { stepUpAt }: OwnSession): Result<undefined, 'presence-needed'> =>
  isWithin(store, stepUpAt) ? ok(undefined) : fail('presence-needed')

const isWithin = ({ clock }: Store, at: Date | undefined): boolean =>
  at !== undefined && clock.now().getTime() - at.getTime() <= PRESENT_MS

/**
 * Keeps a passkey that the browser made. Fails when the answer is not one to our challenge, put in this session for a first
 * or a further key as it now is one, from our page, verified.
 */
export async function addPasskey(
  store: ChallengeStore,
  site: PasskeySite,
  doer: Doer,
  given: { readonly name: string; readonly response: unknown; readonly sessionId: string },
): Promise<Result<undefined, 'refused'>> {
  const response = given.response as RegistrationResponseJSON
  const challenge = await takeChallenge(store, doer.account, 'register', response?.response?.clientDataJSON)
  if (!challenge) return fail('refused')
  const verified = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge.challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.host,
    requireUserVerification: true,
  }).catch(() => undefined)
  if (!verified?.verified || !verified.registrationInfo) return fail('refused')
  const { credential } = verified.registrationInfo
  const now = store.clock.now()
  const name = given.name.trim().slice(0, MAX_NAME) || NAME
  return store.database.transaction(async (tx) => {
    const isFirst = (await keysOf(tx, doer.account)) === 0
    if (challenge.bound?.equals(registrationOf(given.sessionId, isFirst)) !== true) return unchanged(fail('refused'))
    const added = await tx.query(
      `INSERT INTO passkey (credential_id, account, public_key, counter, name, created_at)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING account`,
      [credential.id, doer.account, Buffer.from(credential.publicKey), credential.counter, name, now],
    )
    if (added.length === 0 || !(await bindOfSession(tx, given.sessionId, doer, now))) return unchanged(fail('refused'))
    await tx.query('UPDATE account SET first_key_until = NULL WHERE account = $1', [doer.account])
    await tellOwner(tx, { account: doer.account, kind: 'passkey-added', at: now })
    const event = { ...accountEvent(doer, now), kind: 'passkey-added', detail: { name, isFirst } } as const
    return recorded(await recordEvent(tx, event), ok(undefined))
  })
}

/** `unknown`: he has none of this id. `two-persons`: the last key of who reveals or approves is not his alone to take away. */
export type RemoveFailure = 'unknown' | 'presence-needed' | 'change-first' | 'two-persons'

/** Removes one of the person's own passkeys, with presence of these minutes. */
export async function removePasskey(
  store: Store,
  doer: Doer,
  session: OwnSession,
  id: string,
): Promise<Result<undefined, RemoveFailure>> {
  if (session.mustChangePassword) return fail('change-first')
  const shown = presence(store, session)
  if (!shown.ok) return shown
  const at = store.clock.now()
  return store.database.transaction(async (tx): Promise<Outcome<Result<undefined, RemoveFailure>>> => {
    const keys = await keysOf(tx, doer.account)
    const [row] = await tx.query<AccountRow & Record<string, unknown>>('SELECT * FROM account WHERE account = $1', [
      doer.account,
    ])
    const [gone] = await tx.query<{ name: string }>(
      'DELETE FROM passkey WHERE credential_id = $1 AND account = $2 RETURNING name',
      [id, doer.account],
    )
    if (!gone) return unchanged(fail('unknown'))
    if (keys === 1 && row && needsPasskey(row)) return unchanged(fail('two-persons'))
    await tellOwner(tx, { account: doer.account, kind: 'passkey-removed', at })
    const event = { ...accountEvent(doer, at), kind: 'passkey-removed', detail: { name: gone.name } } as const
    return recorded(await recordEvent(tx, event), ok(undefined))
  })
}

/** How many keys there are; until the transaction ends nobody else adds or removes one. */
async function keysOf(tx: Queryable, account: string): Promise<number> {
  await tx.query('SELECT 1 FROM account WHERE account = $1 FOR UPDATE', [account])
  const [row] = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM passkey WHERE account = $1', [account])
  return row?.n ?? 0
}
