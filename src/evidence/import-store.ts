import type { Queryable, Upkeep } from '../database/database.ts'
import type { ImportRecord, Mapping, QualityFinding, TimeReadingView } from '../wire/import.ts'
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
  state: 'running' | 'committing' | 'done' | 'failed' | 'undone' | 'repeated'
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
  readings: TimeReadingView[]
  rows_root: Buffer | null
  rows_in_tree: string | null
  error: string | null
}

export async function insertImport(
  db: Upkeep,
  importId: string,
  job: ImportJob,
  fileBytes: number,
  at: Date,
): Promise<void> {
  await db.query(
    `INSERT INTO import (import_id, target, agency, system, file_name, file_bytes, mapping, state, started_at, started_by, started_by_post)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'running', $8, $9, $10)`,
    [
      importId,
      job.target,
      job.agency,
      job.system ?? '',
      job.fileName,
      fileBytes,
      JSON.stringify(job.mapping),
      at,
      job.startedBy.account,
      job.startedBy.post,
    ],
  )
}

export async function readImport(db: Queryable, importId: string): Promise<ImportRow | undefined> {
  return (await db.query<ImportRow>('SELECT * FROM import WHERE import_id = $1', [importId]))[0]
}

const MAX_LISTED = 1000
export async function readImports(db: Queryable): Promise<readonly ImportRow[]> {
  return db.query<ImportRow>('SELECT * FROM import ORDER BY started_at DESC, import_id LIMIT $1', [MAX_LISTED])
}

/** An import of the same file for the same use that stands already. */
export async function findSame(
  db: Queryable,
  job: ImportJob,
  fileBytes: number,
): Promise<readonly { sha256: string }[]> {
  return db.query<{ sha256: string }>(
    "SELECT sha256 FROM import WHERE state = 'done' AND target = $1 AND agency = $2 AND system = $3 AND file_bytes = $4",
    [job.target, job.agency, job.system ?? '', fileBytes],
  )
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
    progress: live?.progress ?? null,
    rowsPerSecond: live?.rowsPerSecond ?? null,
    remainingSeconds: live?.remainingSeconds ?? null,
    from: row.range_from?.toISOString() ?? null,
    to: row.range_to?.toISOString() ?? null,
    quality: row.quality,
    readings: row.readings,
    error: row.error,
  }
}
