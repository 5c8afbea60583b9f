import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../base/canonical-json.ts'
import type { Queryable, Upkeep } from '../database/database.ts'
import type { ImportRecord, Mapping, QualityFinding, RejectReasonCount, TimeReadingView } from '../wire/import.ts'
import type { ImportJob } from './import-job.ts'
import { findTarget } from './target.ts'

export interface ImportRow {
  import_id: string
  target: string
  agency: string
  system: string
  file_name: string
  file_bytes: string
  sha256: string
  mapping: Mapping
  mapping_hash: string
  state: 'running' | 'committing' | 'done' | 'failed' | 'undone' | 'repeated' | 'withdrawing' | 'withdrawn'
  started_at: Date
  ended_at: Date | null
  started_by: string
  started_by_post: string
  rows_read: string
  rows_loaded: string
  rows_rejected: string
  rows_duplicate: string
  range_from: Date | null
  range_to: Date | null
  quality: QualityFinding[]
  reject_reasons: RejectReasonCount[]
  rows_not_records: string
  readings: TimeReadingView[]
  rows_root: Buffer | null
  rows_in_tree: string | null
  /** 1: rows alone, 2: rows with salts */
  rows_tree: 1 | 2
  error: string | null
  is_stated: boolean
  withdrawn_by: string | null
  withdrawn_by_post: string | null
  withdrawn_at: Date | null
}

export async function insertImport(
  db: Upkeep,
  importId: string,
  job: ImportJob,
  fileBytes: number,
  at: Date,
): Promise<void> {
  await db.query(
    `INSERT INTO import (import_id, target, agency, system, file_name, file_bytes, mapping, mapping_hash, identity, rows_tree, state, started_at, started_by, started_by_post, is_stated)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 2, 2, 'running', $9, $10, $11, $12)`,
    [
      importId,
      job.target,
      job.agency,
      job.system ?? '',
      job.fileName,
      fileBytes,
      JSON.stringify(job.mapping),
      mappingHash(job.mapping),
      at,
      job.startedBy.account,
      job.startedBy.post,
      job.isStated ?? false,
    ],
  )
}

export async function readImport(db: Queryable, importId: string): Promise<ImportRow | undefined> {
  return (await db.query<ImportRow>('SELECT * FROM import WHERE import_id = $1', [importId]))[0]
}

/** What a program that stopped has left in the middle, however long ago it began. */
export const readOpenImports = (db: Queryable): Promise<readonly ImportRow[]> =>
  db.query<ImportRow>(
    "SELECT * FROM import WHERE state IN ('running', 'committing', 'withdrawing') ORDER BY started_at",
  )

export const readImportsBy = (db: Queryable, startedBy: string): Promise<readonly ImportRow[]> =>
  db.query<ImportRow>('SELECT * FROM import WHERE started_by = $1', [startedBy])

const MAX_LISTED = 1000
export async function readImports(db: Queryable): Promise<readonly ImportRow[]> {
  return db.query<ImportRow>('SELECT * FROM import ORDER BY started_at DESC, import_id LIMIT $1', [MAX_LISTED])
}

/**
 * A failure nobody foresaw leaves no import running for ever. False: it was decided meanwhile, and is finished at the next
 * start.
 */
export async function endBrokenOff(db: Upkeep, importId: string, at: Date, error: string): Promise<boolean> {
  const ended = await db.query(
    "UPDATE import SET state = 'failed', ended_at = $2, error = $3 WHERE import_id = $1 AND state = 'running' RETURNING 1",
    [importId, at, error],
  )
  return ended.length > 0
}

/** One mapping however it is written: members in any order. Hex of SHA-256. */
export const mappingHash = (mapping: Mapping): string =>
  createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(mapping)) as Json))
    .digest('hex')

/** Files that stand already and were read for the same use in the same way; whose length is that of this one. */
export async function findSame(
  db: Queryable,
  job: Pick<ImportJob, 'target' | 'agency' | 'system' | 'mapping'>,
  fileBytes: number,
): Promise<readonly string[]> {
  const rows = await db.query<{ sha256: string; mapping: Mapping }>(
    `SELECT sha256, mapping FROM import WHERE state = 'done' AND NOT is_incomplete
       AND target = $1 AND agency = $2 AND system = $3 AND file_bytes = $4`,
    [job.target, job.agency, job.system ?? '', fileBytes],
  )
  const wanted = mappingHash(job.mapping)
  return rows.filter(({ mapping }) => mappingHash(mapping) === wanted).map(({ sha256 }) => sha256)
}

/** How the newest import of this use that stands and loaded something was read. */
export async function readLastMapping(
  db: Queryable,
  use: { readonly target: string; readonly agency: string; readonly system: string },
): Promise<Mapping | undefined> {
  const [row] = await db.query<{ mapping: Mapping }>(
    `SELECT mapping FROM import WHERE state = 'done' AND rows_loaded > 0 AND target = $1 AND agency = $2 AND system = $3
     ORDER BY started_at DESC LIMIT 1`,
    [use.target, use.agency, use.system],
  )
  return row?.mapping
}

/** Imports of the same use whose rows have ids of the first kind. */
export async function readOldImports(db: Queryable, row: ImportRow): Promise<readonly string[]> {
  const rows = await db.query<{ import_id: string }>(
    "SELECT import_id FROM import WHERE identity = 1 AND state = 'done' AND target = $1 AND agency = $2 AND system = $3",
    [row.target, row.agency, row.system],
  )
  return rows.map((each) => each.import_id)
}

export async function endImport(
  db: Upkeep,
  importId: string,
  state: ImportRow['state'],
  at: Date,
  error: string | null,
): Promise<void> {
  await db.query('UPDATE import SET state = $2, ended_at = $3, error = $4 WHERE import_id = $1', [
    importId,
    state,
    at,
    error,
  ])
}

export interface Live {
  readonly progress: number | null
  readonly rowsRead: number
  readonly rowsPerSecond: number | null
  readonly remainingSeconds: number | null
}

/** An import as people see it; `live` holds the figures of one that runs in this process. */
export function presentImport(row: ImportRow, live: Live | undefined): ImportRecord {
  return {
    importId: row.import_id,
    target: row.target,
    targetTitle: findTarget(row.target)?.title ?? row.target,
    agency: row.agency,
    system: row.system === '' ? null : row.system,
    fileName: row.file_name,
    sha256: row.sha256,
    state: row.state === 'committing' ? 'running' : row.state,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    startedBy: row.started_by,
    rowsRead: live?.rowsRead ?? Number(row.rows_read),
    rowsLoaded: Number(row.rows_loaded),
    rowsRejected: Number(row.rows_rejected),
    rowsDuplicate: Number(row.rows_duplicate),
    rowsNotRecords: Number(row.rows_not_records),
    rejectReasons: row.reject_reasons,
    progress: live?.progress ?? null,
    rowsPerSecond: live?.rowsPerSecond ?? null,
    remainingSeconds: live?.remainingSeconds ?? null,
    from: row.range_from?.toISOString() ?? null,
    to: row.range_to?.toISOString() ?? null,
    quality: row.quality,
    readings: row.readings,
    error: row.error,
    withdrawnBy: row.withdrawn_by,
    withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
  }
}
