import type { Route } from '../route.ts'
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
import { openApiRoutes } from './open-api.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { recordRoutes } from './record-routes.ts'
import { runRoutes } from './run-routes.ts'
import { scimRoutes } from './scim-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import { verdictRoutes } from './verdict-routes.ts'
import { warningRoutes } from './warning-routes.ts'

/** The whole HTTP interface, in the order of the act. */
export const allRoutes: readonly Route[] = [
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
  ...runRoutes,
  ...ledgerRoutes,
  ...recordRoutes,
  ...erasureRoutes,
  ...changeRoutes,
  ...openApiRoutes,
]
