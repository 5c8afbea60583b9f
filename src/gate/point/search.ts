import type { EvaluationBody } from '../../wire/authzen.ts'
import type { OurPoint, PointDeps } from './decision-point.ts'
import type { AskingSystem, SearchAsk, SearchKind } from './protocol.ts'
import { RESOURCE_TYPE } from './read-question.ts'

type Found = Readonly<Record<string, string>>
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
): Promise<readonly Found[]> {
  const permitted = async (candidates: readonly (readonly [Found, EvaluationBody])[]) => {
    const found: Found[] = []
    for (const [result, evaluation] of candidates) if ((await judge(system, evaluation)).decision) found.push(result)
    return found
  }
  const whole: Whole = { subject: ask.subject, action: ask.action, resource: ask.resource, context: ask.context }
  if (kind === 'action')
    return permitted(ACTS.map((name) => [{ name }, filled(whole, { action: { ...ask.action, name } })]))
  if (kind === 'resource') {
    if (ask.resource.type !== RESOURCE_TYPE) return []
    const queries = gate.catalogue.queries.filter(({ agency, internal }) => agency === system.agency && !internal)
    return permitted(
      queries.map(({ id, version }) => {
        const resource = { ...ask.resource, id: `${id}@${version}` }
        return [{ type: RESOURCE_TYPE, id: resource.id }, filled(whole, { resource })]
      }),
    )
  }
  if (ask.subject.type !== 'user') return []
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
