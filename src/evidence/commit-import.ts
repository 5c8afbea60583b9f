import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../base/assert.ts'
import type { Json } from '../base/canonical-json.ts'
import { recorded } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import { dropDuplicates } from './drop-duplicates.ts'
import {
  againTable,
  doubtsTable,
  type EvidenceContext,
  type EvidenceParts,
  isoTime,
  nodesTable,
  stageTable,
  stagingFolder,
} from './import-job.ts'
import { readImport, readOldImports } from './import-store.ts'
import type { LoadTotals } from './load-file.ts'
import { movePartitions } from './move-partitions.ts'
import { qualityOf } from './quality.ts'
import { summariseRejects } from './reject-reasons.ts'
import { writeRejects } from './rejects.ts'
import { sheetFindings } from './sheet-findings.ts'
import { syncPartNames, syncParts } from './sync-disk.ts'
import { findTarget, type Target } from './target.ts'
import { markDirty } from './touched-months.ts'

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
  const row = await readImport(database, importId)
  assert(row, 'a running import has its record')
  const oldImports = await readOldImports(database, row)
  const { rows: duplicates, elsewhere } = await dropDuplicates(context, { importId, target, oldImports })
  const [loaded] = await analytics.rows<{ n: string; low: string; high: string }>(
    `SELECT count() AS n, min(${target.timeColumn}) AS low, max(${target.timeColumn}) AS high FROM ${stage}`,
  )
  const rejected = await summariseRejects(context, importId)
  const [rowsLoaded, rowsRejected] = [Number(loaded?.n), rejected.rows]
  assert(
    rowsLoaded + rowsRejected + duplicates === totals.rowsRead,
    'every row read is loaded, rejected or a duplicate',
  )
  const found = await qualityOf(context, {
    importId,
    target,
    agency: row.agency,
    rowsRead: totals.rowsRead,
    rowsRejected: rowsRejected - rejected.rowsNotRecords,
    duplicates,
    told: totals.told,
  })
  const quality = [...found, ...sheetFindings(totals.sheet, totals.rowsRead)]
  await writeRejects(context, importId)
  // Once decided, an import is finished whatever happens: its rows must be there after the power went away.
  await syncParts(analytics, stage)
  await database.upkeep.query(
    `UPDATE import SET state = 'committing', sha256 = $2, rows_read = $3, rows_loaded = $4, rows_rejected = $5, rows_duplicate = $6,
       range_from = $7, range_to = $8, quality = $9, rows_root = $10, rows_in_tree = $11, duplicates_of = $12,
       reject_reasons = $13, rows_not_records = $14, readings = $15 WHERE import_id = $1`,
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
      JSON.stringify(elsewhere),
      JSON.stringify(rejected.reasons),
      rejected.rowsNotRecords,
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
  // Marked before the move: a verdict computed once too often is harmless, one never computed again is not. And after it:
  // a reconciliation that began between the two has judged these months without the rows.
  await markDirty(context, row)
  const stage = stageTable(importId)
  if (await tableExists(context, stage)) {
    await movePartitions(analytics, stage, target.table)
    await syncPartNames(analytics, target.table)
    await markDirty(context, row)
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
        rowsTree: row.rows_tree,
        // The bytes alone do not say what was made of them.
        mapping: row.mapping as unknown as Json,
        mappingHash: row.mapping_hash,
      },
    })
    return recorded(receipt, undefined)
  })
  await clearImport(context, importId)
}

/** Removes what a finished or undone import leaves behind while it works. */
export async function clearImport(context: EvidenceParts, importId: string): Promise<void> {
  for (const table of [stageTable, againTable, nodesTable, doubtsTable].map((name) => name(importId)))
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
