import type pg from 'pg'
import type { Scope } from '../base/tenant.ts'

/** What a connection has to be told before it works for somebody. */
export interface ConnectionScope {
  readonly pool: 'installation' | 'request'
  /** role, agencies, home, account: see migration 040 */
  readonly settings: readonly [string, string, string, string]
}

// Owns nothing and cannot step around a policy; `none` is the login itself.
const REQUEST_ROLE = 'shoumi_request'
const INSTALLATION: ConnectionScope = { pool: 'installation', settings: ['none', '*', '', ''] }
const ENTER = `SELECT set_config('role', $1, false), set_config('shoumi.agencies', $2, false),
  set_config('shoumi.home', $3, false), set_config('shoumi.account', $4, false),
  set_config('statement_timeout', $5, false)`

// What each connection was told last: most requests find one that knows already, and spare the trip.
const told = new WeakMap<pg.PoolClient, string>()

export function scopeOfConnection(scope: Scope): ConnectionScope {
  if (scope.kind === 'installation') return INSTALLATION
  const { agencies, home, account } = scope
  return { pool: 'request', settings: [REQUEST_ROLE, agencies === 'all' ? '*' : agencies.join(','), home, account] }
}

/**
 * Tells a connection for whom it works and how long a statement may take. Throws, and the connection is thrown away,
 * when it cannot be told.
 */
export async function enterScope(client: pg.PoolClient, scope: ConnectionScope, boundMs: number): Promise<void> {
  const values = [...scope.settings, `${boundMs}ms`]
  const key = values.join('\n')
  if (told.get(client) === key) return
  told.delete(client)
  await client.query({ name: 'enter-scope', text: ENTER, values })
  told.set(client, key)
}
