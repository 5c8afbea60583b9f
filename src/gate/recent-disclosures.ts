import { taipeiDay, taipeiInstant } from '../base/roc-date.ts'
import type { Database, Queryable } from '../database/database.ts'

/** A look through the gate, for whoever decides on the next one. */
export interface RecentDisclosure {
  readonly code: string
  readonly at: Date
  readonly query: string
  readonly purpose: string
  readonly caseNumber: string
  readonly outcome: string
}

const MAX_RECENT = 50
const DAY_MS = 86_400_000

/**
 * How many distinct subjects this account asked about since midnight in Taipei, whatever the answer was, and with `also`
 * those it is about to ask about.
 */
export async function countSubjectsToday(
  database: Queryable,
  account: string,
  now: Date,
  also: readonly string[] = [],
): Promise<number> {
  const [row] = await database.query<{ n: number }>(
    `SELECT count(DISTINCT subject_token)::int AS n FROM (
       SELECT subject_token FROM disclosure WHERE account = $1 AND opened_at >= $2
       UNION ALL SELECT subject_token FROM gate_question WHERE account = $1 AND at >= $2
       UNION ALL SELECT unnest($3::text[])) AS asked WHERE subject_token <> ''`,
    [account, taipeiInstant(taipeiDay(now)), also],
    'subjects-today',
  )
  return row?.n ?? 0
}

/** What this account asked about this subject in the last days, newest first; at most fifty. */
export async function recentDisclosures(
  database: Database,
  ask: { readonly account: string; readonly subjectToken: string; readonly days: number; readonly now: Date },
): Promise<readonly RecentDisclosure[]> {
  const rows = await database.query<{
    code: string
    opened_at: Date
    query: string
    purpose: string
    case_number: string
    outcome: string
  }>(
    `SELECT code, opened_at, query, purpose, case_number, outcome FROM disclosure
     WHERE account = $1 AND subject_token = $2 AND opened_at >= $3 ORDER BY opened_at DESC LIMIT $4`,
    [ask.account, ask.subjectToken, new Date(ask.now.getTime() - ask.days * DAY_MS), MAX_RECENT],
  )
  return rows.map((row) => ({
    code: row.code,
    at: row.opened_at,
    query: row.query,
    purpose: row.purpose,
    caseNumber: row.case_number,
    outcome: row.outcome,
  }))
}
