import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { z } from 'zod'

const NONCE_BYTES = 12
const TAG_BYTES = 16
const CIPHER = 'aes-256-gcm'

/** What was typed, kept between asking and using: sealed under a key that is not in the database, bound to its request. */
export interface ParameterSeal {
  seal(request: string, parameters: Readonly<Record<string, string>>): Buffer
  /** Throws when the bytes are not what was sealed for this request. */
  open(request: string, sealed: Buffer): Readonly<Record<string, string>>
}

const parametersOf = z.record(z.string(), z.string())

/** `key`: 32 bytes. */
export function parameterSeal(key: Buffer): ParameterSeal {
  return {
    seal: (request, parameters) => {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(request))
      const body = Buffer.concat([cipher.update(JSON.stringify(parameters)), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },
    open: (request, sealed) => {
      const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
      const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(request))
        .setAuthTag(tag)
      const body = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
      return parametersOf.parse(JSON.parse(body.toString()))
    },
  }
}
