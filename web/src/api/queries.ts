import { infiniteQueryOptions, QueryClient, queryOptions } from '@tanstack/react-query'
import type { AccessPage } from '../../../src/wire/access.ts'
import type { DemoWalk } from '../../../src/wire/demo.ts'
import type { CanaryList } from '../../../src/wire/gate-query.ts'
import type { LivingGuide, Today } from '../../../src/wire/guide.ts'
import type { ImportRecord } from '../../../src/wire/import.ts'
import type { EventList, EventReceiptView, LedgerStatusView, RecordFindingView } from '../../../src/wire/ledger.ts'
import type { PeopleList, PersonHistory } from '../../../src/wire/people.ts'
import type { listRuns, RuleInfo } from '../../../src/wire/reconcile.ts'
import type { Me, RoleName, SignInWays } from '../../../src/wire/session.ts'
import type { VerdictList, VerdictSummary } from '../../../src/wire/verdict.ts'
import type { WarningList } from '../../../src/wire/warning.ts'
import { call, getJson, ProblemError } from './request.ts'

/** One page of the verdict list, in rows. */
export const PAGE_ROWS = 100
const POLL_MS = 1000

export interface DemoAccount {
  readonly account: string
  readonly name: string
  readonly unit: string
  readonly title: string
  readonly role: RoleName
  readonly password: string
}

export interface SourceSystem {
  readonly system: string
  readonly name: string
  readonly agency: string
  readonly agencyName: string
}

/** Makes the store of answers. A session that ended anywhere sends the person back to the sign-in form. */
export function makeQueryClient(): QueryClient {
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && error instanceof ProblemError && error.status === 0,
      },
    },
  })
  client.getQueryCache().subscribe(({ query, type }) => {
    if (type !== 'updated' || query.queryKey[0] === 'me') return
    if (query.state.error instanceof ProblemError && query.state.error.status === 401) {
      void client.resetQueries({ queryKey: ['me'] })
    }
  })
  return client
}

const get = <T>(key: readonly unknown[], path: string) =>
  queryOptions({ queryKey: key, queryFn: ({ signal }) => getJson<T>(path, signal) })

export const meQuery = get<Me>(['me'], '/api/me')
export const demoAccountsQuery = get<{ accounts: DemoAccount[] }>(['demo-accounts'], '/api/demo/accounts')
export const demoWalkQuery = get<DemoWalk>(['demo-walk'], '/api/demo/walk')
const WARNINGS_POLL_MS = 30_000
/** What keeps the program from showing things; asked again while the page is open, since it may begin at any time. */
export const warningsQuery = { ...get<WarningList>(['warnings'], '/api/warnings'), refetchInterval: WARNINGS_POLL_MS }
export const todayQuery = get<Today>(['today'], '/api/today')
export const guideQuery = get<LivingGuide>(['guide'], '/api/guide')
export const rulesQuery = get<{ ruleSet: string; rules: RuleInfo[] }>(['rules'], '/api/rules')
export const signInWaysQuery = {
  ...get<SignInWays>(['sign-in-ways'], '/api/sign-in-ways'),
  staleTime: Number.POSITIVE_INFINITY,
}
export const canariesQuery = get<CanaryList>(['canaries'], '/api/gate/canaries')
export const systemsQuery = get<{ systems: SourceSystem[] }>(['systems'], '/api/systems')
export const evidenceKindsQuery = get<{ kinds: { kind: string; title: string }[] }>(['kinds'], '/api/evidence-kinds')

export const erasuresQuery = get<{ erasures: Erasure[] }>(['erasures'], '/api/ledger/erasures')

/** An erasure as asked for and, perhaps, carried out. */
export interface Erasure {
  readonly requestId: string
  readonly month: string | null
  readonly basis: string
  readonly askedBy: string
  readonly askedByName: string
  readonly askedAt: string
  readonly state: 'open' | 'done' | 'withdrawn'
  readonly decidedBy: string | null
  readonly events: number | null
}

const LEDGER_POLL_MS = 5000
const EVENTS_PAGE = 20

/** Where the log stands; asked again every few seconds, since it grows with every act. */
export const ledgerQuery = { ...get<LedgerStatusView>(['ledger'], '/api/ledger'), refetchInterval: LEDGER_POLL_MS }

export const findingsQuery = get<{ findings: RecordFindingView[] }>(['findings'], '/api/ledger/findings')

/** Events of a list, newest first; each page says where the next begins. */
export const eventsQuery = (path: string) =>
  infiniteQueryOptions({
    queryKey: ['events', path],
    queryFn: ({ pageParam, signal }) =>
      getJson<EventList>(`${path}?${new URLSearchParams({ limit: String(EVENTS_PAGE), ...pageParam })}`, signal),
    initialPageParam: {},
    getNextPageParam: ({ next }) => next ?? undefined,
  })

/** One event, opened. */
export const eventQuery = (id: string) =>
  get<EventReceiptView>(['event', id], `/api/ledger/events/${encodeURIComponent(id)}`)

/** Figures over a filter; `search` is the filter as the API reads it. */
export const summaryQuery = (search: string) =>
  get<VerdictSummary>(['summary', search], `/api/verdicts/summary?${search}`)

/** One page of the list; `page` counts from 0. */
export const verdictPageQuery = (search: string, page: number) =>
  get<VerdictList>(['verdicts', search, page], `/api/verdicts?${search}&offset=${page * PAGE_ROWS}&limit=${PAGE_ROWS}`)

/** One access. The server records each look, so an answer is kept while the page is open. */
export const accessQuery = (id: string) => ({
  ...get<AccessPage>(['access', id], `/api/accesses/${encodeURIComponent(id)}`),
  staleTime: 5 * 60_000,
})

const isMoving = (state: ImportRecord['state'] | undefined): boolean => state === 'running' || state === 'withdrawing'

/** All imports; asked again each second while one runs. */
export const importsQuery = queryOptions({
  ...get<{ imports: ImportRecord[] }>(['imports'], '/api/imports'),
  refetchInterval: (query) => (query.state.data?.imports.some(({ state }) => isMoving(state)) ? POLL_MS : false),
})

/** One import; asked again each second while it runs. */
export const importQuery = (id: string) =>
  queryOptions({
    ...get<ImportRecord>(['import', id], `/api/imports/${encodeURIComponent(id)}`),
    refetchInterval: (query) => (isMoving(query.state.data?.state) ? POLL_MS : false),
  })

/** All reconciliations; asked again each second while one runs. */
export const runsQuery = queryOptions({
  queryKey: ['runs'],
  queryFn: ({ signal }) => call<typeof listRuns>('GET', '/api/runs', { signal }),
  refetchInterval: (query) => (query.state.data?.runs.some(({ state }) => state === 'running') ? POLL_MS : false),
})

/** People in office, found by words; fifty from an offset. */
export const peopleQuery = (asked: { readonly q: string; readonly agency: string; readonly offset: number }) => {
  const { q, agency, offset } = asked
  const query = new URLSearchParams({ q, offset: String(offset), ...(agency && { agency }) })
  return get<PeopleList>(['people', asked], `/api/people?${query}`)
}

export const personQuery = (agency: string, person: string) =>
  get<PersonHistory>(['people', agency, person], `/api/people/${agency}/${encodeURIComponent(person)}`)
