import { z } from 'zod'
import { json, problem } from '../../edge/route.ts'
import {
  approvalPage,
  conclusionBody,
  confirmationBody,
  emergencyBody,
  lookAnswer,
  noticeList,
  requestBody,
  requestFileBody,
  requestList,
  reviewList,
  statementBody,
  verdictBody,
} from '../../wire/gate-desk.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'
import { approvalPageView, lookView, requestView, reviewView } from '../present/gate-desk-view.ts'
import { fileReply, isForeign, lookerOf, questionOf, refusal, sheetOf } from './gate-desk-routes.ts'
import { proving } from './proving.ts'

type Asked = Ask<unknown, unknown>

const idOf = ({ params }: Asked): string | undefined => {
  const id = z.uuid().safeParse(params['id'])
  return id.success ? id.data : undefined
}

async function listed(
  { services }: Asked,
  requests: Awaited<ReturnType<Asked['services']['desk']['inbox']>>,
  reader: 'asker' | 'approver',
) {
  return Promise.all(
    requests.map(async (each) => requestView(services.gate, each, await services.desk.approvals(each.id), reader)),
  )
}

const askerRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/gate/requests',
    action: 'gate.look',
    summary: 'Ask for approval of exactly this question',
    body: requestBody,
    handle: async (ask) => {
      if (isForeign(ask.services, ask.body)) return refusal('unknown-query')
      const made = await ask.services.desk.request(lookerOf(ask), questionOf(ask.body), ask.body.justification)
      return made.ok ? json({ id: made.value.id }) : refusal(made.error)
    },
  }),
  route({
    method: 'GET',
    path: '/api/gate/requests',
    action: 'gate.look',
    summary: 'My requests and emergencies',
    answer: requestList,
    handle: async (ask) =>
      json({ requests: await listed(ask, await ask.services.desk.requestsOf(ask.caller.account), 'asker') }),
  }),
  route({
    method: 'POST',
    path: '/api/gate/requests/:id/look',
    action: 'gate.look',
    summary: 'Look at what an approval or an emergency opened',
    answer: lookAnswer,
    handle: async (ask) => {
      const id = idOf(ask)
      if (!id) return problem('not-found')
      const looked = await ask.services.desk.lookByRequest(lookerOf(ask), id)
      return looked.ok ? json(await lookView(looked.value, sheetOf(ask.services))) : refusal(looked.error)
    },
  }),
  route({
    method: 'POST',
    path: '/api/gate/requests/:id/file',
    action: 'gate.look',
    summary: 'Take along, as a marked file, what an approval opened for that',
    body: requestFileBody,
    handle: async (ask) => {
      const id = idOf(ask)
      if (!id) return problem('not-found')
      const looked = await ask.services.desk.lookByRequest(lookerOf(ask), id, ask.body.format)
      return looked.ok ? fileReply(ask.services, looked.value, ask.body.format) : refusal(looked.error)
    },
  }),
  route({
    method: 'POST',
    path: '/api/gate/requests/:id/withdrawal',
    action: 'gate.look',
    summary: 'Take back a request',
    handle: async (ask) => {
      const id = idOf(ask)
      if (!id) return problem('not-found')
      const done = await ask.services.desk.withdraw(id, ask.caller.account)
      return done.ok ? json({ state: done.value }) : refusal(done.error)
    },
  }),
  route({
    method: 'POST',
    path: '/api/gate/requests/:id/confirmation',
    action: 'gate.look',
    summary: 'Say with the passkey that it is I who breaks the glass that a system asked for',
    body: confirmationBody,
    handle: async (ask) => {
      const id = idOf(ask)
      if (!id) return problem('not-found')
      const opened = await ask.services.desk.confirmEmergency(lookerOf(ask), id, proving(ask, ask.body.assertion))
      return opened.ok ? json({ id }) : refusal(opened.error)
    },
  }),
  route({
    method: 'POST',
    path: '/api/gate/emergencies',
    action: 'gate.look',
    summary: 'Break the glass, with the passkey; explained afterwards',
    body: emergencyBody,
    handle: async (ask) => {
      const { justification, assertion } = ask.body
      if (isForeign(ask.services, ask.body)) return refusal('unknown-query')
      const prove = proving(ask, assertion)
      const opened = await ask.services.desk.emergency(lookerOf(ask), questionOf(ask.body), justification, prove)
      return opened.ok ? json({ id: opened.value.id }) : refusal(opened.error)
    },
  }),
  route({
    method: 'POST',
    path: '/api/gate/reviews/:id/statement',
    action: 'gate.look',
    summary: 'Explain my emergency',
    body: statementBody,
    handle: async (ask) => {
      const id = idOf(ask)
      if (!id) return problem('not-found')
      const stated = await ask.services.desk.state(id, ask.caller.account, ask.body.statement)
      return stated.ok ? json({}) : refusal(stated.error)
    },
  }),
]

const approverRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/gate/inbox',
    action: 'gate.approve',
    summary: 'Requests that wait for my word',
    answer: requestList,
    handle: async (ask) =>
      json({ requests: await listed(ask, await ask.services.desk.inbox(ask.caller.account), 'approver') }),
  }),
  route({
    method: 'GET',
    path: '/api/gate/inbox/:id',
    action: 'gate.approve',
    summary: 'One request with everything needed to decide; that it was seen, and its sample, are recorded',
    answer: approvalPage,
    handle: async (ask) => {
      const id = idOf(ask)
      if (!id) return problem('not-found')
      const view = await ask.services.desk.approverView(id, ask.caller.account)
      return view.ok ? json(approvalPageView(ask.services.gate, view.value)) : refusal(view.error)
    },
  }),
  route({
    method: 'POST',
    path: '/api/gate/inbox/:id/verdict',
    action: 'gate.approve',
    summary: 'Approve, signed with the passkey over the request, or reject with a reason',
    body: verdictBody,
    handle: async (ask) => {
      const id = idOf(ask)
      if (!id) return problem('not-found')
      const { verdict, reason, assertion } = ask.body
      const prove = proving(ask, assertion)
      const decided = await ask.services.desk.verdict(id, ask.caller.account, { verdict, reason, prove })
      return decided.ok ? json({ state: decided.value }) : refusal(decided.error)
    },
  }),
]

const reviewRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/gate/reviews',
    action: 'gate.reviews',
    summary: 'Emergencies: my own, and those I may judge',
    answer: reviewList,
    handle: async ({ services, caller }) => {
      const now = services.clock.now()
      const reviews = await services.desk.reviewsFor(caller.account, caller.actor)
      return json({ reviews: reviews.map((each) => reviewView(services.gate, each, caller.account, now)) })
    },
  }),
  route({
    method: 'POST',
    path: '/api/gate/reviews/:id/conclusion',
    action: 'gate.judge',
    summary: 'Judge an emergency of somebody else',
    body: conclusionBody,
    handle: async (ask) => {
      const id = idOf(ask)
      if (!id) return problem('not-found')
      const { account, post } = ask.caller
      const done = await ask.services.desk.conclude(id, { account, post }, ask.body)
      return done.ok ? json({}) : refusal(done.error)
    },
  }),
]

export const gateRequestRoutes: readonly Route[] = [
  ...askerRoutes,
  ...approverRoutes,
  ...reviewRoutes,
  route({
    method: 'GET',
    path: '/api/gate/notices',
    action: 'session.own',
    summary: 'What the gate told me',
    answer: noticeList,
    handle: async ({ services, caller }) => {
      const notices = await services.desk.notices(caller.account)
      return json({ notices: notices.map((each) => ({ ...each, at: each.at.toISOString() })) })
    },
  }),
  route({
    method: 'POST',
    path: '/api/gate/notices/read',
    action: 'session.own',
    summary: 'I have read my notices',
    handle: async ({ services, caller }) => {
      await services.desk.readNotices(caller.account)
      return json({})
    },
  }),
]
