import { randomInt, randomUUID } from 'node:crypto'
import { fail, ok, type Result } from '../../base/result.ts'
import { type Database, recorded, unchanged } from '../../database/database.ts'
import { recordEvent } from '../../ledger/port.ts'
import type { DecidedQuestion } from './question.ts'

/** Draws an integer from 0 to below 1000; compose gives the system's randomness, so nobody can foresee a draw. */
export type Draw = () => number
export const drawPerMille: Draw = () => randomInt(1000)

export interface ChallengeAnswer {
  readonly id: string
  readonly answer: string
}

export const MIN_ANSWER = 6
export const MAX_ANSWER = 500

/**
 * Whether this look has to be explained before anything is shown (access-auditing C7): drawn with the probability its
 * policy states. One that is open is asked again, so that trying once more does not shake it off; emergencies are never
 * asked. Returns the id of the open challenge.
 */
export async function challengeFor(
  database: Database,
  { asker, binding, decision }: DecidedQuestion,
  now: Date,
  draw: Draw,
): Promise<string | undefined> {
  const [open] = await database.query<{ id: string }>(
    'SELECT id FROM gate_challenge WHERE account = $1 AND binding = $2 AND answered_at IS NULL LIMIT 1',
    [asker.account, binding],
    'open-challenge',
  )
  if (open) return open.id
  const perMille = decision.obligations.find(({ type }) => type === 'challenge')
  if (perMille?.type !== 'challenge' || draw() >= perMille.perMille) return undefined
  const id = randomUUID()
  await database.upkeep.query('INSERT INTO gate_challenge (id, account, binding, asked_at) VALUES ($1, $2, $3, $4)', [
    ...[id, asker.account, binding, now],
  ])
  return id
}

/** Keeps the answer as it was typed, with its event. Fails when it is too short, or no such question is open. */
export async function answerChallenge(
  database: Database,
  { asker, binding, request }: DecidedQuestion,
  { id, answer }: ChallengeAnswer,
  now: Date,
): Promise<Result<undefined, 'challenge-refused'>> {
  if (answer.trim().length < MIN_ANSWER || answer.length > MAX_ANSWER) return fail('challenge-refused')
  return database.transaction(async (tx) => {
    const rows = await tx.query<{ id: string }>(
      `UPDATE gate_challenge SET answer = $4, answered_at = $5
       WHERE id = $1 AND account = $2 AND binding = $3 AND answered_at IS NULL RETURNING id`,
      [id, asker.account, binding, answer, now],
    )
    if (rows.length === 0) return unchanged(fail('challenge-refused'))
    const receipt = await recordEvent(tx, {
      kind: 'challenge-answered',
      at: now,
      actor: asker.account,
      actorPost: asker.post,
      subjectRef: `challenge:${id}`,
      reason: answer,
      detail: {
        query: `${request.resource.query}@${request.resource.version}`,
        subject: request.resource.subjectToken,
      },
    })
    return recorded(receipt, ok(undefined))
  })
}
