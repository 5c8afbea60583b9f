import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Database } from '../database/database.ts'
import type { GateCatalogue, GateCheck, TraceAnswer } from '../wire/gate-query.ts'
import { type Canary, type Doer, listCanaries, sealCanary, unsealCanary } from './canary.ts'
import { askCaseFacts, askDuty, askMyCases, askPortfolio, type CaseAsk, type CaseFailure } from './case-facts.ts'
import { type Catalogue, loadCatalogue } from './catalogue.ts'
import { checkGate } from './check-gate.ts'
import type { Connector } from './connector.ts'
import type { CaseFacts } from './decision.ts'
import {
  type DiscloseAsk,
  type DiscloseDeps,
  type DiscloseFailure,
  type Disclosure,
  discloseQuery,
} from './disclose.ts'
import { readBind, subjectKindOf } from './query-definition.ts'
import { countSubjectsToday, type RecentDisclosure, recentDisclosures } from './recent-disclosures.ts'
import { recoverDisclosures } from './recover-disclosures.ts'
import { type RegisteredQuery, registerQuery } from './register-query.ts'
import { type QuerySample, sampleQuery } from './sample-query.ts'
import { type SubjectTokens, subjectTokens } from './subject-token.ts'
import { traceCode } from './trace.ts'

/** The part of the gate that knows the queries and lets rows out. Whether they may go is decided elsewhere. */
export interface QueryGate {
  readonly catalogue: Catalogue
  readonly tokens: SubjectTokens
  listQueries(): GateCatalogue
  disclose(ask: DiscloseAsk): Promise<Result<Disclosure, DiscloseFailure>>
  sample(ask: DiscloseAsk): Promise<Result<QuerySample, DiscloseFailure>>
  caseFacts(ask: CaseAsk): Promise<Result<CaseFacts, CaseFailure>>
  myCases(agency: string, account: string): ReturnType<typeof askMyCases>
  portfolioOf(agency: string, account: string): Promise<Result<readonly string[], CaseFailure>>
  /** on duty now by the agency's roster; undefined where it has none behind the gate */
  isOnDuty(agency: string, account: string): Promise<Result<boolean | undefined, CaseFailure>>
  /** distinct subjects this account asked about since midnight */
  subjectsToday(account: string, also?: readonly string[]): Promise<number>
  /** what this account asked about this subject in the last days, newest first */
  recent(account: string, subjectToken: string, days: number): Promise<readonly RecentDisclosure[]>
  /** the subject a question is about, as pseudonym, from what was typed; fails when it has not its form */
  subjectOf(id: string, typed: Readonly<Record<string, string>>): Result<string, 'unknown-query' | 'malformed-bind'>
  trace(typed: string, reason: string, by: Doer): Promise<Result<TraceAnswer, 'malformed' | 'unknown'>>
  sealCanary(kind: string, identifier: string, note: string, by: Doer): Promise<'sealed' | 'full'>
  unsealCanary(subject: string, by: Doer): Promise<boolean>
  listCanaries(): Promise<readonly Canary[]>
  check(): Promise<GateCheck>
  /** Puts a database behind the gate, or replaces it; it is examined before its first use. */
  attach(id: string, connector: Connector): Promise<void>
  detach(id: string): Promise<void>
  close(): Promise<void>
}

export interface GateParts {
  readonly database: Database
  readonly clock: Clock
  /** the key of pseudonyms, the same that imports use */
  readonly subjectKey: Buffer
  readonly queryFolder?: string
  readonly timeoutMs?: number
}

type Found = { readonly query: RegisteredQuery; readonly connector: Connector }

