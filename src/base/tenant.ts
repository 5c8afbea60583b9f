import { AsyncLocalStorage } from 'node:async_hooks'
import { assert } from './assert.ts'

/**
 * Whose rows the work at hand may touch. `installation`: everything; start-up, imports, reconciliation, the log's writer,
 * and finding out who signs in. `served`: a person or a system; the engines show him the agencies he serves and what is
 * his own, whatever a query asks for.
 */
export type Scope =
  | { readonly kind: 'installation' }
  | {
      readonly kind: 'served'
      readonly agencies: 'all' | readonly string[]
      /** the agency that what he does belongs to; '' for an office above the agencies */
      readonly home: string
      /** his own rows are his wherever he serves; '' for systems and the command line, which have none */
      readonly account: string
    }

type Served = Extract<Scope, { kind: 'served' }>

const AGENCY = /^[a-z][a-z0-9-]{0,31}$/
const INSTALLATION: Scope = { kind: 'installation' }
const scopes = new AsyncLocalStorage<Scope>()

/** Nobody in particular: what a route open to everybody runs as. */
export const NOBODY: Served = { kind: 'served', agencies: [], home: '', account: '' }

/** The scope of this moment; undefined outside any: the doors then refuse. */
export const currentScope = (): Scope | undefined => scopes.getStore()

/** Runs work that belongs to no agency, or to all of them. Named so that every place that does it can be found. */
export const asInstallation = <T>(work: () => T): T => scopes.run(INSTALLATION, work)

/** Runs work for one who serves these agencies. Asserts that their codes are codes: they reach the engines as text. */
export function inScope<T>(scope: Served, work: () => T): T {
  const codes = [...(scope.agencies === 'all' ? [] : scope.agencies), ...(scope.home === '' ? [] : [scope.home])]
  assert(
    codes.every((code) => AGENCY.test(code)),
    'an agency is known by its code',
  )
  return scopes.run(scope, work)
}

/** Rows that are fetched as they are read, long after the call: each fetch runs in the scope of this moment. */
export function keepingScope<T>(rows: AsyncIterable<T>): AsyncIterable<T> {
  const enter = AsyncLocalStorage.snapshot()
  return {
    [Symbol.asyncIterator]: () => {
      const inner = enter(() => rows[Symbol.asyncIterator]())
      return {
        next: () => enter(() => inner.next()),
        return: (value) => enter(() => inner.return?.(value) ?? Promise.resolve({ done: true, value })),
      }
    },
  }
}

/** Whether the work at hand may touch this agency's rows; nothing that is unscoped may. */
export function serves(agency: string): boolean {
  const scope = currentScope()
  if (scope === undefined) return false
  return scope.kind === 'installation' || scope.agencies === 'all' || scope.agencies.includes(agency)
}

/** Whether the work at hand covers every agency. */
export function servesAll(): boolean {
  const scope = currentScope()
  return scope !== undefined && (scope.kind === 'installation' || scope.agencies === 'all')
}
