import { z } from 'zod'
import type { Looker, Question } from '../../gate/port.ts'
import { assignmentBody, caseHint, exportBody, lookAnswer, lookBody, myCases, question } from '../../wire/gate-desk.ts'
import { lookView, outcomeView } from '../present/gate-desk-view.ts'
import { type Ask, json, problem, type Reply, type Route, route } from '../route.ts'
import { GATE_WORDS } from './gate-words.ts'

/** Who looks, with the time his session last proved presence. */
export const lookerOf = ({ caller }: Pick<Ask<unknown, unknown>, 'caller'>): Looker => ({
  account: caller.account,
  stepUpAt: caller.session?.stepUpAt,
})

/** A failure of the gate as a refusal in words: what stands in the way and what to do. */
export function refusal(code: keyof typeof GATE_WORDS): Reply {
  const words = GATE_WORDS[code]
  if (code === 'unknown' || code === 'not-yours') return problem('not-found')
  return problem(code === 'presence-refused' ? 'presence-refused' : 'gate-refused', words)
}

export const questionOf = (body: z.infer<typeof question>): Question => ({
  query: body.query,
  version: body.version,
  parameters: body.parameters,
  purpose: body.purpose,
  caseNumber: body.caseNumber,
  act: body.act,
})

export const gateDeskRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/gate/look',
    action: 'gate.look',
    summary: 'Ask a query of the catalogue: shown, to be explained first, or refused with what can be done',
    body: lookBody,
    answer: lookAnswer,
    handle: async (ask) => {
      const { services, body } = ask
      const looked = await services.desk.look(lookerOf(ask), questionOf(body), body.challenge)
      return looked.ok ? json(await lookView(looked.value)) : refusal(looked.error)
    },
  }),
  route({
    method: 'POST',
    path: '/api/gate/outcome',
    action: 'gate.look',
    summary: 'What the gate would say of a question, without asking it',
    body: question,
    handle: async (ask) => {
      const decided = await ask.services.desk.decide(lookerOf(ask), questionOf(ask.body))
      return decided.ok ? json(outcomeView(decided.value)) : refusal(decided.error)
    },
  }),
  route({
    method: 'POST',
    path: '/api/gate/export',
    action: 'gate.look',
    summary: 'Take an answer along as a marked file: an act of its own, decided as such',
    body: exportBody,
    handle: exported,
  }),
  route({
    method: 'GET',
    path: '/api/gate/my-cases',
    action: 'gate.look',
    summary: 'Open cases assigned to me',
    query: z.object({ agency: z.string().min(1).max(40) }),
    answer: myCases,
    handle: async ({ services, caller, query }) => {
      const cases = await services.desk.myCases(query.agency, caller.account)
      return json({ cases: cases.ok ? [...cases.value] : [] })
    },
  }),
  route({
    method: 'GET',
    path: '/api/gate/case-hint',
    action: 'gate.look',
    summary: 'Before a look: is there such a case, is it open, is it mine',
    query: z.object({ agency: z.string().min(1).max(40), number: z.string().min(1).max(60) }),
    answer: caseHint,
    handle: async ({ services, caller, query }) => {
      const { agency, number } = query
      const facts = await services.gate.caseFacts({
        agency,
        caseNumber: number,
        subjectToken: '',
        account: caller.account,
      })
      if (!facts.ok) return refusal('systems-unavailable')
      const { isFound, isOpen, isAskerAssigned } = facts.value
      return json({ isFound, isOpen, isAskerAssigned })
    },
  }),
  route({
    method: 'POST',
    path: '/api/gate/assignments',
    action: 'gate.look',
    summary: 'Ask my superior to assign a case to me',
    body: assignmentBody,
    handle: async ({ services, caller, body }) => {
      const asked = await services.desk.assignment(caller.account, body.agency, body.caseNumber, body.reason)
      return asked.ok ? json({}) : refusal(asked.error)
    },
  }),
]

async function exported(ask: Ask<unknown, z.infer<typeof exportBody>>): Promise<Reply> {
  const { services, body } = ask
  const looker = lookerOf(ask)
  const act = body.format === 'pdf' ? 'print' : 'export'
  const looked = body.request
    ? await services.desk.lookByRequest(looker, body.request)
    : await services.desk.look(looker, { ...questionOf(body), act }, body.challenge)
  if (!looked.ok) return refusal(looked.error)
  if (looked.value.kind !== 'shown') return json(await lookView(looked.value))
  const { disclosure, decided } = looked.value
  const purpose = services.gate.catalogue.purpose(decided.request.purpose)
  const file = await services.desk.file(disclosure, body.format, {
    title: decided.query.title,
    organisation: services.organisation,
    caseNumber: decided.question.caseNumber,
    purposeTitle: purpose?.title ?? '',
    origin: services.origin,
  })
  if (!file.ok) return file.error === 'font-missing' ? problem('font-missing') : refusal('format-refused')
  return { kind: 'file', ...file.value }
}
