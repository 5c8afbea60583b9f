import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Queryable } from '../../src/database/database.ts'

const HOST = 'localhost'
const PRESENT_AND_VERIFIED = 0x05
const WITH_CREDENTIAL = 0x40
/** always zero, as of passkeys that are kept in sync between devices */
const COUNTER = Buffer.alloc(4)

export interface SoftPasskey {
  readonly id: string
  /** COSE_Key (RFC 9053 §7.1): EC2, ES256, P-256 */
  readonly publicKey: Buffer
  /** what a browser would send to keep it, under attestation `none` */
  register(options: { readonly challenge: string }): object
  /** the answer a browser would give to these options */
  answer(options: { readonly challenge: string }): object
}

/** A passkey in software: what it signs is checked like any other. `origin`: of the page that asks for it. */
export function newSoftPasskey(origin = `http://${HOST}`): SoftPasskey {
  const { privateKey, publicKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const [left, right] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
  const publicKey = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    left,
    Buffer.from('225820', 'hex'),
    right,
  ])
  const raw = randomBytes(16)
  const id = raw.toString('base64url')
  const rp = createHash('sha256').update(HOST).digest()
  const dataOf = (flags: number, ...more: readonly Buffer[]) =>
    Buffer.concat([rp, Buffer.from([flags]), COUNTER, ...more])
  const clientOf = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const sent = (response: object) => ({ id, rawId: id, type: 'public-key', clientExtensionResults: {}, response })
  return {
    id,
    publicKey,
    register: ({ challenge }) => {
      const credential = Buffer.concat([Buffer.alloc(16), Buffer.from([0, raw.length]), raw, publicKey])
      const data = dataOf(PRESENT_AND_VERIFIED | WITH_CREDENTIAL, credential)
      // CBOR: { fmt: 'none', attStmt: {}, authData }
      const head = Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex')
      const attestationObject = Buffer.concat([head, Buffer.from([0x58, data.length]), data])
      return sent({
        clientDataJSON: clientOf('webauthn.create', challenge).toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
      })
    },
    answer: ({ challenge }) => {
      const [data, client] = [dataOf(PRESENT_AND_VERIFIED), clientOf('webauthn.get', challenge)]
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
      return sent({
        authenticatorData: data.toString('base64url'),
        clientDataJSON: client.toString('base64url'),
        signature: createSign('sha256').update(signed).sign(privateKey).toString('base64url'),
      })
    },
  }
}

/** … already registered for an account. */
export async function softPasskey(database: Queryable, account: string): Promise<SoftPasskey> {
  const passkey = newSoftPasskey()
  await database.query(
    'INSERT INTO passkey (credential_id, account, public_key, counter, name, created_at) VALUES ($1, $2, $3, 0, $4, now())',
    [passkey.id, account, passkey.publicKey, 'test'],
  )
  return passkey
}
