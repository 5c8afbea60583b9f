import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client'
import { assert } from '../base/assert.ts'
import type { Analytics, FileInsert, QueryOptions } from './analytics.ts'

/** What differs between the embedded engine and a server. */
export interface Engine {
  readonly insertFromFile: (insert: FileInsert) => Promise<void>
  /** Embedded, a setting sent beside a statement would hold for every later one: there it goes into the statement. */
  readonly keepsSettings: boolean
}

type Settings = Readonly<Record<string, string | number>>

/** The door to ClickHouse over the official client. */
export function clientAnalytics(client: ClickHouseClient, engine: Engine): Analytics {
  const statement = (sql: string, options: QueryOptions, more: Settings = {}) => {
    const settings: Settings = { ...more, ...options.settings, ...(options.isSecret && { log_queries: 0 }) }
    const params = { query_params: { ...options.params } }
    if (engine.keepsSettings) return { query: withSettings(sql, settings), ...params }
    return { query: sql, ...params, clickhouse_settings: settings as ClickHouseSettings }
  }
  return {
    rows: async <Row>(sql: string, options: QueryOptions = {}) => {
      const answer = await client.query({ format: 'JSONEachRow', ...statement(sql, options, NUMBERS_AS_TEXT) })
      return answer.json<Row>()
    },
    stream: async function* <Row>(sql: string, options: QueryOptions = {}) {
      const answer = await client.query({ format: 'JSONEachRow', ...statement(sql, options, NUMBERS_AS_TEXT) })
      for await (const rows of answer.stream<Row>()) for (const row of rows) yield row.json()
    },
    command: async (sql, options = {}) => {
      await client.command(statement(sql, options))
    },
    insert: async (table, rows) => {
      if (rows.length > 0) await client.insert({ table, values: [...rows], format: 'JSONEachRow' })
    },
    insertFromFile: engine.insertFromFile,
    close: () => client.close(),
  }
}

// Embedded and server engines differ in this default; 64-bit numbers as text lose no digit in either.
const NUMBERS_AS_TEXT = { output_format_json_quote_64bit_integers: 1 } as const

function withSettings(sql: string, settings: Settings): string {
  const list = Object.entries(settings).map(([name, value]) => {
    assert(/^[a-z0-9_]+$/.test(name) && /^[\w.-]*$/.test(String(value)), 'a setting is a plain name and a plain value')
    return `${name} = ${typeof value === 'number' ? value : `'${value}'`}`
  })
  return list.length === 0 ? sql : `${sql}\nSETTINGS ${list.join(', ')}`
}
