import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../base/assert.ts'
import { refuseNewerSchema } from '../base/start-refused.ts'
import type { Analytics } from './analytics.ts'

const MIGRATIONS = join(import.meta.dirname, 'migrations')

/**
 * Applies the numbered .sql files that this store has not seen, in order; forward only. Statements end with `;` at a
 * line's end. ClickHouse has no transactional DDL: statements are written so that running one twice fails loudly, and a
 * file counts as applied only when all of it ran.
 */
export async function migrateAnalytics(analytics: Analytics): Promise<void> {
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
