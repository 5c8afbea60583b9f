import { createReadStream } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { ClickHouseClient } from '@clickhouse/client'
import { assert } from '../base/assert.ts'
import type { FileInsert } from './analytics.ts'

/** `file('…')` over a path this process chose itself. Asserts that nothing in it could end the literal. */
export function embeddedFileSource(insert: FileInsert): string {
  assert(isAbsolute(insert.path), 'a staged file has an absolute path')
  assert(!/['\\\n{}*?]/.test(insert.path), 'a staged file has a plain name')
  return `file('${insert.path}', '${insert.format}', '${insert.structure}')`
}

/** Sends the file's bytes as the data of one INSERT … SELECT FROM input(…) on a server. */
export async function serverFileInsert(client: ClickHouseClient, insert: FileInsert): Promise<void> {
  const sql = insert.sql
    .replace('{input}', () => `input('${insert.structure}')`)
    .replaceAll('{row}', 'rowNumberInAllBlocks()')
  await client.command({
    query: `${sql} FORMAT ${insert.format}`,
    values: createReadStream(insert.path),
    query_params: { ...insert.params },
    // In one thread, so that rows keep the file's order and can be numbered.
    clickhouse_settings: {
      ...insert.settings,
      max_threads: 1,
      max_insert_threads: '1',
      log_queries: insert.isSecret ? 0 : 1,
    },
  } as Parameters<typeof client.command>[0])
}
