import type { EvaluationBody } from '../../wire/authzen.ts'
import type { OurPoint, PointDeps } from './decision-point.ts'
import type { AskingSystem, SearchAsk, SearchKind } from './protocol.ts'
import { RESOURCE_TYPE } from './read-question.ts'

type Found = Readonly<Record<string, string>>
/** What a search tells, and whom it was about: one person, whatever the query. */
export interface Searched {
  readonly found: readonly Found[]
  /** keyed pseudonyms */
  readonly subjects: readonly string[]
}
const NOTHING_FOUND: Searched = { found: [], subjects: [] }
const ACTS = ['query', 'print', 'copy', 'export']

/**
 * Searches by asking for each candidate: officials of the agency, its catalogued queries, the four acts. The cost grows
 * with their number. What needs approval or a duty the system cannot do is no result; an unknown type has none.
 */
export async function searchPoint(
  { gate, officialsOf }: PointDeps,
  judge: OurPoint['judge'],
  system: AskingSystem,
  kind: SearchKind,
  ask: SearchAsk,
): Promise<Searched> {
  const permitted = async (candidates: readonly (readonly [Found, EvaluationBody])[]): Promise<Searched> => {
    const found: Found[] = []
    const subjects = new Set<string>()
    for (const [result, evaluation] of candidates) {
      const { decision, kept } = await judge(system, evaluation, [])
      if (decision) found.push(result)
      if (kept.subjectToken !== '') subjects.add(kept.subjectToken)
    }
    return { found, subjects: [...subjects] }
  }
  const whole: Whole = { subject: ask.subject, action: ask.action, resource: ask.resource, context: ask.context }
  if (kind === 'action')
    return permitted(ACTS.map((name) => [{ name }, filled(whole, { action: { ...ask.action, name } })]))
  if (kind === 'resource') {
    if (ask.resource.type !== RESOURCE_TYPE) return NOTHING_FOUND
    const queries = gate.catalogue.queries.filter(({ agency, internal }) => agency === system.agency && !internal)
    return permitted(
      queries.map(({ id, version }) => {
        const resource = { ...ask.resource, id: `${id}@${version}` }
        return [{ type: RESOURCE_TYPE, id: resource.id }, filled(whole, { resource })]
      }),
    )
  }
  if (ask.subject.type !== 'user') return NOTHING_FOUND
  const officials = await officialsOf(system.agency)
  return permitted(officials.map((id) => [{ type: 'user', id }, filled(whole, { subject: { ...ask.subject, id } })]))
}

const NOTHING = { type: 'none', id: 'none' }

interface Whole extends Omit<SearchAsk, 'action'> {
  readonly action: SearchAsk['action'] | undefined
}

function filled(whole: Whole, own: Partial<EvaluationBody>): EvaluationBody {
  const { subject, action, resource, context } = whole
  return {
    subject: { ...NOTHING, ...subject },
    action: action ?? { name: 'none' },
    resource: { ...NOTHING, ...resource },
    context,
    ...own,
  }
}
