import { createHash, randomBytes } from 'node:crypto'
import { isIPv6 } from 'node:net'
import * as client from 'openid-client'
import type { Clock } from '../base/clock.ts'
import { fail, ok } from '../base/result.ts'
import type { Database } from '../database/database.ts'
import { enterByProvider } from './enter-by-provider.ts'
import { type Attempt, answerOf, discovered, type OidcSettings } from './provider-answer.ts'
import type { SignInMeans } from './sign-in-means.ts'
import { recordRefusal } from './sign-in-refusal.ts'

const ATTEMPT_MS = 10 * 60_000
/** Sign-ins begun and not finished: of one address, where an office may sit behind one, and in all. */
const MAX_PER_ADDRESS = 200
const MAX_ATTEMPTS = 10_000

/** Sign-in at the provider the agency already has: OpenID Connect, code flow with PKCE, state and nonce. */
export function createOidc(database: Database, clock: Clock, settings: OidcSettings): SignInMeans {
  const provider = discovered(settings)
  return {
    name: settings.name,
    begin: async (redirectUri, place) => {
      const config = await provider()
      if (!config) return fail('unavailable')
      const attempt = await keepAttempt(database, clock.now(), networkOf(place))
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
      const now = clock.now()
      const attempt = await takeAttempt(database, now, secret)
      const answer = attempt && (await answerOf(config, address, attempt, { ...settings, now }))
      if (answer) return enterByProvider(database, now, answer, place)
      await recordRefusal(database, now, { means: 'oidc', cause: 'answer', account: undefined, place })
      return fail('refused')
    },
  }
}

async function keepAttempt(
  { upkeep }: Database,
  now: Date,
  place: string,
): Promise<Attempt & { readonly secret: string }> {
  const attempt = {
    secret: randomBytes(32).toString('base64url'),
    state: client.randomState(),
    nonce: client.randomNonce(),
    verifier: client.randomPKCECodeVerifier(),
  }
  await upkeep.query('DELETE FROM oidc_attempt WHERE expires_at < $1', [now])
  // Room is made among one's own oldest, and when all of it is taken among those of whoever takes most.
  await upkeep.query(
    `DELETE FROM oidc_attempt WHERE secret_hash IN
       (SELECT secret_hash FROM oidc_attempt WHERE place = $1 ORDER BY expires_at DESC OFFSET $2)`,
    [place, MAX_PER_ADDRESS - 1],
  )
  await upkeep.query(
    `DELETE FROM oidc_attempt WHERE (SELECT count(*) FROM oidc_attempt) >= $1 AND secret_hash IN
       (SELECT secret_hash FROM oidc_attempt WHERE place =
          (SELECT place FROM oidc_attempt GROUP BY place ORDER BY count(*) DESC, place LIMIT 1)
        ORDER BY expires_at LIMIT 1)`,
    [MAX_ATTEMPTS],
  )
  await upkeep.query(
    'INSERT INTO oidc_attempt (secret_hash, state, nonce, verifier, expires_at, place) VALUES ($1, $2, $3, $4, $5, $6)',
    [
      ...[hashOf(attempt.secret), attempt.state, attempt.nonce, attempt.verifier],
      ...[new Date(now.getTime() + ATTEMPT_MS), place],
    ],
  )
  return attempt
}

/** Whose room an attempt takes: an address, of IPv6 the /64 that one customer has to himself. */
function networkOf(place: string): string {
  if (!isIPv6(place) || place.includes('.')) return place
  const [head = '', tail = ''] = place.split('::')
  const [first, last] = [head, tail].map((part) => part.split(':').filter((each) => each !== ''))
  const given = [...(first ?? []), ...Array(Math.max(0, 8 - (first?.length ?? 0) - (last?.length ?? 0))).fill('0')]
  return `${[...given, ...(last ?? [])].slice(0, 4).join(':')}::/64`
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
