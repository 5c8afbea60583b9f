import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Analytics } from '../src/analytics/analytics.ts'
import { migrateAnalytics } from '../src/analytics/migrate.ts'
import { openAnalytics } from '../src/analytics/open.ts'
import type { Database } from '../src/database/database.ts'
import { migrateDatabase } from '../src/database/migrate.ts'
import { openDatabase } from '../src/database/open.ts'
import { startEmbeddedPostgres } from '../src/database/start-embedded.ts'
import { recordingDatabase } from '../src/ledger/journal.ts'
import { type KeyStore, openKeyStore } from '../src/ledger/key-store.ts'
import { copyOfTemplate } from './template-folder.ts'

/** A real ClickHouse engine in a temporary folder, migrated. One per test file: chdb binds one folder per process. */
export async function temporaryAnalytics(): Promise<Analytics & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-ch-'))
  const analytics = await openAnalytics({ path: folder }, 'installation')
  await migrateAnalytics(analytics)
  const close = async () => {
    await analytics.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...analytics, folder, close }
}

/** A real PostgreSQL in a temporary folder, migrated, able to record events, stopped and removed by `close`. */
export async function temporaryDatabase(): Promise<Database & { readonly url: string; readonly keys: KeyStore }> {
  const folder = await copyOfTemplate('postgres', 'shoumi-pg-', makeMigratedPostgres)
  const server = await startEmbeddedPostgres(join(folder, 'postgres'))
  const plain = await openDatabase({ url: server.url, unscoped: 'installation' })
  const keys = openKeyStore(join(folder, 'keys'))
  const close = async () => {
    await plain.close()
    await server.stop()
    keys.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...recordingDatabase(plain, keys), url: server.url, keys, close }
}

async function makeMigratedPostgres(folder: string): Promise<void> {
  const server = await startEmbeddedPostgres(join(folder, 'postgres'))
  const database = await openDatabase({ url: server.url, unscoped: 'installation' })
  await migrateDatabase(database)
  await database.close()
  await server.stop()
}
