import * as client from 'openid-client'
import { boundedFetch } from './bounded-fetch.ts'
import type { ProviderSubject } from './provider-subject.ts'

export interface OidcSettings {
  readonly issuer: URL
  readonly clientId: string
  readonly clientSecret: string
  /** the claim that holds the account's name here */
  readonly accountClaim: string
  /** what the button is called */
  readonly name: string
}

/** What was asked with, and only this answer may carry. */
export interface Attempt {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Whom a provider named, after everything it signed was checked. */
export interface ProviderAnswer extends ProviderSubject {
  readonly claimedName: unknown
}

const TIMEOUT_S = 10
/** An ID token is made for this sign-in: older than a sign-in takes, or of a time to come, it is somebody's stored one. */
const MAX_AGE_S = 600
const MAX_AHEAD_S = 120
const MAX_SUBJECT = 255

/** The provider's own description, read once; one that cannot be reached is asked again next time. */
export function discovered({
  issuer,
  clientId,
  clientSecret,
}: OidcSettings): () => Promise<client.Configuration | undefined> {
  let known: Promise<client.Configuration> | undefined
  const options = {
    timeout: TIMEOUT_S,
    [client.customFetch]: boundedFetch,
    // The signature is checked with the provider's published keys, whatever the way the token came by: on loopback there
    // is no TLS, and agencies have proxies that open it (OpenID Connect Core 3.1.3.7, 6).
    execute: [
      client.enableNonRepudiationChecks,
      // config.ts takes plain HTTP for loopback only: there nothing leaves the machine.
      ...(issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []),
    ],
  }
  return async () => {
    known ??= client.discovery(issuer, clientId, undefined, client.ClientSecretBasic(clientSecret), options)
    return known.catch(() => {
      known = undefined
      return undefined
    })
  }
}

/** Exchanges the code and checks the token; undefined when anything at all is wrong with the answer. */
export async function answerOf(
  config: client.Configuration,
  address: URL,
  { state, nonce, verifier }: Attempt,
  settings: Pick<OidcSettings, 'clientId' | 'accountClaim'> & { readonly now: Date },
): Promise<ProviderAnswer | undefined> {
  try {
    const tokens = await client.authorizationCodeGrant(config, address, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (!claims || !isForUs(claims, settings)) return undefined
    return { issuer: claims.iss, subject: claims.sub, claimedName: claims[settings.accountClaim] }
  } catch {
    // Whatever is wrong with the answer (state, nonce, signature, code): it opens nothing, and says no more than that.
    return undefined
  }
}

/** What the library leaves to its caller: made now, for us and nobody besides, about somebody who can be kept. */
function isForUs(
  claims: client.IDToken,
  { clientId, now }: { readonly clientId: string; readonly now: Date },
): boolean {
  const nowS = now.getTime() / 1000
  const isFresh = claims.iat >= nowS - MAX_AGE_S && claims.iat <= nowS + MAX_AHEAD_S
  const audiences = [claims.aud].flat()
  const isOurs = audiences.every((each) => each === clientId) && (claims.azp ?? clientId) === clientId
  return isFresh && isOurs && isSubject(claims.sub)
}

// 255 signs of ASCII, as the standard has them: what differs in signs nobody sees is not kept as a person's.
const isSubject = (subject: unknown): boolean =>
  typeof subject === 'string' && subject.length <= MAX_SUBJECT && /^[\x20-\x7e]+$/.test(subject)
