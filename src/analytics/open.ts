import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import type { Analytics } from './analytics.ts'
import { clientAnalytics, type Engine, type Unscoped } from './client-analytics.ts'
import { type Condition, newCondition } from './damage.ts'
import { embeddedFileSource, serverFileInsert } from './file-source.ts'

type EmbeddedConnection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>

export type AnalyticsLocation =
  /** embedded engine, data in this folder; one folder per process */
  | { readonly path: string }
  /** a ClickHouse server, e.g. `http://user:password@host:8123/shoumi` */
  | { readonly url: string }

// Whoever asks is told of a failure by its error; the client's own log would print stacks beside it.
const SILENT = { level: ClickHouseLogLevel.OFF }

/**
 * Opens ClickHouse. The embedded engine allows one folder per process and one process per folder: the caller holds the lock.
 * What it finds damaged while it works it says in `condition`.
 */
export async function openAnalytics(
  location: AnalyticsLocation,
  unscoped: Unscoped = 'refused',
  condition: Condition = newCondition(),
): Promise<Analytics> {
  if ('url' in location) {
    const client = createClient({ url: location.url, request_timeout: 600_000, log: SILENT })
    return clientAnalytics(
      client,
      { keepsSettings: false, insertFromFile: (insert) => serverFileInsert(client, insert) },
      unscoped,
      condition,
    )
  }
  const engineAt = await embeddedEngine()
  const path = resolve(location.path)
  await mkdir(path, { recursive: true, mode: 0o700 })
  // Both packages declare the same interface; they differ only in exact optional properties.
  const connection = engineAt({ path }) as unknown as EmbeddedConnection
  const client = createClient({ connection, log: SILENT })
  return clientAnalytics(client, EMBEDDED, unscoped, condition)
}

const EMBEDDED: Engine = {
  keepsSettings: true,
  insertFromFile: (insert, run) =>
    run(insert.sql.replace('{input}', () => embeddedFileSource(insert)).replaceAll('{row}', '_row_number'), {
      ...(insert.params && { params: insert.params }),
      ...(insert.settings && { settings: insert.settings }),
      ...(insert.isSecret && { isSecret: true }),
    }),
}

// Asked for when it is needed: with a server of one's own the program runs where the engine's library is not to be had.
async function embeddedEngine() {
  try {
    return (await import('chdb/connection')).createChdbConnection
  } catch (cause) {
    throw new Error(
      `此平台（${process.platform}-${process.arch}）未安裝內嵌的 ClickHouse；請以 SHOUMI_CLICKHOUSE_URL 指定 ClickHouse 伺服器。\n` +
        `The embedded ClickHouse is not installed on ${process.platform}-${process.arch}; name a ClickHouse server with SHOUMI_CLICKHOUSE_URL.`,
      { cause },
    )
  }
}
