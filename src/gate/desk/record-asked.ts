import { canonicalJson } from '../../base/canonical-json.ts'
import type { Clock } from '../../base/clock.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import { type Database, type Queryable, recorded, unchanged } from '../../database/database.ts'
import { recordEvent } from '../../ledger/port.ts'
import { noteAsked, takeTurn } from '../asked.ts'
import type { Decision } from '../decision.ts'
import { actedBy, type Via } from './acted-by.ts'
import { notify } from './notices.ts'
import type { DecidedQuestion, QuestionDeps } from './question.ts'

declare const told: unique symbol
/** A decided question that stands in the ledger: only such a one is presented to anybody. */
export type ToldQuestion = DecidedQuestion & { readonly [told]: true }

/** By what it was asked: as it stands in the event. */
export type AskedBy = 'look' | 'challenge' | 'request' | 'emergency' | 'approved-look'

export interface AskDeps extends QuestionDeps {
  readonly database: Database
  readonly clock: Clock
}

/** Whether the policies of this moment say the same for another count of subjects. */
export const holdsFor =
  ({ decider }: Pick<QuestionDeps, 'decider'>, { request, decision }: DecidedQuestion) =>
  (subjectsToday: number): boolean => {
    const now = decider().decide({ ...request, subjectsToday })
    return now.outcome === decision.outcome && canonicalJson(now.obligations) === canonicalJson(decision.obligations)
  }

/**
 * Puts a question on record before anything of its answer is told: what was refused, what is to be explained first, what
 * could not be asked for. It counts towards the limits of a day and meets canaries. `decision-stale`: decide again.
 */
export async function recordAsked(
  deps: AskDeps,
  decided: DecidedQuestion,
  by: AskedBy,
  via?: Via,
): Promise<Result<ToldQuestion, 'decision-stale'>> {
  const { asker, request, decision } = decided
  const at = deps.clock.now()
  const readers = await readersOf(deps, asker.account, asker.agency, decision)
  return deps.database.transaction(async (tx) => {
    const turn = { account: asker.account, at, counted: request.subjectsToday }
    if (!(await takeTurn(tx, turn, holdsFor(deps, decided)))) return unchanged(fail('decision-stale'))
    const event = {
      kind: decision.outcome === 'permit' ? ('gate-asked' as const) : ('gate-refused' as const),
      at,
      actor: asker.account,
      actorPost: asker.post,
      subjectRef: `query:${request.resource.query}@${request.resource.version}`,
      reason: '',
      detail: {
        by,
        outcome: decision.outcome,
        reasons: decision.reasons.all,
        policies: decision.policies,
        policyVersion: decision.policyVersion,
        purpose: request.purpose,
        case: request.case?.number ?? '',
        subject: request.resource.subjectToken,
        act: request.act,
      },
    }
    const receipt = await recordEvent(tx, actedBy(event, via))
    await noteQuestion(tx, decided, receipt, at)
    const about = `${asker.unit} ${asker.name}`
    await notify(tx, readers, { kind: 'reported', request: null, about, at })
    return recorded(receipt, ok(decided as ToldQuestion))
  })
}

/** Counts a question whose event is `receipt`, whatever kind it has, and looks for canaries. */
export const noteQuestion = (
  tx: Queryable,
  { asker, request }: DecidedQuestion,
  { eventId }: { readonly eventId: string },
  at: Date,
): Promise<void> => {
  const { agency, subjectToken } = request.resource
  return noteAsked(tx, [{ eventId, account: asker.account, post: asker.post, agency, subjectToken }], at)
}

async function readersOf({ office }: AskDeps, account: string, agency: string, { outcome, obligations }: Decision) {
  // Who is to be told of an emergency is told when the glass is broken, not when it is offered.
  if (outcome === 'break-glass') return []
  const whom = new Set(obligations.flatMap((each) => (each.type === 'notify' ? [each.whom] : [])))
  return [
    ...(whom.has('supervisor') ? await office.approversOf(account, 'supervisor') : []),
    ...(whom.has('ethics') ? await office.ethicsOf(agency) : []),
  ]
}

/** Of a person's questions one is recorded at a time: whoever asks many at once may be decided on anew so many times. */
const MAX_DECIDED_AGAIN = 3

/** What was allowed when it was decided may be over the limit when its turn comes: then it is decided and recorded anew. */
export async function untilCurrent<T, E>(act: () => Promise<Result<T, E | 'decision-stale'>>) {
  let done = await act()
  for (let again = 0; again < MAX_DECIDED_AGAIN && !done.ok && done.error === 'decision-stale'; again++)
    done = await act()
  return done
}
