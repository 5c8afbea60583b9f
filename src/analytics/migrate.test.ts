import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryAnalytics } from '../../test/engines.ts'
import { isDoneBefore, migrateAnalytics, migrationFiles, OUR_TABLES, splitStatements } from './migrate.ts'

const FOLDER = join(import.meta.dirname, 'migrations')
const TIMEOUT_MS = 120_000
let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
let whole: Awaited<ReturnType<typeof tables>>
let statements: readonly { readonly file: string; readonly sql: string }[]
/** how many statements a store with rows has behind it: the files that make the tables */
let laid = 0

beforeAll(async () => {
  analytics = await temporaryAnalytics()
  whole = await tables()
  const files = await migrationFiles(FOLDER)
  const texts = await Promise.all(files.map((file) => readFile(join(FOLDER, file), 'utf8')))
  statements = files.flatMap((file, i) => splitStatements(texts[i] ?? '').map((sql) => ({ file, sql })))
  laid = statements.findIndex(({ file }) => file >= '040')
}, TIMEOUT_MS)
afterAll(() => analytics.close())

/** name → columns in their order, with types and defaults */
async function tables(): Promise<Readonly<Record<string, readonly string[]>>> {
  const rows = await analytics.rows<{ name: string; columns: readonly string[] }>(
    `SELECT table AS name, groupArray(concat(name, ' ', type, ' ', default_kind)) AS columns FROM
       (SELECT * FROM system.columns WHERE database = currentDatabase() AND match(table, {ours:String}) ORDER BY table, position)
     GROUP BY table`,
    { params: { ours: OUR_TABLES } },
  )
  return Object.fromEntries(rows.map(({ name, columns }) => [name, columns]))
}

async function dropAll(): Promise<void> {
  for (const name of Object.keys(await tables())) await analytics.command(`DROP TABLE IF EXISTS ${name} SYNC`)
}

/** The store as a program leaves it that is killed before its statement number `end`. */
async function runUntil(end: number, from = 0): Promise<void> {
  await analytics.command(
    'CREATE TABLE IF NOT EXISTS schema_migration (name String, applied_at DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY name',
  )
  for (const [i, { file, sql }] of statements.slice(from, end).entries()) {
    await analytics.command(sql)
    const next = statements[from + i + 1]
    if (next?.file !== file && from + i + 1 < end) await analytics.insert('schema_migration', [{ name: file }])
  }
}

const spread = (low: number, high: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => low + Math.round((i * (high - low)) / (count - 1)))

describe('a migration that was killed', () => {
  test(
    'on an empty store is made whole by the next start, wherever it was killed',
    async () => {
      for (const end of spread(0, statements.length, 9)) {
        await dropAll()
        await runUntil(end)
        await migrateAnalytics(analytics)
        expect(await tables(), `after ${end} statements`).toEqual(whole)
      }
    },
    TIMEOUT_MS,
  )

  test(
    'on a store with rows is taken up where it stopped, and no row is lost',
    async () => {
      const changing = statements.slice(laid)
      const columnsOnly = changing.findIndex(({ file }) => file >= '061')
      for (const end of [...spread(0, columnsOnly, columnsOnly + 1), changing.length - 1]) {
        await dropAll()
        // A file is noted when the next one begins, here with a statement that finds nothing to drop.
        await runUntil(laid + 1)
        await fill()
        await runUntil(laid + end, laid)
        await migrateAnalytics(analytics)
        expect(await tables(), `after ${end} statements`).toEqual(whole)
        const rows = await analytics.rows('SELECT agency, score FROM verdict_history')
        expect(rows, `after ${end} statements`).toEqual([{ agency: 'police', score: 7 }])
      }
    },
    TIMEOUT_MS,
  )

  test('a list of migrations that was lost beside rows is no installation to begin anew', async () => {
    await analytics.command('TRUNCATE TABLE schema_migration')
    await expect(migrateAnalytics(analytics)).rejects.toSatisfy(isDoneBefore)
    expect(await analytics.rows('SELECT score FROM verdict_history')).toHaveLength(1)
  })
})

async function fill(): Promise<void> {
  await analytics.command(
    "INSERT INTO access (access_id, agency, at) VALUES ('0123456789abcdef', 'police', '2026-10-01 00:00:00')",
  )
  await analytics.command(
    "INSERT INTO verdict_history (access_id, at, judged_at, score, verdict) VALUES ('0123456789abcdef', '2026-10-01 00:00:00', '2026-10-02 00:00:00', 7, 'weak')",
  )
}
