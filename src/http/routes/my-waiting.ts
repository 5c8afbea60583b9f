import { listErasures } from '../../ledger/port.ts'
import type { Today } from '../../wire/guide.ts'
import { may } from '../../wire/permissions.ts'
import type { ServicesAsk as Ask } from '../bound-route.ts'

type Waiting = Today['waiting'][number]
type Asked = Ask<unknown, unknown>

/** What waits for this person by name: requests to decide, answers owed, approvals to use, erasures to confirm; only what there is any of. */
export async function waitsForMe(ask: Asked): Promise<readonly Waiting[]> {
  const asked = ask.services.slices.map(({ waiting }) => waiting?.(ask.caller) ?? [])
  const parts = await Promise.all([toDecide(ask), reviews(ask), toUse(ask), erasuresToDecide(ask), ...asked])
  return parts.flat().filter(({ count }) => count > 0)
}

async function toDecide({ services, caller }: Asked): Promise<Waiting[]> {
  if (!may(caller.actor, 'gate.approve')) return []
  const requests = await services.desk.inbox(caller.account)
  const due = requests.map(({ expiresAt }) => expiresAt)
  return [item('approvals', '待我核准的查詢申請', 'Requests for my approval', '/approvals', due)]
}

async function reviews({ services, caller }: Asked): Promise<Waiting[]> {
  if (!may(caller.actor, 'gate.reviews')) return []
  const all = await services.desk.reviewsFor(caller.account, caller.actor)
  const owed = all.filter(({ account, statedAt }) => account === caller.account && statedAt === null)
  const toJudge = may(caller.actor, 'gate.judge')
    ? all.filter(
        ({ account, statedAt, conclusion }) => account !== caller.account && statedAt !== null && conclusion === '',
      )
    : []
  const owedDue = owed.map(({ dueAt }) => dueAt)
  return [
    item('statements', '須補說明的緊急調閱', 'Emergencies I must explain', '/emergencies', owedDue),
    { ...item('reviews', '待審查的緊急調閱', 'Emergencies to be judged', '/emergencies', []), count: toJudge.length },
  ]
}

async function toUse({ services, caller }: Asked): Promise<Waiting[]> {
  if (!may(caller.actor, 'gate.look')) return []
  const approved = (await services.desk.requestsOf(caller.account)).filter(
    ({ kind, state }) => kind === 'approval' && state === 'approved',
  )
  const unconfirmed = (await services.desk.requestsOf(caller.account)).filter(
    ({ kind, state }) => kind === 'emergency' && state === 'pending',
  )
  const until = unconfirmed.map(({ expiresAt }) => expiresAt)
  const due = approved.flatMap(({ usableUntil }) => (usableUntil ? [usableUntil] : []))
  return [
    item(
      'confirmations',
      '他系統以我的名義請求的緊急調閱',
      'Emergencies a system asks for in my name',
      '/queries',
      until,
    ),
    item('approved', '已核准、可查看的申請', 'Approved requests to look at', '/queries', due),
  ]
}

async function erasuresToDecide({ services, caller }: Asked): Promise<Waiting[]> {
  if (!may(caller.actor, 'erasure.approve')) return []
  const open = (await listErasures(services.ledger.database)).filter(
    ({ state, askedBy }) => state === 'open' && askedBy !== caller.account,
  )
  return [{ ...item('erasures', '待我核准的依法銷毀', 'Erasures for my approval', '/ledger', []), count: open.length }]
}

/** One line, as many as there are due times, due with the earliest of them. */
function item(id: string, title: string, titleEn: string, href: string, due: readonly Date[]): Waiting {
  const earliest = due.length === 0 ? null : new Date(Math.min(...due.map((each) => each.getTime()))).toISOString()
  return { id, title, titleEn, href, count: due.length, dueAt: earliest }
}
