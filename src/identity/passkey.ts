import { createHash, randomBytes, randomUUID } from 'node:crypto'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, recorded, unchanged } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import { accountEvent, type Doer } from './account-event.ts'

/** Where the page is: a passkey belongs to one host name and answers only there. */
export interface PasskeySite {
  /** host name without port; an address in numbers cannot have passkeys */
  readonly host: string
  /** scheme, host and port as the browser sees them */
  readonly origin: string
}

export interface PasskeyInfo {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

/** What a passkey's answer leaves behind: enough to verify it again without trusting the store. */
export interface PasskeyEvidence {
  readonly credentialId: string
  readonly nonce: string
  readonly authenticatorData: string
  readonly clientData: string
  readonly signature: string
  readonly publicKey: string
}

interface Store {
  readonly database: Database
  readonly clock: Clock
}

const NAME = '守密 Shoumi'
const CHALLENGE_MS = 5 * 60_000
const MAX_PASSKEYS = 10
const MAX_NAME = 60
const DOMAIN = 'shoumi/presence/v1'

/** What the browser needs to make a passkey for this account. */
export async function beginPasskey({ database, clock }: Store, site: PasskeySite, doer: Doer) {
  const known = await database.query<{ credential_id: string }>(
    'SELECT credential_id FROM passkey WHERE account = $1',
    [doer.account],
  )
  if (known.length >= MAX_PASSKEYS) return fail('too-many' as const)
  const options = await generateRegistrationOptions({
    rpName: NAME,
    rpID: site.host,
    userName: doer.account,
    userID: Uint8Array.from(createHash('sha256').update(doer.account).digest()),
    attestationType: 'none',
    excludeCredentials: known.map(({ credential_id: id }) => ({ id })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  })
  await keepChallenge({ database, clock }, doer.account, 'register', options.challenge, null, randomBytes(1))
  return ok(options)
}

/** Keeps a passkey that the browser made. Fails when the answer is not one to our challenge, from our page, verified. */
export async function addPasskey(
  store: Store,
  site: PasskeySite,
  doer: Doer,
  given: { readonly name: string; readonly response: unknown },
): Promise<Result<undefined, 'refused'>> {
  const response = given.response as RegistrationResponseJSON
  const challenge = await takeChallenge(
    store,
    doer.account,
    'register',
    challengeOf(response?.response?.clientDataJSON),
  )
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
    const added = await tx.query(
      `INSERT INTO passkey (credential_id, account, public_key, counter, name, created_at)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING account`,
      [credential.id, doer.account, Buffer.from(credential.publicKey), credential.counter, name, now],
    )
    if (added.length === 0) return unchanged(fail('refused'))
    const event = { ...accountEvent(doer, now), kind: 'passkey-added', detail: { name } } as const
    return recorded(await recordEvent(tx, event), ok(undefined))
  })
}

export async function listPasskeys(database: Database, account: string): Promise<readonly PasskeyInfo[]> {
  const rows = await database.query<{
    credential_id: string
    name: string
    created_at: Date
    last_used_at: Date | null
  }>('SELECT credential_id, name, created_at, last_used_at FROM passkey WHERE account = $1 ORDER BY created_at', [
    account,
  ])
  return rows.map((row) => ({
    id: row.credential_id,
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }))
}

/** Removes one of the person's own passkeys. False: he has none of this id. */
export async function removePasskey({ database, clock }: Store, doer: Doer, id: string): Promise<boolean> {
  return database.transaction(async (tx) => {
    const [gone] = await tx.query<{ name: string }>(
      'DELETE FROM passkey WHERE credential_id = $1 AND account = $2 RETURNING name',
      [id, doer.account],
    )
    if (!gone) return unchanged(false)
    const detail = { name: gone.name }
    const event = { ...accountEvent(doer, clock.now()), kind: 'passkey-removed', detail } as const
    return recorded(await recordEvent(tx, event), true)
  })
}

/**
 * What the browser needs to prove presence with a passkey. The challenge is the hash of a fresh nonce and, where given,
 * of the 32 bytes the answer shall stand for: the signature is then one over exactly those. Fails without a passkey.
 */
