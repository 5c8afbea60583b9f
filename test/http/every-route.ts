import type { Route } from '../../src/edge/route.ts'
import { routesOf } from '../../src/http/routes/all-routes.ts'
import { servicesOf } from './services-of.ts'

/** Every route of the program, to be compared with tables or asked of a running server; never called from here. */
export const allRoutes: readonly Route[] = routesOf(servicesOf({}))
