import { fail, ok, type Result } from '../../base/result.ts'
import { taipeiDay, taipeiInstant } from '../../base/roc-date.ts'
import { type Queryable, recorded, unchanged } from '../../database/database.ts'
import { recordEvent } from '../../ledger/port.ts'
import { isJustification, type RequestDeps } from './make-request.ts'
import { notify } from './notices.ts'

const MAX_CASE_NUMBER = 60
/** Assignments one person may ask for from midnight to midnight in Taipei. */
export const MAX_ASKED_A_DAY = 10

/**
 * Asks his superior to assign a case to him: the case system stays the office's own, so this is a notice, recorded. Asked
 * again while the superior has not read it, it is one notice.
 */
export async function askAssignment(
  { database, clock, office }: RequestDeps,
  account: string,
  agency: string,
  caseNumber: string,
  reason: string,
): Promise<Result<undefined, 'no-account' | 'justification-missing' | 'nobody-to-approve' | 'too-many-asked'>> {
  const asker = await office.asker(account)
  if (!asker || asker.agency !== agency) return fail('no-account')
  if (!isJustification(reason) || caseNumber.trim() === '' || caseNumber.length > MAX_CASE_NUMBER)
    return fail('justification-missing')
  const superiors = await office.approversOf(account, 'supervisor')
  if (superiors.length === 0) return fail('nobody-to-approve')
  const now = clock.now()
  return database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`assignment:${account}`])
    if (await hasSpentDay(tx, account, now)) return unchanged(fail('too-many-asked'))
    const receipt = await recordEvent(tx, {
      kind: 'assignment-wanted',
      at: now,
      actor: account,
      actorPost: `${asker.unit} ${asker.post}`,
      subjectRef: `case:${agency}`,
      reason,
      detail: { case: caseNumber },
    })
    const about = `${asker.unit} ${asker.name}：${caseNumber}`
    await notify(tx, superiors, { kind: 'assignment-wanted', request: null, about, at: now })
    return recorded(receipt, ok(undefined))
  })
}

async function hasSpentDay(db: Queryable, account: string, now: Date): Promise<boolean> {
  const [row] = await db.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM event WHERE actor = $1 AND kind = 'assignment-wanted' AND at >= $2",
    [account, taipeiInstant(taipeiDay(now))],
  )
  return (row?.n ?? 0) >= MAX_ASKED_A_DAY
}