export async function beginProof(store: Store, site: PasskeySite, account: string, bound: Buffer | undefined) {
  const known = await listPasskeys(store.database, account)
  if (known.length === 0) return fail('no-passkey' as const)
  const nonce = randomBytes(16)
  const options = await generateAuthenticationOptions({
    rpID: site.host,
    userVerification: 'required',
    allowCredentials: known.map(({ id }) => ({ id })),
    challenge: Uint8Array.from(challengeBytes(nonce, bound)),
  })
  await keepChallenge(store, account, 'prove', options.challenge, bound ?? null, nonce)
  return ok(options)
}

const challengeBytes = (nonce: Buffer, bound: Buffer | undefined): Buffer =>
  createHash('sha256')
    .update(DOMAIN)
    .update(nonce)
    .update(bound ?? Buffer.alloc(0))
    .digest()

/** Checks a passkey's answer: to a challenge of ours, for these bytes, once, in time, with the person verified. */
export async function verifyProof(
  store: Store,
  site: PasskeySite,
  account: string,
  bound: Buffer | undefined,
  assertion: unknown,
): Promise<Result<{ readonly at: Date; readonly evidence: PasskeyEvidence }, 'presence-refused'>> {
  const response = assertion as AuthenticationResponseJSON
  const asked = await takeChallenge(store, account, 'prove', challengeOf(response?.response?.clientDataJSON))
  const isForThis = asked && (bound ? asked.bound?.equals(bound) : asked.bound === null)
  if (!isForThis) return fail('presence-refused')
  const [key] = await store.database.query<{ public_key: Buffer; counter: string }>(
    'SELECT public_key, counter FROM passkey WHERE credential_id = $1 AND account = $2',
    [String(response.id), account],
  )
  if (!key) return fail('presence-refused')
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge: asked.challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.host,
    credential: { id: response.id, publicKey: Uint8Array.from(key.public_key), counter: Number(key.counter) },
    requireUserVerification: true,
  }).catch(() => undefined)
  if (!verified?.verified) return fail('presence-refused')
  const at = store.clock.now()
  await store.database.upkeep.query('UPDATE passkey SET counter = $2, last_used_at = $3 WHERE credential_id = $1', [
    ...[response.id, verified.authenticationInfo.newCounter, at],
  ])
  return ok({
    at,
    evidence: {
      credentialId: response.id,
      nonce: asked.nonce.toString('base64url'),
      authenticatorData: response.response.authenticatorData,
      clientData: response.response.clientDataJSON,
      signature: response.response.signature,
      publicKey: key.public_key.toString('base64url'),
    },
  })
}

async function keepChallenge(
  { database, clock }: Store,
  account: string,
  purpose: 'register' | 'prove',
  challenge: string,
  bound: Buffer | null,
  nonce: Buffer,
): Promise<void> {
  const now = clock.now()
  await database.upkeep.query('DELETE FROM passkey_challenge WHERE expires_at < $1', [now])
  await database.upkeep.query(
    'INSERT INTO passkey_challenge (challenge, account, purpose, bound, nonce, expires_at) VALUES ($1, $2, $3, $4, $5, $6)',
    [challenge, account, purpose, bound, nonce, new Date(now.getTime() + CHALLENGE_MS)],
  )
}

/** Takes a challenge out of the store: it is answered once, whatever the answer is worth. */
async function takeChallenge({ database, clock }: Store, account: string, purpose: string, challenge: string) {
  const [row] = await database.upkeep.query<{ challenge: string; bound: Buffer | null; nonce: Buffer }>(
    `DELETE FROM passkey_challenge WHERE challenge = $1 AND account = $2 AND purpose = $3 AND expires_at > $4
     RETURNING challenge, bound, nonce`,
    [challenge, account, purpose, clock.now()],
  )
  return row
}

/** The challenge a browser says it answered; what it says is only used to find ours. */
function challengeOf(clientDataJson: unknown): string {
  if (typeof clientDataJson !== 'string') return randomUUID()
  try {
    const parsed: unknown = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString())
    const challenge = (parsed as { challenge?: unknown }).challenge
    return typeof challenge === 'string' ? challenge : randomUUID()
  } catch {
    // Not what a browser sends: no challenge of ours has this name.
    return randomUUID()
  }
}
