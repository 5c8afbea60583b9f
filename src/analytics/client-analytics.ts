import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'
import type { Analytics, FileInsert, QueryOptions } from './analytics.ts'

/** The door to ClickHouse over the official client; only inserting a file differs between embedded and server. */
export function clientAnalytics(
  client: ClickHouseClient,
  insertFromFile: (insert: FileInsert) => Promise<void>,
): Analytics {
  return {
    rows: async <Row>(sql: string, options: QueryOptions = {}) => {
      const answer = await client.query({ query: sql, format: 'JSONEachRow', ...bound(options) })
      return answer.json<Row>()
    },
    stream: async function* <Row>(sql: string, options: QueryOptions = {}) {
      const answer = await client.query({ query: sql, format: 'JSONEachRow', ...bound(options) })
      for await (const rows of answer.stream<Row>()) for (const row of rows) yield row.json()
    },
    command: async (sql, options = {}) => {
      await client.command({ query: sql, ...bound(options) })
    },
    insert: async (table, rows) => {
      if (rows.length > 0) await client.insert({ table, values: [...rows], format: 'JSONEachRow' })
    },
    insertFromFile,
    close: () => client.close(),
  }
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
