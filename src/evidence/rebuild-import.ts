import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, ok, type Result } from '../base/result.ts'
import { restoreFile } from './archive.ts'
import { clearImport } from './commit-import.ts'
import { dropDuplicates } from './drop-duplicates.ts'
import { SourceFailure } from './failure.ts'
import { archivePath, type EvidenceContext, type ImportJob, stageTable } from './import-job.ts'
import type { ImportRow } from './import-store.ts'
import { type LoadTotals, loadFile } from './load-file.ts'
import { movePartitions } from './move-partitions.ts'
import { writeRejects } from './rejects.ts'
import { findTarget, type Target } from './target.ts'

/** `archive`: the kept file is gone, damaged or not the one that was imported. `unreadable`: this version cannot read it. */
export type RebuildFailure = 'archive' | 'unreadable'

export interface Rebuilt {
  readonly rowsLoaded: number
  readonly rowsDuplicate: number
  /** where the rows are that it repeats: import id → rows */
  readonly duplicatesOf: Readonly<Record<string, number>>
  /** the file was read into the very rows its event commits to */
  readonly isSame: boolean
}

/**
 * Brings one import back from its kept file: by the way it once came, under its own id, as known at the time it came. What an
 * earlier try left of it is taken away first, so that it may be repeated.
 */
export async function rebuildImport(
  context: EvidenceContext,
  record: ImportRow,
): Promise<Result<Rebuilt, RebuildFailure>> {
  const target = findTarget(record.target)
  if (!target) return fail('unreadable')
  const folder = join(context.dataFolder, 'staging')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const copy = join(folder, `rebuild-${record.import_id}`)
  try {
    await rm(copy, { force: true })
    const restored = await restoreFile(
      archivePath(context, record.import_id),
      copy,
      context.archiveKey,
      record.import_id,
    )
    return restored.ok ? await loadAgain(context, record, target, copy) : fail('archive')
  } finally {
    await rm(copy, { force: true })
  }
}

async function loadAgain(
  context: EvidenceContext,
  record: ImportRow,
  target: Target,
  filePath: string,
): Promise<Result<Rebuilt, RebuildFailure>> {
  const { analytics } = context
  const { import_id: importId } = record
  await clearImport(context, importId)
  await takeAway(context, target, importId)
  const read = await loadFile(context, jobOf(record, filePath), importId, target, { bytesRead: 0, rowsRead: 0 }).catch(
    (error: unknown) => {
      if (error instanceof SourceFailure) return undefined
      throw error
    },
  )
  if (!read) return fail('unreadable')
  if (read.sha256 !== record.sha256) {
    await clearImport(context, importId)
    return fail('archive')
  }
  // All that came before it was brought back under the ids of today.
  const { rows: rowsDuplicate, elsewhere } = await dropDuplicates(context, { importId, target, oldImports: [] })
  const [staged] = await analytics.rows<{ n: string }>(`SELECT count() AS n FROM ${stageTable(importId)}`)
  await writeRejects(context, importId)
  await movePartitions(analytics, stageTable(importId), target.table)
  await clearImport(context, importId)
  return ok({ rowsLoaded: Number(staged?.n), rowsDuplicate, duplicatesOf: elsewhere, isSame: isSame(record, read) })
}

const isSame = (record: ImportRow, read: LoadTotals): boolean =>
  read.rowsRead === Number(record.rows_read) &&
  // Imports older than the tree have no root to compare with.
  (record.rows_root === null ||
    (read.rowsRoot.equals(record.rows_root) && read.rowsInTree === Number(record.rows_in_tree)))

const jobOf = (record: ImportRow, filePath: string): ImportJob => ({
  filePath,
  fileName: record.file_name,
  target: record.target,
  agency: record.agency,
  mapping: record.mapping,
  startedBy: { account: record.started_by, post: record.started_by_post },
  isStated: record.is_stated,
  isUnsalted: record.rows_tree === 1,
  knownAt: record.started_at,
  ...(record.system !== '' && { system: record.system }),
})

/** Rows of the import that stand in place: an earlier try was broken off between two partitions. */
async function takeAway({ analytics }: EvidenceContext, { table }: Target, importId: string): Promise<void> {
  const params = { id: importId }
  const [there] = await analytics.rows<{ n: string }>(
    `SELECT count() AS n FROM ${table} WHERE import_id = {id:String}`,
    { params },
  )
  if (there?.n === '0') return
  await analytics.command(`ALTER TABLE ${table} DELETE WHERE import_id = {id:String}`, {
    params,
    settings: { mutations_sync: 1 },
  })
}
