import type { Queryable } from '../database/database.ts'
import { findCanaries } from './canary.ts'
import { countSubjectsToday } from './recent-disclosures.ts'
import { TOKEN_BYTES } from './subject-token.ts'

/** Whether the decision is the same when the asker has asked about so many subjects today. */
export type HoldsAt = (subjectsToday: number) => boolean

/**
 * Of an account's questions one is recorded at a time, and those before it are counted again then: of many asked at once,
 * each decided by the same count, no more are answered than the policies allow. False: by now they would say something
 * else, so nothing may be told or shown; decide again. `also`: subjects of the same batch that stand before it.
 */
export async function takeTurn(
  tx: Queryable,
  turn: { readonly account: string; readonly at: Date; readonly counted: number; readonly also?: readonly string[] },
  holdsAt: HoldsAt,
): Promise<boolean> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`disclosure:${turn.account}`])
  const now = await countSubjectsToday(tx, turn.account, turn.at, turn.also)
  return now === turn.counted || holdsAt(now)
}

/** A question that has an event: whose it was, about whom. */
export interface AskedQuestion {
  readonly eventId: string
  readonly account: string
  readonly post: string
  readonly agency: string
  /** keyed pseudonym, hex; '' for none */
  readonly subjectToken: string
}

/** In the transaction of their events: what was asked counts towards limits, and a sealed subject among it is a finding. */
export async function noteAsked(tx: Queryable, asked: readonly AskedQuestion[], at: Date): Promise<void> {
  if (asked.length === 0) return
  await tx.query(
    `INSERT INTO gate_question (event_id, account, at, subject_token, agency)
     SELECT event_id, account, $5, subject_token, agency
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS asked (event_id, account, subject_token, agency)`,
    [
      ...[asked.map(({ eventId }) => eventId), asked.map(({ account }) => account)],
      ...[asked.map(({ subjectToken }) => subjectToken), asked.map(({ agency }) => agency), at],
    ],
    'note-asked',
  )
  const byAsker = new Map<string, AskedQuestion[]>()
  for (const each of asked) byAsker.set(each.account, [...(byAsker.get(each.account) ?? []), each])
  for (const [account, questions] of byAsker) {
    const subjects = tokensOf(questions.map(({ subjectToken }) => subjectToken))
    await findCanaries(tx, subjects, { at, code: '', account, post: questions[0]?.post ?? '' })
  }
}

/** Pseudonyms run together, for `findCanaries`; what is none is left out. */
export function tokensOf(hex: readonly string[]): Buffer {
  const tokens = [...new Set(hex)].map((each) => Buffer.from(each, 'hex'))
  return Buffer.concat(tokens.filter(({ length }) => length === TOKEN_BYTES))
}
