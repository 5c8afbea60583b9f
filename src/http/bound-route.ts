import type { z } from 'zod'
import type { Ask, Reply, Route } from '../edge/route.ts'
import type { Services } from './services.ts'

/** A request as routes know it that are handed everything there is: their slices take them over one by one. */
export interface ServicesAsk<Query = unknown, Body = unknown> extends Ask<Query, Body> {
  readonly services: Services
}

export interface UnboundRoute extends Omit<Route, 'handle'> {
  readonly handle: (ask: ServicesAsk) => Promise<Reply>
}

/** Declares a route so that its handler sees the parsed query and body in their own types. */
export function route<Query extends z.ZodType, Body extends z.ZodType>(
  spec: Omit<Route, 'handle' | 'query' | 'body'> & {
    readonly query?: Query
    readonly body?: Body
    readonly handle: (ask: ServicesAsk<z.infer<Query>, z.infer<Body>>) => Promise<Reply>
  },
): UnboundRoute {
  // The server parses query and body with these very schemas before it calls the handler.
  return spec as unknown as UnboundRoute
}

/** The same routes with the services in their hands. */
export const boundTo = (services: Services, routes: readonly UnboundRoute[]): readonly Route[] =>
  routes.map((each) => ({ ...each, handle: (ask) => each.handle({ ...ask, services }) }))
