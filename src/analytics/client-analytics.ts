import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'
import { assert } from '../base/assert.ts'
import { currentScope } from '../base/tenant.ts'
import type { Analytics, FileInsert, QueryOptions } from './analytics.ts'
import { filteredFor } from './tenant-filters.ts'

/** What a statement outside any scope may do; only tests, which set the stage themselves, say `installation`. */
export type Unscoped = 'refused' | 'installation'

/**
 * The door to ClickHouse over the official client; only inserting a file differs between embedded and server. Whoever
 * serves some agencies reads their rows alone; writing is the installation's.
 */
export function clientAnalytics(
  client: ClickHouseClient,
  insertFromFile: (insert: FileInsert) => Promise<void>,
  unscoped: Unscoped,
): Analytics {
  return {
    rows: async <Row>(sql: string, options: QueryOptions = {}) => {
      const answer = await client.query({ query: readable(sql, unscoped), format: 'JSONEachRow', ...bound(options) })
      return answer.json<Row>()
    },
    // Made readable at the call: rows may be fetched long after, by somebody else.
    stream: <Row>(sql: string, options: QueryOptions = {}) =>
      streamOf<Row>(client, readable(sql, unscoped), bound(options)),
    command: async (sql, options = {}) => {
      assertInstallation(unscoped)
      await client.command({ query: sql, ...bound(options) })
    },
    insert: async (table, rows) => {
      assertInstallation(unscoped)
      if (rows.length > 0) await client.insert({ table, values: [...rows], format: 'JSONEachRow' })
    },
    insertFromFile: async (insert) => {
      assertInstallation(unscoped)
      return insertFromFile(insert)
    },
    close: () => client.close(),
  }
}

async function* streamOf<Row>(
  client: ClickHouseClient,
  query: string,
  settings: ReturnType<typeof bound>,
): AsyncGenerator<Row> {
  const answer = await client.query({ query, format: 'JSONEachRow', ...settings })
  for await (const rows of answer.stream<Row>()) for (const row of rows) yield row.json()
}

function assertInstallation(unscoped: Unscoped): void {
  assert((currentScope()?.kind ?? unscoped) === 'installation', 'what changes ClickHouse runs as the installation')
}

/** The statement as this moment's scope may run it. */
function readable(sql: string, unscoped: Unscoped): string {
  const scope = currentScope()
  assert(scope !== undefined || unscoped === 'installation', 'work on ClickHouse says for whom: see base/tenant.ts')
  if (scope === undefined || scope.kind === 'installation' || scope.agencies === 'all') return sql
  return filteredFor(scope.agencies, sql)
}

function bound(options: QueryOptions): {
  query_params: Record<string, unknown>
  clickhouse_settings: ClickHouseSettings
} {
  // Embedded and server engines differ in this default; 64-bit numbers as text lose no digit in either.
  const settings = { output_format_json_quote_64bit_integers: 1, ...options.settings } as ClickHouseSettings
  if (options.isSecret) settings.log_queries = 0
  return { query_params: { ...options.params }, clickhouse_settings: settings }
}
