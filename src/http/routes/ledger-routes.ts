import { z } from 'zod'
import type { Json } from '../../base/canonical-json.ts'
import { json, problem, type Reply } from '../../edge/route.ts'
import { namesOf } from '../../identity/port.ts'
import { type EventReceipt, formatProof, recordAct, writeBundle } from '../../ledger/port.ts'
import { eventId, eventList, eventReceipt, ledgerStatus, settleBody, settlement } from '../../wire/ledger.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'
import { ledgerView, receiptView } from '../present/ledger-view.ts'
import type { Services } from '../services.ts'

const page = z.object({
  before: z.iso.datetime().optional(),
  beforeId: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
const SETTLE_REFUSALS = {
  'none-open': { zh: '目前沒有待結案的不相續檢查點。', en: 'There is no contradiction to settle.' },
  'same-person': { zh: '須由另一人結案。', en: 'Somebody else has to settle it.' },
} as const
const TILE = /^\d{1,2}\/(x\d{3}\/)*\d{3}(\.p\/\d{1,3})?$/
const ENTRIES = /^entries\/(x\d{3}\/)*\d{3}(\.p\/\d{1,3})?$/

/** The public face of the log (C2SP tlog-tiles): commitments only, so anybody who reaches the server may read it. */
const publicRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/log/checkpoint',
    action: 'public',
    summary: 'The signed state of the event log',
    handle: async ({ services }) => {
      const bytes = await services.ledger.tiles.read('checkpoint')
      return bytes
        ? { kind: 'file', name: 'checkpoint', type: 'text/plain; charset=utf-8', content: bytes }
        : problem('not-found')
    },
  }),
  route({
    method: 'GET',
    path: '/log/tile/*',
    action: 'public',
    summary: 'Hashes and entries of the event log',
    handle: async ({ services, params }) => {
      const path = params['*'] ?? ''
      // Only names the format knows reach the file system.
      const bytes = TILE.test(path) || ENTRIES.test(path) ? await services.ledger.tiles.read(`tile/${path}`) : undefined
      return bytes
        ? { kind: 'file', name: 'tile', type: 'application/octet-stream', content: bytes }
        : problem('not-found')
    },
  }),
]

export const ledgerRoutes: readonly Route[] = [
  ...publicRoutes,
  route({
    method: 'GET',
    path: '/api/ledger',
    action: 'ledger.view',
    summary: 'Where the event log stands: size, signatures, witnesses, stamps',
    answer: ledgerStatus,
    handle: async ({ services }) =>
      json(ledgerView(await services.ledger.status(), services.records, services.keysBesideData)),
  }),
  route({
    method: 'POST',
    path: '/api/ledger/settlement',
    action: 'ledger.settle',
    isForAll: true,
    summary: 'Say that a log contradicted by a witness shall go on; the second person settles it',
    body: settleBody,
    answer: settlement,
    handle: async ({ services, body, caller }) => {
      const by = { account: caller.account, post: caller.post }
      const outcome = await services.ledger.settleContradiction(by, body.reason)
      return outcome.ok ? json({ state: outcome.value }) : problem('settle-refused', SETTLE_REFUSALS[outcome.error])
    },
  }),
  route({
    method: 'GET',
    path: '/api/ledger/events',
    action: 'ledger.open',
    summary: 'Events, newest first',
    query: page,
    answer: eventList,
    handle: async ({ services, query }) => json(await onePage(services, query)),
  }),
  route({
    method: 'GET',
    path: '/api/me/acts',
    action: 'session.own',
    summary: 'My own acts as recorded, newest first',
    query: page,
    answer: eventList,
    handle: async ({ services, query, caller }) => json(await onePage(services, { ...query, ownOf: caller.account })),
  }),
  route({
    method: 'GET',
    path: '/api/ledger/events/:id',
    action: 'ledger.open',
    summary: 'One event, opened, with its place in the log',
    answer: eventReceipt,
    handle: async (ask) => {
      // The list says what happened; opening an entry shows whom it was about, and has to be recorded.
      if (ask.services.ledger.refusal() !== undefined) return problem('ledger-refused')
      const id = eventId.safeParse(ask.params['id'])
      const receipt = id.success ? await ask.services.ledger.receiptOf(id.data) : undefined
      if (!receipt) return problem('not-found')
      if (receipt.fault) return changed(ask.services, receipt)
      await recordOpened(ask, 'look', receipt.eventId, {})
      return json(receiptView(receipt))
    },
  }),
  route({
    method: 'GET',
    path: '/api/ledger/events/:id/proof',
    action: 'ledger.view',
    summary: 'Proof that an event stands in the log (.tlog-proof)',
    handle: async (ask) => {
      // A tree that is not the one that was signed proves nothing.
      if (ask.services.ledger.refusal() !== undefined) return problem('ledger-refused')
      const id = eventId.safeParse(ask.params['id'])
      const proof = id.success ? await ask.services.ledger.proofOf(id.data) : undefined
      if (!proof) return problem('not-found')
      return {
        kind: 'file',
        name: `${id.data}.tlog-proof`,
        type: 'text/plain; charset=utf-8',
        content: Buffer.from(formatProof(proof)),
      }
    },
  }),
  route({
    method: 'GET',
    path: '/api/ledger/events/:id/bundle',
    action: 'ledger.open',
    summary: 'One file that proves an event by itself, without a network (HTML)',
    handle: bundleOf,
  }),
]

