import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'
import { assert } from '../base/assert.ts'
import { currentScope } from '../base/tenant.ts'
import type { Analytics, FileInsert, QueryOptions } from './analytics.ts'
import { AnalyticsDamaged, type Condition, damageOf } from './damage.ts'
import { agencyFilters } from './tenant-filters.ts'

/** What a statement outside any scope may do; only tests, which set the stage themselves, say `installation`. */
export type Unscoped = 'refused' | 'installation'

/** What differs between the embedded engine and a server. */
export interface Engine {
  /** `run` runs a statement the engine's own way */
  readonly insertFromFile: (
    insert: FileInsert,
    run: (sql: string, options: QueryOptions) => Promise<void>,
  ) => Promise<void>
  /** Embedded, a setting sent beside a statement would hold for every later one: there it goes into the statement. */
  readonly keepsSettings: boolean
}

type Settings = Readonly<Record<string, string | number>>

/**
 * The door to ClickHouse over the official client. Whoever serves some agencies reads their rows alone; writing is the
 * installation's.
 */
export function clientAnalytics(
  client: ClickHouseClient,
  engine: Engine,
  unscoped: Unscoped,
  condition: Condition,
): Analytics {
  // The one place where the engine's words become ours: whoever calls learns of a damaged store as such.
  const saying = (error: unknown, readsFile = false): never => {
    const damage = damageOf(error, { readsFile })
    if (damage === undefined) throw error
    condition.report(damage)
    throw new AnalyticsDamaged(damage)
  }
  const statement = (sql: string, options: QueryOptions, more: Settings = {}, filters: readonly string[] = []) => {
    const settings: Settings = { ...more, ...options.settings, ...(options.isSecret && { log_queries: 0 }) }
    const written = [...filters, ...(engine.keepsSettings ? Object.entries(settings).map(assignment) : [])]
    const query = written.length === 0 ? sql : `${sql}\nSETTINGS ${written.join(', ')}`
    const beside = engine.keepsSettings ? {} : { clickhouse_settings: settings as ClickHouseSettings }
    return { query, query_params: { ...options.params }, ...beside }
  }
  const reading = (sql: string, options: QueryOptions) => {
    const agencies = agenciesHere(unscoped)
    // Wrapped, so that the filter stands at the end of every statement, whatever the statement is.
    const read = agencies ? `SELECT * FROM (\n${sql}\n)` : sql
    const filters = agencies ? [agencyFilters(agencies)] : []
    return { ...statement(read, options, NUMBERS_AS_TEXT, filters), format: 'JSONEachRow' as const }
  }
  return {
    rows: async <Row>(sql: string, options: QueryOptions = {}) => {
      const asked = reading(sql, options)
      const answer = async () => (await client.query(asked)).json<Row>()
      return answer().catch((error: unknown) => saying(error))
    },
    // Made readable at the call: rows may be fetched long after, by somebody else.
    stream: <Row>(sql: string, options: QueryOptions = {}) => streamOf<Row>(client, reading(sql, options), saying),
    command: async (sql, options = {}) => {
      assertInstallation(unscoped)
      await client.command(statement(sql, options)).catch((error: unknown) => saying(error))
    },
    insert: async (table, rows) => {
      assertInstallation(unscoped)
      if (rows.length > 0)
        await client
          .insert({ table, values: [...rows], format: 'JSONEachRow' })
          .catch((error: unknown) => saying(error))
    },
    insertFromFile: async (insert) => {
      assertInstallation(unscoped)
      const run = async (sql: string, options: QueryOptions) => void (await client.command(statement(sql, options)))
      return engine.insertFromFile(insert, run).catch((error: unknown) => saying(error, true))
    },
    close: () => client.close(),
  }
}

// Embedded and server engines differ in this default; 64-bit numbers as text lose no digit in either.
const NUMBERS_AS_TEXT = { output_format_json_quote_64bit_integers: 1 } as const

async function* streamOf<Row>(
  client: ClickHouseClient,
  query: { readonly query: string; readonly format: 'JSONEachRow' },
  saying: (error: unknown) => never,
): AsyncGenerator<Row> {
  try {
    const answer = await client.query(query)
    for await (const rows of answer.stream<Row>()) for (const row of rows) yield row.json()
  } catch (error) {
    saying(error)
  }
}

function assertInstallation(unscoped: Unscoped): void {
  assert((currentScope()?.kind ?? unscoped) === 'installation', 'what changes ClickHouse runs as the installation')
}

/** The agencies whose rows this moment's scope may read; undefined: all. */
function agenciesHere(unscoped: Unscoped): readonly string[] | undefined {
  const scope = currentScope()
  assert(scope !== undefined || unscoped === 'installation', 'work on ClickHouse says for whom: see base/tenant.ts')
  return scope === undefined || scope.kind === 'installation' || scope.agencies === 'all' ? undefined : scope.agencies
}

function assignment([name, value]: readonly [string, string | number]): string {
  assert(/^[a-z0-9_]+$/.test(name) && /^[\w.-]*$/.test(String(value)), 'a setting is a plain name and a plain value')
  return `${name} = ${typeof value === 'number' ? value : `'${value}'`}`
}
