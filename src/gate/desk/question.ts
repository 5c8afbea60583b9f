import { createHash } from 'node:crypto'
import { canonicalJson } from '../../base/canonical-json.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import type { CataloguedQuery } from '../catalogue.ts'
import type { QueryGate } from '../create-gate.ts'
import type { Decider } from '../decide.ts'
import type { Asker, CaseFacts, Decision, DecisionRequest, MaskLevel } from '../decision.ts'
import { readBind, subjectKindOf } from '../query-definition.ts'
import type { Office } from './office.ts'

/** What an official typed. */
export interface Question {
  readonly query: string
  readonly version?: number | undefined
  readonly parameters: Readonly<Record<string, string>>
  readonly purpose: string
  readonly caseNumber: string
  readonly act: DecisionRequest['act']
}

export type QuestionFailure = 'unknown-query' | 'malformed-parameter' | 'no-account' | 'systems-unavailable'

/** A question with all the facts at hand and what the policies say of it at this moment. */
export interface DecidedQuestion {
  readonly question: Question
  readonly query: CataloguedQuery
  readonly asker: Asker & { readonly name: string }
  readonly request: DecisionRequest
  readonly decision: Decision
  /** SHA-256 over exactly what would be shown: what an approval holds for */
  readonly binding: Buffer
}

export interface QuestionDeps {
  readonly gate: QueryGate
  readonly office: Office
  readonly decider: () => Decider
  readonly now: () => Date
}

/**
 * Looks up every fact a decision needs, live, and decides. Nothing of it may be told before it is on record: see
 * `recordAsked`, the openings of disclosures, requests and emergencies. `also`: subjects counted besides those on record. `stepUpAt`: when this session last proved presence. Fails when
 * a system that has to be asked does not answer: no fact is guessed.
 */
export async function decideQuestion(
  deps: QuestionDeps,
  account: string,
  question: Question,
  stepUpAt: Date | undefined,
  also: readonly string[] = [],
): Promise<Result<DecidedQuestion, QuestionFailure>> {
  const query = deps.gate.catalogue.query(question.query, question.version)
  if (!query || query.internal) return fail('unknown-query')
  const subjectToken = deps.gate.subjectOf(query.id, question.parameters)
  if (!subjectToken.ok || !areWellFormed(query, question.parameters)) return fail('malformed-parameter')
  const [asker, stated, subjectsToday] = await Promise.all([
    askerOf(deps, account, query, stepUpAt),
    caseOf(deps, account, query, question.caseNumber, subjectToken.value),
    deps.gate.subjectsToday(account, also),
  ])
  if (!asker.ok) return asker
  if (!stated.ok) return stated
  const portfolioKey = portfolioKeyOf(query, question.parameters)
  const request: DecisionRequest = {
    asker: asker.value,
    act: question.act,
    resource: {
      agency: query.agency,
      dataSet: query.dataSet,
      query: query.id,
      version: query.version,
      sensitivity: query.sensitivity,
      subjectToken: subjectToken.value,
      ...(portfolioKey !== undefined && { portfolioKey }),
      rows: query.rowCap,
    },
    purpose: question.purpose,
    ...(stated.value && { case: stated.value }),
    at: deps.now(),
    subjectsToday,
  }
  const decision = deps.decider().decide(request)
  const binding = bindingOf(deps.gate, query, question, request, maskOf(decision))
  return ok({ question, query, asker: asker.value, request, decision, binding })
}

/** How much the decision shows; the strongest mask when it says nothing. */
export const maskOf = (decision: Decision): MaskLevel =>
  decision.obligations.find((each) => each.type === 'mask')?.level ?? 'strong'

async function askerOf(
  { gate, office }: QuestionDeps,
  account: string,
  query: CataloguedQuery,
  stepUpAt: Date | undefined,
): Promise<Result<DecidedQuestion['asker'], QuestionFailure>> {
  const known = await office.asker(account)
  if (!known) return fail('no-account')
  const asker = { ...known, ...(stepUpAt && { stepUpAt }) }
  // Another agency's systems know nothing of him; its policies will refuse him.
  if (asker.agency !== query.agency) return ok(asker)
  const [duty, portfolio] = await Promise.all([
    gate.isOnDuty(query.agency, account),
    query.portfolio === 'none' ? ok([]) : gate.portfolioOf(query.agency, account),
  ])
  if (!duty.ok || !portfolio.ok) return fail('systems-unavailable')
  return ok({
    ...asker,
    // Where no roster stands behind the gate the organisation's word holds.
    isOnDuty: duty.value ?? asker.isOnDuty,
    portfolio: [...asker.portfolio, ...portfolio.value],
  })
}

async function caseOf(
  { gate }: QuestionDeps,
  account: string,
  query: CataloguedQuery,
  caseNumber: string,
  subjectToken: string,
): Promise<Result<CaseFacts | undefined, QuestionFailure>> {
  if (caseNumber.trim() === '') return ok(undefined)
  const facts = await gate.caseFacts({ agency: query.agency, caseNumber, subjectToken, account })
  return facts.ok ? facts : fail('systems-unavailable')
}

const areWellFormed = (query: CataloguedQuery, typed: Question['parameters']): boolean =>
  query.parameters.every(({ name, kind }) => readBind(kind, typed[name] ?? '').ok)

function portfolioKeyOf(query: CataloguedQuery, typed: Question['parameters']): string | undefined {
  if (query.portfolio === 'none') return undefined
  const parameter = query.parameters.find(({ name }) => name === query.subject?.parameter)
  const value = parameter && readBind(parameter.kind, typed[parameter.name] ?? '')
  // A data set divided by portfolio whose key cannot be told belongs to nobody.
  return `${query.portfolio}:${value?.ok ? value.value : ''}`
}

/**
 * The hash an approval is bound to (RFC 8785 form, SHA-256; gateways.md f1). Parameters stand in it as keyed pseudonyms:
 * the hash of an identity number could be guessed from the range of all numbers.
 */
function bindingOf(
  gate: QueryGate,
  query: CataloguedQuery,
  question: Question,
  { asker, resource }: DecisionRequest,
  mask: MaskLevel,
): Buffer {
  const parameters = Object.fromEntries(
    query.parameters.map(({ name, kind }) => {
      const value = readBind(kind, question.parameters[name] ?? '')
      return [name, gate.tokens.hexOf(`parameter-${subjectKindOf(kind)}`, value.ok ? value.value : '')]
    }),
  )
  const bound = {
    account: asker.account,
    query: `${query.id}@${query.version}`,
    parameters,
    purpose: question.purpose,
    case: question.caseNumber.normalize('NFKC').trim(),
    act: question.act,
    mask,
    rows: resource.rows,
  }
  return createHash('sha256').update(canonicalJson(bound)).digest()
}
