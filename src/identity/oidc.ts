import { createHash, randomBytes } from 'node:crypto'
import * as client from 'openid-client'
import type { Clock } from '../base/clock.ts'
import { fail, ok } from '../base/result.ts'
import type { Database } from '../database/database.ts'
import { findAccount, openSession, recordRefusal } from './sign-in.ts'
import type { SignInMeans } from './sign-in-means.ts'

export interface OidcSettings {
  readonly issuer: URL
  readonly clientId: string
  readonly clientSecret: string
  /** the claim that holds the account's name here */
  readonly accountClaim: string
  /** what the button is called */
  readonly name: string
}

const ATTEMPT_MS = 10 * 60_000
const TIMEOUT_S = 10
const MAX_ATTEMPTS = 10_000

/** Sign-in at the provider the agency already has: OpenID Connect, code flow with PKCE, state and nonce. */
export function createOidc(database: Database, clock: Clock, settings: OidcSettings): SignInMeans {
  const provider = discovered(settings)
  return {
    name: settings.name,
    begin: async (redirectUri) => {
      const config = await provider()
      if (!config) return fail('unavailable')
      const attempt = await keepAttempt(database, clock.now())
      if (!attempt) return fail('unavailable')
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid profile',
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      })
      return ok({ url: url.href, secret: attempt.secret })
    },
    finish: async ({ address }, secret, place) => {
      const config = await provider()
      if (!config) return fail('unavailable')
      const attempt = await takeAttempt(database, clock.now(), secret)
      const account = attempt && (await accountOf(config, address, attempt, settings.accountClaim))
      const person = account === undefined ? undefined : await findAccount(database, account)
      if (!person) {
        await recordRefusal(database, clock.now(), 'oidc', place)
        return fail('refused')
      }
      return ok(await openSession(database, clock.now(), person, { means: 'oidc', place }))
    },
  }
}

interface Attempt {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** The provider's own description, read once; one that cannot be reached is asked again next time. */
function discovered({ issuer, clientId, clientSecret }: OidcSettings): () => Promise<client.Configuration | undefined> {
  let known: Promise<client.Configuration> | undefined
  const options = {
    timeout: TIMEOUT_S,
    // config.ts takes plain HTTP for loopback only: there nothing leaves the machine.
    ...(issuer.protocol === 'http:' && { execute: [client.allowInsecureRequests] }),
  }
  return async () => {
    known ??= client.discovery(issuer, clientId, undefined, client.ClientSecretBasic(clientSecret), options)
    return known.catch(() => {
      known = undefined
      return undefined
    })
  }
}

async function accountOf(
  config: client.Configuration,
  address: URL,
  { state, nonce, verifier }: Attempt,
  claim: string,
): Promise<string | undefined> {
  try {
    const tokens = await client.authorizationCodeGrant(config, address, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    })
    const value = tokens.claims()?.[claim]
    return typeof value === 'string' ? value.toLowerCase() : undefined
  } catch {
    // Whatever is wrong with the answer (state, nonce, signature, code): it opens nothing, and says no more than that.
    return undefined
  }
}

async function keepAttempt(
  database: Database,
  now: Date,
): Promise<(Attempt & { readonly secret: string }) | undefined> {
  const attempt = {
    secret: randomBytes(32).toString('base64url'),
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
  }
  await database.upkeep.query('DELETE FROM oidc_attempt WHERE expires_at < $1', [now])
  const kept = await database.upkeep.query(
    `INSERT INTO oidc_attempt SELECT $1, $2, $3, $4, $5
     WHERE (SELECT count(*) FROM oidc_attempt) < $6 RETURNING state`,
    [
      ...[hashOf(attempt.secret), attempt.state, attempt.nonce, attempt.verifier],
      ...[new Date(now.getTime() + ATTEMPT_MS), MAX_ATTEMPTS],
    ],
  )
  return kept.length === 0 ? undefined : attempt
}

// Taken, not read: an answer that comes a second time finds nothing.
async function takeAttempt(database: Database, now: Date, secret: string): Promise<Attempt | undefined> {
  const [row] = await database.upkeep.query<{ state: string; nonce: string; verifier: string }>(
    'DELETE FROM oidc_attempt WHERE secret_hash = $1 AND expires_at >= $2 RETURNING state, nonce, verifier',
    [hashOf(secret), now],
  )
  return row
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()
