import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { fewAtOnce } from './few-at-once.ts'

// RFC 9106 §4, second recommended option: 64 MiB, three passes. Parallelism 1 keeps a sign-in on one thread.
const PARAMETERS = { parallelism: 1, tagLength: 32, memory: 65_536, passes: 3 } as const
const NONCE_BYTES = 16
const argon2Async = promisify(argon2)
// Node has four threads for files, connections and hashing: a hundred guesses at once leave two of them to everybody else.
const inTwos = fewAtOnce(2)

/** Hashes a password with Argon2id and a fresh salt. About 0.1 s and 64 MiB. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(NONCE_BYTES)
  const tag = await inTwos(() => argon2Async('argon2id', { ...PARAMETERS, message: password, nonce }))
  return `argon2id$${nonce.toString('base64')}$${tag.toString('base64')}`
}

/** Whether the password made this hash, in time that does not depend on where they differ. False for a hash of another form. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, nonce, expected] = stored.split('$')
  if (scheme !== 'argon2id' || !nonce || !expected) return false
  const given = { ...PARAMETERS, message: password, nonce: Buffer.from(nonce, 'base64') }
  const tag = await inTwos(() => argon2Async('argon2id', given))
  return timingSafeEqual(tag, Buffer.from(expected, 'base64'))
}
