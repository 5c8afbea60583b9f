import { createHash, randomBytes } from 'node:crypto'
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server'
import { fail, ok, type Result } from '../base/result.ts'
import type { Queryable } from '../database/database.ts'
import { type ChallengeStore, keepChallenge, takeChallenge } from './challenge.ts'

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

const DOMAIN = 'shoumi/presence/v1'

/** The passkeys of an account, oldest first. */
export async function listPasskeys(database: Queryable, account: string): Promise<readonly PasskeyInfo[]> {
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

/**
 * What the browser needs to prove presence with a passkey. The challenge is the hash of a fresh nonce and, where given,
 * of the 32 bytes the answer shall stand for: the signature is then one over exactly those. Fails without a passkey.
 */
export async function beginProof(store: ChallengeStore, site: PasskeySite, account: string, bound: Buffer | undefined) {
  const known = await listPasskeys(store.database, account)
  if (known.length === 0) return fail('no-passkey' as const)
  const nonce = randomBytes(16)
  const options = await generateAuthenticationOptions({
    rpID: site.host,
    userVerification: 'required',
    allowCredentials: known.map(({ id }) => ({ id })),
    challenge: Uint8Array.from(challengeBytes(nonce, bound)),
  })
  const { challenge } = options
  await keepChallenge(store, account, { purpose: 'prove', challenge, bound: bound ?? null, nonce })
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
  store: ChallengeStore,
  site: PasskeySite,
  account: string,
  bound: Buffer | undefined,
  assertion: unknown,
): Promise<Result<{ readonly at: Date; readonly evidence: PasskeyEvidence }, 'presence-refused'>> {
  const response = assertion as AuthenticationResponseJSON
  const asked = await takeChallenge(store, account, 'prove', response?.response?.clientDataJSON)
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
