import { ok } from '../../src/base/result.ts'
import type { DecisionPoint } from '../../src/gate/port.ts'
import type { EvaluationBody } from '../../src/wire/authzen.ts'

/**
 * The decision point of the OpenID certification scenario (alice, bob, record-1, record-2): its eight decision and six
 * search rules, as data behind our own protocol layer. It exists in tests only.
 */
const PEOPLE = ['alice', 'bob']
const RECORDS = ['record-1', 'record-2']

const isAdmin = ({ subject }: EvaluationBody) => subject.properties?.['role'] === 'admin'
const RULES: Readonly<Record<string, (asked: EvaluationBody) => boolean>> = {
  read: () => true,
  write: (asked) =>
    isAdmin(asked) || (asked.subject.id === 'alice' && asked.resource.properties?.['status'] !== 'archived'),
  delete: ({ subject, action }) => subject.id === 'alice' && action.properties?.['soft'] === true,
}

export const fixtureRule = (asked: EvaluationBody): boolean =>
  asked.subject.type === 'user' &&
  asked.resource.type === 'record' &&
  PEOPLE.includes(asked.subject.id) &&
  RECORDS.includes(asked.resource.id) &&
  (RULES[asked.action.name]?.(asked) ?? false)

export const fixturePoint: DecisionPoint = {
  judge: async (_system, asked) => ({ decision: fixtureRule(asked) }),
  settle: async (_system, judged) => ok(judged.map(({ decision }) => ({ decision }))),
  search: async (_system, kind, { subject, action, resource }) => {
    if (subject.type !== 'user' || resource.type !== 'record') return []
    if (kind === 'subject') return (action?.name === 'write' ? ['bob'] : PEOPLE).map((id) => ({ type: 'user', id }))
    if (kind === 'resource') return [{ type: 'record', id: action?.name === 'write' ? 'record-2' : 'record-1' }]
    if (!PEOPLE.includes(subject.id ?? '') || !RECORDS.includes(resource.id ?? '')) return []
    return subject.properties?.['role'] === 'admin' ? [{ name: 'write' }] : [{ name: 'read' }, { name: 'write' }]
  },
}
