import { fail, ok, type Result } from '../base/result.ts'
import { caseKeyOf, identifierForm } from './case-key.ts'
import { type Connector, ConnectorFailure, type Row } from './connector.ts'
import type { CaseFacts } from './decision.ts'
import type { DiscloseDeps, DiscloseFailure } from './disclose.ts'

export interface CaseAsk {
  readonly agency: string
  readonly caseNumber: string
  readonly subjectToken: string
  readonly account: string
}

/** `unavailable`: the case system did not answer; a decision must then treat the case as not found. */
export type CaseFailure = DiscloseFailure | 'unavailable'

const MAX_CASE_NUMBER = 60
const LOOKUP_TIMEOUT_MS = 5000

/**
 * Asks the agency's case system, live, through its catalogued query: is there such a case, is it open, is this subject a
 * party, is this official assigned. Parties are compared as pseudonyms and go no further than this function.
 */
export async function askCaseFacts(deps: DiscloseDeps, ask: CaseAsk): Promise<Result<CaseFacts, CaseFailure>> {
  const number = ask.caseNumber.trim()
  const unknown: CaseFacts = { number, isFound: false, isOpen: false, isSubjectParty: false, isAskerAssigned: false }
  const key = number.length > MAX_CASE_NUMBER ? '' : caseKeyOf(number)
  if (key === '') return ok(unknown)
  const rows = await internalRows(deps, `${ask.agency}-case-facts`, [key])
  if (!rows.ok) return rows
  if (rows.value.length === 0) return ok(unknown)
  return ok({
    number,
    isFound: true,
    isOpen: rows.value.some(([isOpen]) => isOpen === 't' || isOpen === '1'),
    isSubjectParty: rows.value.some(
      ([, party]) =>
        party !== null && party !== undefined && deps.tokens.hexOf(identifierForm(party), party) === ask.subjectToken,
    ),
    isAskerAssigned: rows.value.some(([, , account]) => account === ask.account),
  })
}

/** Open cases assigned to an official, newest number first; none where the agency has no such query. */
export async function askMyCases(
  deps: DiscloseDeps,
  agency: string,
  account: string,
): Promise<Result<readonly { readonly number: string; readonly kind: string }[], CaseFailure>> {
  const rows = await internalRows(deps, `${agency}-my-cases`, [account])
  return rows.ok ? ok(rows.value.map(([number, kind]) => ({ number: number ?? '', kind: kind ?? '' }))) : rows
}

/** Portfolio keys of an official, such as `company:12345675`; none where the agency has no portfolios. */
export async function askPortfolio(
  deps: DiscloseDeps,
  agency: string,
  account: string,
): Promise<Result<readonly string[], CaseFailure>> {
  const rows = await internalRows(deps, `${agency}-portfolio`, [account])
  if (!rows.ok) return rows.error === 'unknown-query' ? ok([]) : rows
  return ok(rows.value.map(([company]) => `company:${company ?? ''}`))
}

/**
 * Whether an official is on duty at this moment by the agency's own roster. Undefined where the agency has put no roster
 * behind the gate: then nobody can say, and its policies should not ask.
 */
export async function askDuty(
  deps: DiscloseDeps,
  agency: string,
  account: string,
  at: Date,
): Promise<Result<boolean | undefined, CaseFailure>> {
  const rows = await internalRows(deps, `${agency}-duty`, [account])
  if (!rows.ok) return rows.error === 'unknown-query' ? ok(undefined) : rows
  return ok(rows.value.some(([from, until]) => new Date(from ?? '') <= at && (!until || at < new Date(until))))
}

async function internalRows(
  deps: DiscloseDeps,
  id: string,
  binds: readonly string[],
): Promise<Result<readonly Row[], CaseFailure>> {
  const found = await deps.registered(id, undefined)
  if (!found.ok) return found
  const { query, connector } = found.value
  if (!query.internal) return fail('unknown-query')
  try {
    return ok(await collect(connector, query.sql, binds, query.rowCap))
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error
    return fail('unavailable')
  }
}

async function collect(connector: Connector, sql: string, binds: readonly string[], rowCap: number): Promise<Row[]> {
  const { signal } = new AbortController()
  const all: Row[] = []
  for await (const rows of connector.run({ sql, binds, signal, timeoutMs: LOOKUP_TIMEOUT_MS, rowCap }))
    all.push(...rows)
  return all
}
