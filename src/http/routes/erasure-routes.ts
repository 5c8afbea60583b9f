import { z } from 'zod'
import { json, problem } from '../../edge/route.ts'
import { namesOf } from '../../identity/port.ts'
import {
  approveErasure,
  type ErasureFailure,
  liftHold,
  listErasures,
  parseMonth,
  placeHold,
  requestErasure,
} from '../../ledger/port.ts'
import { erasure, erasureBody, erasureList, holdBody, liftBody } from '../../wire/ledger.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'
import type { Services } from '../services.ts'

const parts = ({ ledger, clock }: Services) => ({ database: ledger.database, keys: ledger.keys, clock })
const by = ({ caller }: Ask<unknown, unknown>) => ({ account: caller.account, post: caller.post })

const REFUSALS: Readonly<Record<ErasureFailure, { readonly zh: string; readonly en: string }>> = {
  held: { zh: '有保全命令，不得銷毀。', en: 'A legal hold forbids it.' },
  'too-early': { zh: '該月紀錄的保存期限尚未屆滿。', en: 'The month is still to be kept.' },
  nothing: { zh: '沒有可銷毀的紀錄，或申請已處理。', en: 'There is nothing to erase, or it was decided already.' },
  'same-person': { zh: '申請人不得自行核准。', en: 'Whoever asks may not approve.' },
}

/** Exactly one of month and person, as the scope of an erasure or a hold. */
function scopeOf(body: { readonly month?: string | undefined; readonly person?: string | undefined }) {
  if (body.month !== undefined && body.person === undefined) return { month: parseMonth(body.month) }
  return body.month === undefined && body.person !== undefined ? { person: body.person } : undefined
}

export const erasureRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/ledger/erasures',
    action: 'erasure.view',
    isForAll: true,
    summary: 'Erasures asked for and carried out',
    answer: erasureList,
    handle: async ({ services }) => {
      const erasures = await listErasures(services.ledger.database)
      const names = await namesOf(
        services.database,
        erasures.flatMap(({ askedBy, decidedBy }) => [askedBy, decidedBy ?? '']),
      )
      return json({
        erasures: erasures.map((each) => ({
          ...each,
          askedByName: names.get(each.askedBy) ?? '',
          decidedBy: each.decidedBy && (names.get(each.decidedBy) ?? each.decidedBy),
        })),
      })
    },
  }),
  route({
    method: 'POST',
    path: '/api/ledger/erasures',
    action: 'erasure.ask',
    isForAll: true,
    summary: 'Ask for an erasure; another person has to approve it',
    body: erasureBody,
    handle: async (ask) => {
      const scope = scopeOf(ask.body)
      if (!scope) return problem('bad-request')
      return json({ requestId: await requestErasure(parts(ask.services), scope, ask.body.basis, by(ask)) })
    },
  }),
  route({
    method: 'POST',
    path: '/api/ledger/erasures/:id/approval',
    action: 'erasure.approve',
    isForAll: true,
    summary: 'Approve an erasure and carry it out: keys are destroyed, for ever',
    answer: erasure,
    handle: async (ask) => {
      const id = z.uuid().safeParse(ask.params['id'])
      if (!id.success) return problem('not-found')
      const outcome = await approveErasure(parts(ask.services), id.data, by(ask))
      return outcome.ok ? json(outcome.value) : problem('erasure-refused', REFUSALS[outcome.error])
    },
  }),
  route({
    method: 'POST',
    path: '/api/ledger/holds',
    action: 'hold.manage',
    isForAll: true,
    summary: 'Place a legal hold: nothing it touches is erased',
    body: holdBody,
    handle: async (ask) => {
      const scope = scopeOf(ask.body)
      if (!scope) return problem('bad-request')
      return json({ holdId: await placeHold(parts(ask.services), scope, ask.body.reason, by(ask)) })
    },
  }),
  route({
    method: 'POST',
    path: '/api/ledger/holds/:id/lift',
    action: 'hold.manage',
    isForAll: true,
    summary: 'Lift a legal hold',
    body: liftBody,
    handle: async (ask) => {
      const id = z.uuid().safeParse(ask.params['id'])
      const lifted = id.success ? await liftHold(parts(ask.services), id.data, ask.body.reason, by(ask)) : undefined
      return lifted?.ok ? json({}) : problem('not-found')
    },
  }),
]
