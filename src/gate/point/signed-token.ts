import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'
import { fail, ok, type Result } from '../../base/result.ts'

/** Compact JWS (RFC 7515) with Ed25519 (RFC 8037): one algorithm, stated and required, so none can be talked into another. */
export interface TokenSigner {
  readonly publicJwk: JsonWebKey
  sign(claims: Readonly<Record<string, unknown>>): string
  /** The claims of a token of ours, whatever its age; who reads them checks `exp`. */
  open(token: string): Result<Readonly<Record<string, unknown>>, 'not-ours'>
}

const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const HEADER = Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'JWT' })).toString('base64url')
const claimsOf = z.record(z.string(), z.unknown())

/** `seed`: 32 bytes. */
export function tokenSigner(seed: Buffer): TokenSigner {
  const key: KeyObject = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key)
  return {
    publicJwk: { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'EdDSA' },
    sign: (claims) => {
      const input = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
      return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`
    },
    open: (token) => {
      const [header = '', body = '', signature = '', more] = token.split('.')
      const isOurs =
        more === undefined &&
        header === HEADER &&
        verify(null, Buffer.from(`${header}.${body}`), publicKey, Buffer.from(signature, 'base64url'))
      if (!isOurs) return fail('not-ours')
      const claims = claimsOf.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()))
      return claims.success ? ok(claims.data) : fail('not-ours')
    },
  }
}
