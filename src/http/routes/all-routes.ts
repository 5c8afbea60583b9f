import type { Route } from '../../edge/route.ts'
import { boundTo, type UnboundRoute } from '../bound-route.ts'
import type { Services } from '../services.ts'
import { accessRoutes } from './access-routes.ts'
import { accountRoutes } from './account-routes.ts'
import { authzenRoutes } from './authzen-routes.ts'
import { callingSystemRoutes } from './calling-system-routes.ts'
import { changeRoutes } from './change-routes.ts'
import { erasureRoutes } from './erasure-routes.ts'
import { gateDeskRoutes } from './gate-desk-routes.ts'
import { gateQueryRoutes } from './gate-query-routes.ts'
import { gateRequestRoutes } from './gate-request-routes.ts'
import { guideRoutes } from './guide-routes.ts'
import { importRoutes } from './import-routes.ts'
import { ledgerRoutes } from './ledger-routes.ts'
import { openApiRoute } from './open-api.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { recordRoutes } from './record-routes.ts'
import { scimRoutes } from './scim-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import { verdictRoutes } from './verdict-routes.ts'
import { warningRoutes } from './warning-routes.ts'

const unbound: readonly UnboundRoute[] = [
  ...sessionRoutes,
  ...passkeyRoutes,
  ...accountRoutes,
  ...peopleRoutes,
  ...guideRoutes,
  ...warningRoutes,
  ...verdictRoutes,
  ...accessRoutes,
  ...gateQueryRoutes,
  ...gateDeskRoutes,
  ...gateRequestRoutes,
  ...authzenRoutes,
  ...callingSystemRoutes,
  ...scimRoutes,
  ...importRoutes,
  ...ledgerRoutes,
  ...recordRoutes,
  ...erasureRoutes,
  ...changeRoutes,
]

/** The whole HTTP interface, in the order of the act. */
export function routesOf(services: Services): readonly Route[] {
  const routes = [...boundTo(services, unbound), ...services.slices.flatMap((slice) => slice.routes)]
  return [...routes, openApiRoute(routes)]
}
