import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../base/assert.ts'
import { recorded } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import {
  doubtsTable,
  type EvidenceContext,
  type EvidenceParts,
  isoTime,
  nodesTable,
  stageTable,
  stagingFolder,
} from './import-job.ts'
import { type ImportRow, readImport } from './import-store.ts'
import type { LoadTotals } from './load-file.ts'
import { movePartitions } from './move-partitions.ts'
import { qualityOf } from './quality.ts'
import { writeRejects } from './rejects.ts'
import { findTarget, type Target } from './target.ts'

/**
 * Counts, drops duplicates, judges the data's quality and decides the import: from the moment its record says
 * `committing` it will be finished, now or at the next start; before that it would be undone.
 */
export async function decideImport(
  context: EvidenceContext,
  importId: string,
  target: Target,
  totals: LoadTotals,
): Promise<void> {
  const { analytics, database } = context
  const stage = stageTable(importId)
  const duplicates = await dropDuplicates(context, importId, target)
  const [loaded] = await analytics.rows<{ n: string; low: string; high: string }>(
    `SELECT count() AS n, min(${target.timeColumn}) AS low, max(${target.timeColumn}) AS high FROM ${stage}`,
  )
  const [rejected] = await analytics.rows<{ n: string }>(
    "SELECT uniqExact(line) AS n FROM import_reject WHERE import_id = {id:String} AND NOT has(reasons, ':duplicate')",
    { params: { id: importId } },
  )
  const [rowsLoaded, rowsRejected] = [Number(loaded?.n), Number(rejected?.n)]
  assert(
    rowsLoaded + rowsRejected + duplicates === totals.rowsRead,
    'every row read is loaded, rejected or a duplicate',
  )
  const row = await readImport(database, importId)
  assert(row, 'a running import has its record')
  const quality = await qualityOf(context, {
    importId,
    target,
    agency: row.agency,
    rowsRead: totals.rowsRead,
    rowsRejected,
    duplicates,
    told: totals.told,
  })
  await writeRejects(context, importId)
  await database.upkeep.query(
    `UPDATE import SET state = 'committing', sha256 = $2, rows_read = $3, rows_loaded = $4, rows_rejected = $5, rows_duplicate = $6,
       range_from = $7, range_to = $8, quality = $9, rows_root = $10, rows_in_tree = $11, readings = $12 WHERE import_id = $1`,
    [
      importId,
      totals.sha256,
      totals.rowsRead,
      rowsLoaded,
      rowsRejected,
      duplicates,
      rowsLoaded > 0 ? isoTime(loaded?.low ?? '') : null,
      rowsLoaded > 0 ? isoTime(loaded?.high ?? '') : null,
      JSON.stringify(quality),
      totals.rowsRoot,
      totals.rowsInTree,
      JSON.stringify(totals.told.readings),
    ],
  )
}

/** Moves the staged rows into place and marks what must be judged again. Safe to repeat: what was moved is no longer staged. */
export async function finishImport(context: EvidenceParts, importId: string): Promise<void> {
  const { analytics, database } = context
  const row = await readImport(database, importId)
  assert(row?.state === 'committing', 'only a decided import is finished')
  const target = findTarget(row.target)
  assert(target, 'a decided import has a known target')
  // Marked before the move: a verdict computed once too often is harmless, one never computed again is not.
  await markDirty(context, row)
  const stage = stageTable(importId)
  if (await tableExists(context, stage)) {
    await movePartitions(analytics, stage, target.table)
  }
  const at = context.clock.now()
  await database.transaction(async (tx) => {
    await tx.query("UPDATE import SET state = 'done', ended_at = $2 WHERE import_id = $1", [importId, at])
    const receipt = await recordEvent(tx, {
      kind: 'import',
      at,
      actor: row.started_by,
      actorPost: row.started_by_post,
      subjectRef: `import:${importId}`,
      reason: '',
      agency: row.agency,
      detail: {
        target: row.target,
        agency: row.agency,
        system: row.system,
        sha256: row.sha256,
        rowsLoaded: Number(row.rows_loaded),
        rowsRejected: Number(row.rows_rejected),
        // One row can be proved against this without showing the others.
        rowsRoot: row.rows_root?.toString('base64') ?? '',
        rowsInTree: Number(row.rows_in_tree),
      },
    })
    return recorded(receipt, undefined)
  })
  await clearImport(context, importId)
}

/** Removes what a finished or undone import leaves behind while it works. */
export async function clearImport(context: EvidenceParts, importId: string): Promise<void> {
  for (const table of [stageTable(importId), nodesTable(importId), doubtsTable(importId)])
    await context.analytics.command(`DROP TABLE IF EXISTS ${table} SYNC`)
  const [kept] = await context.analytics.rows<{ n: string }>(
    'SELECT count() AS n FROM import_reject WHERE import_id = {id:String}',
    { params: { id: importId } },
  )
  // Deleting rewrites parts, so it is left out where there is nothing to delete: most imports.
  if (kept?.n !== '0')
    await context.analytics.command('DELETE FROM import_reject WHERE import_id = {id:String}', {
      params: { id: importId },
    })
  await rm(stagingFolder(context, importId), { recursive: true, force: true })
}

