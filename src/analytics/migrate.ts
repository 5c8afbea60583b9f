import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../base/assert.ts'
import { refuseNewerSchema } from '../base/start-refused.ts'
import type { Analytics } from './analytics.ts'
import { FILTERED_TABLES } from './tenant-filters.ts'

const MIGRATIONS = join(import.meta.dirname, 'migrations')
const LIST = 'schema_migration'
/** Every table of ours, lasting or made for a time: a server may hold others'. */
export const OUR_TABLES = [
  ...FILTERED_TABLES.map((table) => `^${table}$`),
  ...['^verdict_history_by_agency$', '^stage_', '^work_', '^verdict_next$', '^export_'],
].join('|')

/** What a migration meets that was carried out before. */
const DONE_BEFORE: ReadonlySet<string> = new Set(['TABLE_ALREADY_EXISTS', 'DUPLICATE_COLUMN'])
export const isDoneBefore = (error: unknown): boolean => DONE_BEFORE.has((error as { type?: string }).type ?? '')

/**
 * Applies the numbered .sql files that this store has not seen, in order; forward only. Statements end with `;` at a
 * line's end. ClickHouse has no transactional DDL, so a file counts as applied only when all of it ran, and one that was
 * broken off is run again: the first ones make the tables and begin anew while nothing stands in them; those that change
 * tables with rows are written so that they may be run twice. Throws where tables with rows are met that should not be there.
 */
export async function migrateAnalytics(analytics: Analytics): Promise<void> {
  try {
    await applyNew(analytics)
  } catch (error) {
    if (!isDoneBefore(error) || !(await dropEmpty(analytics))) throw error
    await applyNew(analytics)
  }
}

/** Drops what a broken-off installation made; false, and nothing is dropped, where any row stands. */
async function dropEmpty(analytics: Analytics): Promise<boolean> {
  const tables = await analytics.rows<{ name: string }>(
    'SELECT name FROM system.tables WHERE database = currentDatabase() AND match(name, {ours:String})',
    { params: { ours: OUR_TABLES } },
  )
  for (const { name } of tables.filter((table) => table.name !== LIST)) {
    const [row] = await analytics.rows(`SELECT 1 FROM ${name} LIMIT 1`)
    if (row) return false
  }
  for (const { name } of tables) await analytics.command(`DROP TABLE IF EXISTS ${name} SYNC`)
  return true
}

async function applyNew(analytics: Analytics): Promise<void> {
  await analytics.command(
    'CREATE TABLE IF NOT EXISTS schema_migration (name String, applied_at DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY name',
  )
  const applied = new Set(
    (await analytics.rows<{ name: string }>('SELECT name FROM schema_migration')).map((row) => row.name),
  )
  const known = await migrationFiles(MIGRATIONS)
  refuseNewerSchema('ClickHouse', applied, known)
  for (const name of known) {
    if (applied.has(name)) continue
    for (const statement of splitStatements(await readFile(join(MIGRATIONS, name), 'utf8')))
      await analytics.command(statement)
    await analytics.insert('schema_migration', [{ name }])
  }
}

/** The .sql files of a folder in the order of their numbers. Asserts that each begins with three digits. */
export async function migrationFiles(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  for (const name of names) assert(/^\d{3}-[a-z0-9-]+\.sql$/.test(name), `migration ${name} is named 000-what.sql`)
  return names
}

/** Statements of a script: separated by `;` at a line's end, comment lines dropped. */
export function splitStatements(script: string): string[] {
  return script
    .replace(/^\s*--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}
