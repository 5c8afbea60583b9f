import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Analytics } from '../../src/analytics/analytics.ts'
import { migrateAnalytics } from '../../src/analytics/migrate.ts'
import { openAnalytics } from '../../src/analytics/open.ts'
import { systemClock } from '../../src/base/clock.ts'
import type { Database, Queryable } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { createEvidence, type Evidence } from '../../src/evidence/create-evidence.ts'
import { recordingDatabase } from '../../src/ledger/journal.ts'
import { openKeyStore } from '../../src/ledger/key-store.ts'
import type { ImportRecord, Mapping } from '../../src/wire/import.ts'

/*
 * A process as after a start: it recovers, loads again the file whose import was killed last time, says what is there,
 * and then imports the next file, killing itself (SIGKILL) before the n-th statement to either store.
 */
const [url = '', folder = '', round = '0', step = '0'] = process.argv.slice(2)
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

let steps = 0
function dieAt(): void {
  steps += 1
  if (steps === Number(step)) process.kill(process.pid, 'SIGKILL')
}

function dyingAnalytics(analytics: Analytics): Analytics {
  const before =
    <Given extends unknown[], Answer>(act: (...given: Given) => Answer) =>
    (...given: Given): Answer => {
      dieAt()
      return act(...given)
    }
  return {
    rows: (sql, options) => {
      dieAt()
      return analytics.rows(sql, options)
    },
    stream: (sql, options) => {
      dieAt()
      return analytics.stream(sql, options)
    },
    command: before(analytics.command),
    insert: before(analytics.insert),
    insertFromFile: before(analytics.insertFromFile),
    close: analytics.close,
  }
}

function dyingDatabase(database: Database): Database {
  const statements = (to: Queryable): Queryable => ({
    query: (...given) => {
      dieAt()
      return to.query(...given)
    },
  })
  return {
    ...database,
    ...statements(database),
    upkeep: { ...database.upkeep, ...statements(database.upkeep) },
    transaction: async (work) => {
      const value = await database.transaction((tx) => work(statements(tx)))
      dieAt()
      return value
    },
  }
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
const [open] = await plain.query<object>(
  "SELECT count(*)::int AS n FROM import WHERE state IN ('running', 'committing')",
)
const [events] = await plain.query<object>(
  "SELECT count(*)::int AS n, count(DISTINCT subject_ref)::int AS imports FROM event WHERE kind = 'import'",
)
const left = await analytics.rows<object>("SELECT name FROM system.tables WHERE name LIKE 'stage_%'")
const [rejects] = await analytics.rows<object>('SELECT count() AS n FROM import_reject')
const staged = await readdir(join(folder, 'staging')).catch(() => [])
const archived = (await readdir(join(folder, 'archive')).catch(() => [])).length
process.stdout.write(
  `${JSON.stringify({ again: again?.state, access, done, open, events, left, rejects, staged, archived })}\n`,
)
if (step !== 'none') {
  const dying = { ...parts, analytics: dyingAnalytics(analytics), database: dyingDatabase(plain) }
  await load(await createEvidence({ ...dying, database: recordingDatabase(dying.database, keys) }), Number(round))
}
process.stdout.write(`steps ${steps}\n`)
await analytics.close()
await plain.close()
process.exit(0)