/** Reads the catalogue, closes what an earlier run left open, and waits for connectors to be attached. */
export async function createGate(parts: GateParts): Promise<QueryGate> {
  const { database, clock } = parts
  const catalogue = await loadCatalogue(parts.queryFolder)
  const tokens = subjectTokens(parts.subjectKey)
  const connectors = new Map<string, Connector>()
  const fit = fitQueries(catalogue, connectors)
  const deps: DiscloseDeps = {
    database,
    clock,
    tokens,
    registered: fit.find,
    ...(parts.timeoutMs !== undefined && { timeoutMs: parts.timeoutMs }),
  }
  await recoverDisclosures({ database, clock })
  const detach = async (id: string) => {
    const connector = connectors.get(id)
    connectors.delete(id)
    fit.forget()
    await connector?.close()
  }
  return {
    catalogue,
    tokens,
    listQueries: () => describeCatalogue(catalogue),
    disclose: (ask) => discloseQuery(deps, ask),
    sample: (ask) => sampleQuery(deps, ask),
    caseFacts: (ask) => askCaseFacts(deps, ask),
    myCases: (agency, account) => askMyCases(deps, agency, account),
    portfolioOf: (agency, account) => askPortfolio(deps, agency, account),
    isOnDuty: (agency, account) => askDuty(deps, agency, account, clock.now()),
    subjectsToday: (account, also) => countSubjectsToday(database, account, clock.now(), also),
    recent: (account, subjectToken, days) =>
      recentDisclosures(database, { account, subjectToken, days, now: clock.now() }),
    subjectOf: (id, typed) => subjectOfTyped(catalogue, tokens, id, typed),
    trace: (typed, reason, by) => traceCode({ database, clock, catalogue }, typed, reason, by),
    sealCanary: (kind, identifier, note, by) =>
      sealCanary({ database, clock }, { subject: tokens.bytesOf(kind, identifier.normalize('NFKC').trim()), note }, by),
    unsealCanary: (subject, by) => unsealCanary({ database, clock }, Buffer.from(subject, 'hex'), by),
    listCanaries: () => listCanaries(database),
    check: () => checkGate(catalogue, connectors),
    attach: async (id, connector) => {
      await detach(id)
      connectors.set(id, connector)
    },
    detach,
    close: async () => {
      for (const id of [...connectors.keys()]) await detach(id)
    },
  }
}

function subjectOfTyped(
  catalogue: Catalogue,
  tokens: SubjectTokens,
  id: string,
  typed: Readonly<Record<string, string>>,
): Result<string, 'unknown-query' | 'malformed-bind'> {
  const query = catalogue.query(id)
  const parameter = query?.parameters.find(({ name }) => name === query.subject?.parameter)
  if (!parameter) return fail('unknown-query')
  const read = readBind(parameter.kind, typed[parameter.name] ?? '')
  return read.ok ? ok(tokens.hexOf(subjectKindOf(parameter.kind), read.value)) : fail('malformed-bind')
}

// A query is checked at its first use and not again: its file and its database's login do not change while it runs.
function fitQueries(catalogue: Catalogue, connectors: ReadonlyMap<string, Connector>) {
  const known = new Map<string, Promise<Result<Found, DiscloseFailure>>>()
  const healthy = new Map<string, Promise<boolean>>()
  const find: DiscloseDeps['registered'] = async (id, version) => {
    const query = catalogue.query(id, version)
    if (!query) return fail('unknown-query')
    const connector = connectors.get(query.connector)
    if (!connector) return fail('connector-missing')
    const key = `${query.id}@${query.version}`
    const checked = known.get(key) ?? check(query, connector)
    known.set(key, checked)
    const outcome = await checked
    // A refusal may be an outage: the next question tries anew.
    if (!outcome.ok) known.delete(key)
    return outcome
  }
  const check = async (query: Parameters<typeof registerQuery>[0], connector: Connector) => {
    const isHealthy = healthy.get(query.connector) ?? isFit(connector)
    healthy.set(query.connector, isHealthy)
    if (!(await isHealthy)) {
      healthy.delete(query.connector)
      return fail('query-unfit' as const)
    }
    const registration = await registerQuery(query, connector)
    return registration.ok ? ok({ query: registration.value, connector }) : fail('query-unfit' as const)
  }
  const forget = () => {
    known.clear()
    healthy.clear()
  }
  return { find, forget }
}

const isFit = (connector: Connector): Promise<boolean> =>
  connector.doctor().then(
    (findings) => findings.length === 0,
    () => false,
  )

function describeCatalogue(catalogue: Catalogue): GateCatalogue {
  const queries = catalogue.queries
    .filter((query) => !query.internal && catalogue.query(query.id)?.version === query.version)
    .map((query) => {
      const dataSet = catalogue.dataSet(query.dataSet)
      const { id, version, agency, title, titleEn, sensitivity, rowCap, portfolio, parameters } = query
      return {
        ...{ id, version, agency, title, titleEn, sensitivity, rowCap, portfolio, parameters },
        dataSet: query.dataSet,
        dataSetTitle: dataSet?.title ?? '',
        dataSetTitleEn: dataSet?.titleEn ?? '',
        columns: query.columns.map((column) => ({
          name: column.name,
          title: column.title,
          titleEn: column.titleEn,
          identifier: column.identifier,
          sensitivity: column.sensitivity,
        })),
      }
    })
  return { queries, purposes: [...catalogue.purposes] }
}
