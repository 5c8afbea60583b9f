import { createHash, randomUUID } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'

/** Where challenges are kept. */
export interface ChallengeStore {
  readonly database: Database
  readonly clock: Clock
}

const CHALLENGE_MS = 5 * 60_000

/** Keeps a challenge for some minutes. `bound`: the 32 bytes its answer stands for. */
export async function keepChallenge(
  { database, clock }: ChallengeStore,
  account: string,
  asked: {
    readonly purpose: 'register' | 'prove'
    readonly challenge: string
    readonly bound: Buffer | null
    readonly nonce: Buffer
  },
): Promise<void> {
  const now = clock.now()
  await database.upkeep.query('DELETE FROM passkey_challenge WHERE expires_at < $1', [now])
  await database.upkeep.query(
    'INSERT INTO passkey_challenge (challenge, account, purpose, bound, nonce, expires_at) VALUES ($1, $2, $3, $4, $5, $6)',
    [asked.challenge, account, asked.purpose, asked.bound, asked.nonce, new Date(now.getTime() + CHALLENGE_MS)],
  )
}

/** Takes a challenge out of the store: it is answered once, whatever the answer is worth. */
export async function takeChallenge(
  { database, clock }: ChallengeStore,
  account: string,
  purpose: 'register' | 'prove',
  clientDataJson: unknown,
): Promise<{ readonly challenge: string; readonly bound: Buffer | null; readonly nonce: Buffer } | undefined> {
  const [row] = await database.upkeep.query<{ challenge: string; bound: Buffer | null; nonce: Buffer }>(
    `DELETE FROM passkey_challenge WHERE challenge = $1 AND account = $2 AND purpose = $3 AND expires_at > $4
     RETURNING challenge, bound, nonce`,
    [challengeOf(clientDataJson), account, purpose, clock.now()],
  )
  return row
}

/** For what a challenge to register was put: this session, and a first key or a further one. */
export const registrationOf = (sessionId: string, isFirst: boolean): Buffer =>
  createHash('sha256')
    .update(`shoumi/passkey/${isFirst ? 'first' : 'further'}/${sessionId}`)
    .digest()

/** The challenge a browser says it answered; what it says is only used to find ours. */
function challengeOf(clientDataJson: unknown): string {
  if (typeof clientDataJson !== 'string') return randomUUID()
  try {
    const parsed: unknown = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString())
    const challenge = (parsed as { challenge?: unknown }).challenge
    return typeof challenge === 'string' && !challenge.includes('\0') ? challenge : randomUUID()
  } catch {
    // Not what a browser sends: no challenge of ours has this name.
    return randomUUID()
  }
}
