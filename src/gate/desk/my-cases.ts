import { ok, type Result } from '../../base/result.ts'
import { recordAct } from '../../ledger/port.ts'
import type { CaseFailure } from '../case-facts.ts'
import type { LookDeps } from './look.ts'

export interface OwnCase {
  readonly number: string
  readonly kind: string
}

/** The open cases assigned to who asks, of this agency. That they were listed is on record before they are told. */
export async function myCases(
  { gate, database, clock }: LookDeps,
  agency: string,
  account: string,
  post: string,
): Promise<Result<readonly OwnCase[], CaseFailure>> {
  const cases = await gate.myCases(agency, account)
  if (!cases.ok || cases.value.length === 0) return cases
  await recordAct(database, {
    kind: 'gate-asked',
    at: clock.now(),
    actor: account,
    actorPost: post,
    subjectRef: `cases:${agency}`,
    reason: '',
    detail: { by: 'my-cases', cases: cases.value.map(({ number }) => number) },
  })
  return ok(cases.value)
}
