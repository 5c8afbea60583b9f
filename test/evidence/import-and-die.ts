import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { migrateAnalytics } from '../../src/analytics/migrate.ts'
import { openAnalytics } from '../../src/analytics/open.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openDatabase } from '../../src/database/open.ts'
import { createEvidence, type Evidence } from '../../src/evidence/create-evidence.ts'
import { recordingDatabase } from '../../src/ledger/journal.ts'
import { openKeyStore } from '../../src/ledger/key-store.ts'
import type { ImportRecord, Mapping } from '../../src/wire/import.ts'
import { dyingStores } from './dying-stores.ts'

/*
 * A process as after a start: it recovers, loads again the file whose import was killed last time, says what is there,
 * and then imports the next file, or undoes the last import, killing itself (SIGKILL) before the n-th statement to either
 * store.
 */
const [url = '', folder = '', round = '0', step = '0', act = 'import'] = process.argv.slice(2)
/** Enough that the rows are hashed by the database; the last two need the careful statement and the rejects. */
const ROWS = 6000
const mapping: Mapping = {
  target: 'access',
  agency: 'police',
  columns: {
    source_id: { from: '編號' },
    at: { from: '時間' },
    officer: { from: '員編' },
    subject: { from: '證號' },
  },
}

async function load(evidence: Evidence, number: number): Promise<ImportRecord> {
  const fileName = `log-${number}.csv`
  const row = (n: number, at: string) => `${number}-${n},${at},0412,A123456789`
  const rows = Array.from({ length: ROWS - 2 }, (_, n) => row(n, `115/01/0${(n % 5) + 1} 08:30:00`))
  const lines = [
    '編號,時間,員編,證號',
    ...rows,
    row(ROWS - 2, '１１５年１月６日 下午 3:05'),
    row(ROWS - 1, '民國0年1月1日'),
  ]
  await writeFile(join(folder, fileName), `${lines.join('\n')}\n`)
  const outcome = await evidence.runImport({
    filePath: join(folder, fileName),
    fileName,
    target: 'access',
    agency: 'police',
    system: 'mpolice',
    mapping,
    startedBy: { account: 'tester', post: 'test' },
  })
  if (!outcome.ok) throw new Error(outcome.error.messageEn)
  return outcome.value
}

const keysFolder = join(folder, 'keys')
await mkdir(keysFolder, { recursive: true, mode: 0o700 })
const plain = await openDatabase({ url, unscoped: 'installation' })
const keys = openKeyStore(keysFolder)
const analytics = await openAnalytics({ path: join(folder, 'analytics') }, 'installation')
await migrateAnalytics(analytics)
const parts = { dataFolder: folder, keysFolder, clock: systemClock }
const evidence = await createEvidence({ ...parts, analytics, database: recordingDatabase(plain, keys) })
await evidence.recoverImports()
const again = round === '0' ? undefined : await load(evidence, Number(round) - 1)
const [access] = await analytics.rows<object>(
  'SELECT count() AS rows, uniqExact(access_id) AS ids, uniqExact(import_id) AS imports FROM access',
)
const [done] = await plain.query<object>("SELECT count(*)::int AS n FROM import WHERE state = 'done'")
const [withdrawn] = await plain.query<object>(
  "SELECT count(*)::int AS n, count(*) FILTER (WHERE state = 'withdrawn')::int AS done FROM import WHERE withdrawn_at IS NOT NULL",
)
const [undone] = await plain.query<object>("SELECT count(*)::int AS n FROM event WHERE kind = 'import-undone'")
const [open] = await plain.query<object>(
  "SELECT count(*)::int AS n FROM import WHERE state IN ('running', 'committing', 'withdrawing')",
)
const [events] = await plain.query<object>(
  "SELECT count(*)::int AS n, count(DISTINCT subject_ref)::int AS imports FROM event WHERE kind = 'import'",
)
const left = await analytics.rows<object>("SELECT name FROM system.tables WHERE name LIKE 'stage_%'")
const [rejects] = await analytics.rows<object>('SELECT count() AS n FROM import_reject')
const staged = await readdir(join(folder, 'staging')).catch(() => [])
const archived = (await readdir(join(folder, 'archive')).catch(() => [])).length
process.stdout.write(
  `${JSON.stringify({ again: again?.state, access, done, open, events, left, rejects, staged, archived, withdrawn, undone })}\n`,
)
const dying = dyingStores(Number(step))
if (step !== 'none') {
  const stores = {
    ...parts,
    analytics: dying.analytics(analytics),
    database: recordingDatabase(dying.database(plain), keys),
  }
  if (act === 'import') await load(await createEvidence(stores), Number(round))
  else await withdraw(await createEvidence(stores))
}
process.stdout.write(`steps ${dying.taken()}\n`)
await analytics.close()
await plain.close()
process.exit(0)

/** Undoes the import loaded last; the decision itself is made before the killing begins. */
async function withdraw(dyingEvidence: Evidence): Promise<void> {
  const [last] = await plain.query<{ id: string }>(
    "SELECT import_id AS id FROM import WHERE state = 'done' ORDER BY started_at DESC LIMIT 1",
  )
  const by = { account: 'other', post: 'test' }
  await plain.upkeep.transaction((tx) => evidence.openWithdrawal(tx, last?.id ?? '', by, new Date()))
  dyingEvidence.finishWithdrawals()
  await dyingEvidence.settle()
}