/** At start, when no import runs: removes what one left behind that was killed after its end was on record. */
export async function clearRemains({ analytics, dataFolder }: EvidenceParts): Promise<void> {
  const tables = await analytics.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND match(name, '^stage_[0-9a-f]{32}(_[a-z0-9]+)?$')",
  )
  for (const { name } of tables) await analytics.command(`DROP TABLE IF EXISTS ${name} SYNC`)
  await analytics.command('TRUNCATE TABLE import_reject')
  await rm(join(dataFolder, 'staging'), { recursive: true, force: true })
}

async function tableExists(context: EvidenceParts, name: string): Promise<boolean> {
  const found = await context.analytics.rows(
    'SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = {name:String}',
    { params: { name } },
  )
  return found.length > 0
}

async function dropDuplicates(context: EvidenceContext, importId: string, target: Target): Promise<number> {
  const { analytics } = context
  const stage = stageTable(importId)
  const id = target.name === 'access' ? 'access_id' : 'evidence_id'
  // An access's id is made from its system, by which the table is sorted: the logs of others need not be read.
  const sameSystem = target.name === 'access' ? ` AND system IN (SELECT DISTINCT system FROM ${stage})` : ''
  const [counted] = await analytics.rows<{ rows: string; ids: string }>(
    `SELECT count() AS rows, uniqExact(${id}) AS ids FROM ${stage}`,
  )
  const [known] = await analytics.rows<{ n: string }>(
    `SELECT count() AS n FROM ${target.table} WHERE ${id} IN (SELECT ${id} FROM ${stage})${sameSystem}`,
    // The ids are hashes: sorting them all to look into the index would only cost.
    { settings: { use_index_for_in_with_subqueries_max_values: 1000 } },
  )
  if (counted?.rows === counted?.ids && known?.n === '0') return 0
  // Of equal rows in one file the first stands; of rows that are in place already none is taken.
  await analytics.command(
    `INSERT INTO import_reject SELECT {import_id:String}, line, [':duplicate'] FROM
       (SELECT line, row_number() OVER (PARTITION BY ${id} ORDER BY line) AS nth, ${id} IN (SELECT ${id} FROM ${target.table}) AS is_known FROM ${stage})
     WHERE nth > 1 OR is_known`,
    { params: { import_id: importId } },
  )
  // Deleting is done by a merge, which loading had stopped.
  await analytics.command(`SYSTEM START MERGES ${stage}`)
  await analytics.command(
    `ALTER TABLE ${stage} DELETE WHERE line IN (SELECT line FROM import_reject WHERE import_id = {import_id:String} AND has(reasons, ':duplicate'))`,
    { params: { import_id: importId }, settings: { mutations_sync: 1 } },
  )
  const [left] = await analytics.rows<{ n: string }>(`SELECT count() AS n FROM ${stage}`)
  return Number(counted?.rows) - Number(left?.n)
}

const POINT_KINDS = new Set(['access', 'visit', 'stop', 'shift', 'leave', 'presence', 'dispatch', 'complaint'])

// Facts with a time touch the months around it; standing facts touch every month from their beginning on.
async function markDirty(context: EvidenceParts, row: ImportRow): Promise<void> {
  if (!row.range_from || !row.range_to) return
  const isPoint = POINT_KINDS.has(row.target)
  await context.database.upkeep.query(
    `INSERT INTO reconcile_dirty SELECT month, $2 FROM unnest($1::int[]) AS month ON CONFLICT (month) DO NOTHING`,
    [await touchedMonths(context, row, isPoint), context.clock.now()],
  )
}

async function touchedMonths(context: EvidenceParts, row: ImportRow, isPoint: boolean): Promise<number[]> {
  const tables = row.target === 'access' ? `access', '${stageTable(row.import_id)}` : 'access'
  const parts = await context.analytics.rows<{ partition: string }>(
    `SELECT DISTINCT partition FROM system.parts WHERE database = currentDatabase() AND active AND table IN ('${tables}')`,
  )
  const monthOf = (at: Date, shift: number) => {
    const moved = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + shift, 1))
    return moved.getUTCFullYear() * 100 + moved.getUTCMonth() + 1
  }
  const from = row.range_from ? monthOf(row.range_from, row.target === 'access' ? 0 : -1) : 0
  const to = isPoint && row.range_to ? monthOf(row.range_to, row.target === 'access' ? 0 : 1) : 999_999
  return parts.map((part) => Number(part.partition)).filter((month) => month >= from && month <= to)
}
