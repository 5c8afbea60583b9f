/**
 * Reconcile answers: which independent evidence explains an access, contradicts it, or is silent. Its rules are data
 * (rules/*.yaml), compiled to SQL (compile-rule.ts), evaluated a month at a time (evaluate-month.ts). Every hit is kept
 * with the records that witness it; a verdict's history is only ever added to.
 */
export type { Reconcile } from './create-reconcile.ts'
export { reconcileSlice } from './slice.ts'
