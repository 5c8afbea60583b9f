import type { Queryable } from '../../database/database.ts'
import { recordEvents } from '../../ledger/port.ts'
import { requestEvent } from './make-request.ts'
import { nextState } from './request.ts'
import { applyChange, factsOf, openRequestsOf } from './request-store.ts'

/**
 * Closes what people who leave the office have open, in the transaction of their leaving: what waits is withdrawn, what was
 * approved opens nothing any more, what they typed is forgotten. Returns how many.
 */
export async function closeRequestsOf(
  tx: Queryable,
  accounts: readonly string[],
  doer: { readonly account: string; readonly post: string },
  now: Date,
): Promise<number> {
  const requests = await openRequestsOf(tx, accounts)
  const events = []
  for (const request of requests) {
    const change = nextState(await factsOf(tx, request), { type: 'leave' }, now)
    if (!change.ok) continue
    await applyChange(tx, request.id, change.value, now)
    const { detail, ...rest } = requestEvent(request, now)
    const why = { state: change.value.state, why: 'left-office' }
    events.push({
      ...{ ...rest, actor: doer.account, actorPost: doer.post, reason: '' },
      ...{ kind: 'request-withdrawn' as const, detail: { ...detail, ...why } },
    })
  }
  if (events.length > 0) await recordEvents(tx, events)
  return events.length
}
