import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { refuseNewerSchema, StartRefused } from '../base/start-refused.ts'
import type { Database } from './database.ts'
import { inLongWork } from './patience.ts'

const MIN_MAJOR = 15
const MIGRATIONS = join(import.meta.dirname, 'migrations')

/** Applies the numbered .sql files this database has not seen, each in one transaction, forward only. */
export function migrateDatabase(database: Database): Promise<void> {
  return inLongWork(() => database.exclusively('migrate', () => applyUnseen(database)))
}

async function applyUnseen(database: Database): Promise<void> {
  await refuseOldServer(database)
  await database.upkeep.query(
    'CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
  )
  const seen = await database.query<{ name: string }>('SELECT name FROM schema_migration')
  const applied = new Set(seen.map((row) => row.name))
  const names = (await readdir(MIGRATIONS)).filter((name) => name.endsWith('.sql')).sort()
  refuseNewerSchema('PostgreSQL', applied, names)
  for (const name of names) if (!applied.has(name)) await applyMigration(database, name)
}

async function refuseOldServer(database: Database): Promise<void> {
  const [row] = await database.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::integer AS version",
  )
  const major = Math.floor((row?.version ?? 0) / 10_000)
  if (major >= MIN_MAJOR) return
  throw new StartRefused(
    `PostgreSQL ${major} 太舊；請改用 ${MIN_MAJOR} 以上的版本。\nPostgreSQL ${major} is too old; use ${MIN_MAJOR} or newer.`,
  )
}

async function applyMigration(database: Database, name: string): Promise<void> {
  const script = await readFile(join(MIGRATIONS, name), 'utf8')
  await database.upkeep.transaction(async (tx) => {
    await tx.query(script)
    await tx.query('INSERT INTO schema_migration (name) VALUES ($1)', [name])
  })
}
