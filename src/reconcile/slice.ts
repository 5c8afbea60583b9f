import type { Slice } from '../edge/slice.ts'
import type { Reconcile } from './create-reconcile.ts'
import { runRoutes } from './run-routes.ts'

/** What reconciliation hands to the program. */
export const reconcileSlice = ({ reconcile }: { readonly reconcile: Reconcile }): Slice => ({
  name: 'reconcile',
  routes: runRoutes(reconcile),
})
