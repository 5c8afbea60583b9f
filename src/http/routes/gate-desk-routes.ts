import { z } from 'zod'
import { serves } from '../../base/tenant.ts'
import { json, problem, type Reply } from '../../edge/route.ts'
import type { LookAnswer, Looker, Question } from '../../gate/port.ts'
import {
  assignmentBody,
  demoExamples,
  exportBody,
  lookAnswer,
  lookBody,
  myCases,
  type question,
} from '../../wire/gate-desk.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'
import { lookView, type RenderSheet } from '../present/gate-desk-view.ts'
import type { Services } from '../services.ts'
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

/**
 * Whether a question is about records of an agency the asker serves. Of another's he does not even learn what its case
 * system or the policies say: there is no such query for him.
 */
export const isForeign = ({ gate }: Services, { query, version }: Pick<Question, 'query' | 'version'>): boolean => {
  const agency = gate.catalogue.query(query, version)?.agency
  return agency !== undefined && !serves(agency)
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
      if (isForeign(services, body)) return refusal('unknown-query')
      const looked = await services.desk.look(lookerOf(ask), questionOf(body), body.challenge)
      return looked.ok ? json(await lookView(looked.value, sheetOf(services))) : refusal(looked.error)
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
    summary: 'Open cases assigned to me; that they were listed is recorded',
    query: z.object({ agency: z.string().min(1).max(40) }),
    answer: myCases,
    handle: async ({ services, caller, query }) => {
      if (!serves(query.agency)) return json({ cases: [] })
      const cases = await services.desk.myCases(query.agency, caller.account, caller.post)
      return json({ cases: cases.ok ? [...cases.value] : [] })
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
  route({
    method: 'GET',
    path: '/api/demo/examples',
    action: 'gate.look',
    summary: 'Looks to try while sample data is loaded',
    answer: demoExamples,
    handle: async ({ services, caller }) => {
      const agency = caller.session?.person.agency ?? ''
      return json({
        examples: (await services.demo.isLoaded()) ? await services.demo.examples(agency, caller.account) : [],
      })
    },
  }),
]

type ShownAnswer = LookAnswer & { readonly kind: 'shown' }

async function exported(ask: Ask<unknown, z.infer<typeof exportBody>>): Promise<Reply> {
  const { services, body } = ask
  if (isForeign(services, body)) return refusal('unknown-query')
  const looked = await services.desk.take(lookerOf(ask), questionOf(body), body.format, body.challenge)
  return looked.ok ? fileReply(services, looked.value, body.format) : refusal(looked.error)
}

/** An answer as a file; what was not shown is answered in words. */
export async function fileReply(services: Services, answer: LookAnswer, format: FileFormat): Promise<Reply> {
  if (answer.kind !== 'shown') return json(await lookView(answer, sheetOf(services)))
  const file = await fileOf(services, answer, format)
  if (!file.ok) return file.error === 'font-missing' ? problem('font-missing') : refusal('format-refused')
  return { kind: 'file', ...file.value }
}

/** How this installation renders what leaves as a sheet only. */
export const sheetOf =
  (services: Services): RenderSheet =>
  async (answer) => {
    const file = await fileOf(services, answer, 'pdf')
    return file.ok && file.value.content instanceof Uint8Array ? file.value.content : undefined
  }

type FileFormat = z.infer<typeof exportBody>['format']

function fileOf(
  { desk, gate, organisation, origin }: Services,
  { disclosure, decided }: ShownAnswer,
  format: FileFormat,
) {
  return desk.file(disclosure, format, {
    title: decided.query.title,
    organisation,
    caseNumber: decided.question.caseNumber,
    purposeTitle: gate.catalogue.purpose(decided.request.purpose)?.title ?? '',
    origin,
  })
}