/** Events with the names of who did them, and of whose account they are about; and where the next page begins. */
async function onePage(
  { ledger, database }: Services,
  asked: Parameters<Services['ledger']['listEvents']>[0],
): Promise<z.infer<typeof eventList>> {
  // One more than is shown tells whether there is another page.
  const found = await ledger.listEvents({ ...asked, limit: asked.limit + 1 })
  const events = found.slice(0, asked.limit)
  const last = found.length > asked.limit ? events.at(-1) : undefined
  const names = await namesOf(
    database,
    events.flatMap(({ actor, subjectRef }) => [actor, subjectRef]),
  )
  return {
    events: events.map((event) => ({
      ...event,
      actorName: names.get(event.actor) ?? '',
      subjectName: names.get(event.subjectRef) ?? '',
    })),
    next: last ? { before: last.at, beforeId: last.eventId } : null,
  }
}

/** A record that is not what was sealed is told to those who have to act, and shown to nobody. */
async function changed({ records }: Services, { eventId: id, fault }: EventReceipt): Promise<Reply> {
  if (fault) await records.found({ ...fault, place: `event:${id}` })
  return problem('record-changed')
}

async function bundleOf(ask: Ask<unknown, unknown>): Promise<Reply> {
  const { services } = ask
  if (services.ledger.refusal() !== undefined) return problem('ledger-refused')
  const id = eventId.safeParse(ask.params['id'])
  if (!id.success) return problem('not-found')
  const [receipt, evidence] = [await services.ledger.receiptOf(id.data), await services.ledger.evidenceOf(id.data)]
  if (receipt?.fault) return changed(services, receipt)
  if (!receipt?.opened || !evidence) return problem('not-found')
  await recordOpened(ask, 'export', id.data, { format: 'evidence bundle' })
  const issuedAt = services.clock.now()
  const { vkey } = await services.ledger.status()
  const { leaf, opened } = receipt
  const html = writeBundle({
    eventId: id.data,
    leaf,
    opened,
    ...evidence,
    vkey,
    organisation: services.organisation,
    issuedAt,
  })
  return { kind: 'file', name: `${id.data}.html`, type: 'text/html; charset=utf-8', content: Buffer.from(html) }
}

// An opened entry says who looked at whom: whoever opens it is recorded before it leaves.
async function recordOpened(
  { services, caller }: Ask<unknown, unknown>,
  kind: 'look' | 'export',
  event: string,
  detail: Json,
): Promise<void> {
  await recordAct(services.database, {
    kind,
    at: services.clock.now(),
    actor: caller.account,
    actorPost: caller.post,
    subjectRef: `event:${event}`,
    reason: '',
    detail,
  })
}
