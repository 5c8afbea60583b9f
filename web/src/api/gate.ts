import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import type { AccountNotices, PasskeyList, SessionList } from '../../../src/wire/account.ts'
import type { ShadowReport } from '../../../src/wire/authzen.ts'
import type {
  ApprovalPage,
  DemoExamples,
  myCases,
  NoticeList,
  RequestList,
  ReviewView,
} from '../../../src/wire/gate-desk.ts'
import type { PolicyOpenings } from '../../../src/wire/gate-policy.ts'
import type { GateCatalogue } from '../../../src/wire/gate-query.ts'
import { getJson } from './request.ts'

const POLL_MS = 15_000
const HOUR_MS = 3_600_000

const get = <T>(key: readonly unknown[], path: string) =>
  queryOptions({ queryKey: key, queryFn: ({ signal }) => getJson<T>(path, signal) })

export const catalogueQuery = {
  ...get<GateCatalogue>(['gate', 'catalogue'], '/api/gate/catalogue'),
  staleTime: HOUR_MS,
}
export const shadowQuery = get<ShadowReport>(['gate', 'shadow'], '/api/shadow-report')
export const openingsQuery = {
  ...get<PolicyOpenings>(['gate', 'openings'], '/api/gate/openings'),
  staleTime: HOUR_MS,
}
export const examplesQuery = { ...get<DemoExamples>(['gate', 'examples'], '/api/demo/examples'), staleTime: HOUR_MS }
export const myRequestsQuery = {
  ...get<RequestList>(['gate', 'requests'], '/api/gate/requests'),
  refetchInterval: POLL_MS,
}
export const inboxQuery = { ...get<RequestList>(['gate', 'inbox'], '/api/gate/inbox'), refetchInterval: POLL_MS }
export const reviewsQuery = get<{ reviews: ReviewView[] }>(['gate', 'reviews'], '/api/gate/reviews')
export const noticesQuery = { ...get<NoticeList>(['gate', 'notices'], '/api/gate/notices'), refetchInterval: POLL_MS }
export const passkeysQuery = get<PasskeyList>(['passkeys'], '/api/me/passkeys')
export const ownAccountQuery = get<AccountNotices>(['own-account'], '/api/me/account')
export const sessionsQuery = get<SessionList>(['sessions'], '/api/me/sessions')

/** One request with everything needed to decide. Its sample is recorded as seen, so it is asked once while shown. */
export const approvalQuery = (id: string) => ({
  ...get<ApprovalPage>(['gate', 'approval', id], `/api/gate/inbox/${encodeURIComponent(id)}`),
  staleTime: Number.POSITIVE_INFINITY,
})

export const myCasesQuery = (agency: string) =>
  get<z.infer<typeof myCases>>(['gate', 'cases', agency], `/api/gate/my-cases?agency=${encodeURIComponent(agency)}`)
