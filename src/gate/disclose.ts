import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Database } from '../database/database.ts'
import type { HoldsAt } from './asked.ts'
import type { QueryColumn } from './catalogue.ts'
import type { Connector, Row } from './connector.ts'
import type { Decision, DecisionRequest, MaskLevel } from './decision.ts'
import { newDisclosureCode } from './disclosure-code.ts'
import { type Ended, openFlow } from './disclosure-flow.ts'
import { type Opening, type Receiver, recordOpening } from './disclosure-record.ts'
import { readBind, subjectKindOf } from './query-definition.ts'
import type { RegisteredQuery } from './register-query.ts'
import type { SubjectTokens } from './subject-token.ts'
import { type Mark, markLine } from './watermark.ts'

const QUERY_TIMEOUT_MS = 30_000
const HIGHEST_SENSITIVITY = 4

export interface DiscloseDeps {
  readonly database: Database
  readonly clock: Clock
  readonly tokens: SubjectTokens
  /** the query, checked against its database, or why it is not fit for use */
  readonly registered: (
    id: string,
    version: number | undefined,
  ) => Promise<Result<{ readonly query: RegisteredQuery; readonly connector: Connector }, DiscloseFailure>>
  readonly timeoutMs?: number
}

export interface DiscloseAsk {
  readonly decision: Decision
  readonly request: DecisionRequest
  /** as typed, by parameter name */
  readonly binds: Readonly<Record<string, string>>
  readonly receiver: Receiver
  /** id of the approved request or the opened emergency when the decision was not a plain permit */
  readonly approval?: string
  /** decides again by a newer count of the asker's looks today; left out: it holds */
  readonly holdsAt?: HoldsAt
  readonly signal?: AbortSignal
}

export type DiscloseFailure =
  | 'not-permitted'
  /** other looks of his opened meanwhile; decide again */
  | 'decision-stale'
  | 'unknown-query'
  | 'query-unfit'
  | 'connector-missing'
  | 'malformed-bind'
  | 'subject-mismatch'

export interface Disclosure {
  readonly disclosureCode: string
  /** what it was decided and opened as */
  readonly act: DecisionRequest['act']
  readonly columns: readonly QueryColumn[]
  readonly maskLevel: MaskLevel
  readonly rowCap: number
  readonly watermark: string
  /** `server`: shown and handed out only as pages the server renders with the mark in their ground */
  readonly rendering: 'overlay' | 'server'
  readonly at: Date
  /**
   * Masked rows. Each has a durable event before it is handed out. Throws DisclosureStopped. Leaving the loop early
   * stops the agency's server and records that the answer was abandoned, with the number of rows taken.
   */
  readonly rows: AsyncIterable<Row>
  /** how it ended, once the rows are through */
  readonly ended: () => Ended | undefined
}

/**
 * Runs a decided query and hands out its rows, masked and marked. Order: decision checked → event that it begins,
 * durable → agency asked → per chunk: masks, union guard, event with every subject, durable → rows leave → event with
 * the number taken. Without the durable event nothing leaves; a crash in between leaves a record of more than was seen,
 * never of less.
 */
export async function discloseQuery(
  deps: DiscloseDeps,
  ask: DiscloseAsk,
): Promise<Result<Disclosure, DiscloseFailure>> {
  if (!isPermitted(ask)) return fail('not-permitted')
  const { resource, asker } = ask.request
  const found = await deps.registered(resource.query, resource.version)
  if (!found.ok) return found
  const { query, connector } = found.value
  if (query.internal || query.dataSet !== resource.dataSet) return fail('unknown-query')
  const binds = bindsOf(query, ask)
  if (!binds.ok) return binds
  if (subjectOf(deps.tokens, query, binds.value) !== resource.subjectToken) return fail('subject-mismatch')
  const level = maskLevelOf(ask.decision)
  const opening: Opening = {
    code: newDisclosureCode(),
    request: ask.request,
    decision: ask.decision,
    receiver: ask.receiver,
    level,
    approval: ask.approval ?? '',
    person: isAboutPerson(query) ? resource.subjectToken : undefined,
  }
  const opened = await recordOpening(deps, opening, ask.holdsAt)
  if (!opened.ok) return opened
  const at = opened.value
  const mark: Mark = { ...ask.receiver, caseNumber: ask.request.case?.number ?? '', at, code: opening.code }
  const rowCap = Math.min(query.rowCap, resource.rows, rowLimitOf(ask.decision))
  const flow = openFlow(deps, opening, query, connector, {
    binds: binds.value,
    rowCap,
    timeoutMs: deps.timeoutMs ?? QUERY_TIMEOUT_MS,
    ...(ask.signal && { signal: ask.signal }),
  })
  return ok({
    disclosureCode: opening.code,
    act: ask.request.act,
    columns: query.columns,
    maskLevel: level,
    rowCap,
    rendering: renderingOf(query, ask.decision),
    watermark: markLine({ ...mark, name: ask.receiver.name || asker.account }),
    at,
    rows: flow.rows,
    ended: flow.ended,
  })
}

function isPermitted({ decision, request, approval }: DiscloseAsk): boolean {
  // Copying, printing and exporting are acts of their own: leave to look is no leave to take along.
  if (request.act !== 'query' && decision.obligations.some(({ type }) => type === 'no-export')) return false
  if (decision.outcome === 'permit') return true
  // An approval, or an emergency that was opened: somebody stands for it, and it is named in the record.
  return decision.outcome !== 'deny' && approval !== undefined && approval !== ''
}

/** All binds in order: what was typed, then what the asker is. Fails when one is missing or has not its form. */
function bindsOf(query: RegisteredQuery, ask: DiscloseAsk): Result<readonly string[], 'malformed-bind'> {
  const values: string[] = []
  for (const { name, kind } of query.parameters) {
    const read = readBind(kind, ask.binds[name] ?? '')
    if (!read.ok) return fail('malformed-bind')
    values.push(read.value)
  }
  const { asker } = ask.request
  return ok([...values, ...query.jurisdiction.map((each) => asker[each])])
}

/** The pseudonym of whom the question is about, as hex: what was decided upon must be what is asked. */
function subjectOf(tokens: SubjectTokens, query: RegisteredQuery, binds: readonly string[]): string {
  const at = query.parameters.findIndex(({ name }) => name === query.subject?.parameter)
  const parameter = query.parameters[at]
  return parameter ? tokens.hexOf(subjectKindOf(parameter.kind), binds[at] ?? '') : ''
}

function isAboutPerson(query: RegisteredQuery): boolean {
  const parameter = query.parameters.find(({ name }) => name === query.subject?.parameter)
  return parameter !== undefined && subjectKindOf(parameter.kind) === 'person'
}

// No mask stated is the strongest one: an obligation that got lost must not show more.
const maskLevelOf = (decision: Decision): MaskLevel =>
  decision.obligations.find((each) => each.type === 'mask')?.level ?? 'strong'

/** Whether only the server may render what this decision shows. */
export function renderingOf(
  query: Pick<RegisteredQuery, 'sensitivity'>,
  decision: Pick<Decision, 'obligations'>,
): 'overlay' | 'server' {
  const asked = decision.obligations.find((each) => each.type === 'watermark')?.rendering
  return query.sensitivity === HIGHEST_SENSITIVITY || asked === 'server' ? 'server' : 'overlay'
}

const rowLimitOf = (decision: Decision): number =>
  decision.obligations.find((each) => each.type === 'row-limit')?.rows ?? Number.MAX_SAFE_INTEGER
