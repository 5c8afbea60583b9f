import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Queryable } from '../../src/database/database.ts'

const HOST = 'localhost'
const PRESENT_AND_VERIFIED = 0x05

export interface SoftPasskey {
  /** the answer a browser would give to these options */
  answer(options: { readonly challenge: string }): object
}

/** A passkey in software, already registered for an account: what it signs is checked like any other. */
export async function softPasskey(database: Queryable, account: string): Promise<SoftPasskey> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const [left, right] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
  // COSE_Key (RFC 9053 §7.1): EC2, ES256, P-256.
  const cose = Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), left, Buffer.from('225820', 'hex'), right])
  const id = randomBytes(16).toString('base64url')
  await database.query(
    'INSERT INTO passkey (credential_id, account, public_key, counter, name, created_at) VALUES ($1, $2, $3, 0, $4, now())',
    [id, account, cose, 'test'],
  )
  let counter = 0
  return {
    answer: ({ challenge }) => {
      const count = Buffer.alloc(4)
      count.writeUInt32BE(++counter)
      const rp = createHash('sha256').update(HOST).digest()
      const authenticatorData = Buffer.concat([rp, Buffer.from([PRESENT_AND_VERIFIED]), count])
      const client = { type: 'webauthn.get', challenge, origin: `http://${HOST}`, crossOrigin: false }
      const clientDataJSON = Buffer.from(JSON.stringify(client))
      const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientDataJSON).digest()])
      const signature = createSign('sha256').update(signed).sign(privateKey)
      return {
        ...{ id, rawId: id, type: 'public-key', clientExtensionResults: {} },
        response: {
          authenticatorData: authenticatorData.toString('base64url'),
          clientDataJSON: clientDataJSON.toString('base64url'),
          signature: signature.toString('base64url'),
        },
      }
    },
  }
}
