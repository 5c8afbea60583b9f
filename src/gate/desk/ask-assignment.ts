import { fail, ok, type Result } from '../../base/result.ts'
import { recorded } from '../../database/database.ts'
import { recordEvent } from '../../ledger/port.ts'
import { isJustification, type RequestDeps } from './make-request.ts'
import { notify } from './notices.ts'

const MAX_CASE_NUMBER = 60

/** Asks his superior to assign a case to him: the case system stays the office's own, so this is a notice, recorded. */
export async function askAssignment(
  { database, clock, office }: RequestDeps,
  account: string,
  agency: string,
  caseNumber: string,
  reason: string,
): Promise<Result<undefined, 'no-account' | 'justification-missing' | 'nobody-to-approve'>> {
  const asker = await office.asker(account)
  if (!asker || asker.agency !== agency) return fail('no-account')
  if (!isJustification(reason) || caseNumber.trim() === '' || caseNumber.length > MAX_CASE_NUMBER)
    return fail('justification-missing')
  const superiors = await office.approversOf(account, 'supervisor')
  if (superiors.length === 0) return fail('nobody-to-approve')
  const now = clock.now()
  await database.transaction(async (tx) => {
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
    return recorded(receipt, undefined)
  })
  return ok(undefined)
}
