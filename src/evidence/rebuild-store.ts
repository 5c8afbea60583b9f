import type { Queryable } from '../database/database.ts'
import { placeOf, rowsByImport } from './check-store.ts'
import type { EvidenceContext } from './import-job.ts'
import type { ImportRow } from './import-store.ts'
import { type RebuildFailure, type Rebuilt, rebuildImport } from './rebuild-import.ts'

/** An import that could not be brought back. */
export interface LostImport {
  readonly importId: string
  readonly target: string
  readonly startedAt: Date
  readonly why: RebuildFailure
}

export interface StoreRebuilt {
  readonly imports: number
  readonly rows: number
  /** imports this version reads into other rows than their events commit to, or of which it takes more or fewer */
  readonly different: readonly string[]
  readonly lost: readonly LostImport[]
}

export interface RebuildOptions {
  readonly rebuildId: string
  /** An import whose kept file is gone counts as undone from now on: its file can be imported again. */
  readonly withoutLost: boolean
  readonly onProgress: (done: number, all: number) => void
}

/**
 * Brings every import back in the order they were decided in, so that what repeated an earlier one repeats it again. Those a
 * broken-off try brought back already are left as they are. Takes the store as the one who may write while it is damaged.
 */
export async function rebuildStore(context: EvidenceContext, options: RebuildOptions): Promise<StoreRebuilt> {
  const { database, analytics } = context
  const records = await database.query<ImportRow>(
    "SELECT * FROM import WHERE state = 'done' ORDER BY ended_at, started_at, import_id",
  )
  const placed = await alreadyPlaced(database, options.rebuildId)
  const held = placed.size > 0 ? await rowsByImport(analytics) : new Map<string, number>()
  const isInPlace = (record: ImportRow) =>
    placed.has(record.import_id) &&
    (held.get(placeOf(record.target, record.import_id)) ?? 0) === Number(record.rows_loaded)
  const outcome = { imports: 0, rows: 0, different: [] as string[], lost: [] as LostImport[] }
  for (const [i, record] of records.entries()) {
    options.onProgress(i, records.length)
    if (isInPlace(record)) {
      outcome.imports += 1
      outcome.rows += Number(record.rows_loaded)
      continue
    }
    const rebuilt = await rebuildImport(context, record)
    if (rebuilt.ok) {
      await markPlaced(context, options.rebuildId, record, rebuilt.value)
      outcome.imports += 1
      outcome.rows += rebuilt.value.rowsLoaded
      if (!rebuilt.value.isSame || rebuilt.value.rowsLoaded !== Number(record.rows_loaded))
        outcome.different.push(record.import_id)
    } else {
      const { import_id: importId, target, started_at: startedAt } = record
      outcome.lost.push({ importId, target, startedAt, why: rebuilt.error })
      if (options.withoutLost) await giveUp(context, importId)
    }
  }
  options.onProgress(records.length, records.length)
  return outcome
}

async function alreadyPlaced(db: Queryable, rebuildId: string): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ import_id: string }>(
    'SELECT import_id FROM analytics_rebuild_import WHERE rebuild_id = $1',
    [rebuildId],
  )
  return new Set(rows.map(({ import_id }) => import_id))
}

async function markPlaced(
  { database }: EvidenceContext,
  rebuildId: string,
  record: ImportRow,
  { rowsLoaded, rowsDuplicate, duplicatesOf }: Rebuilt,
): Promise<void> {
  await database.upkeep.transaction(async (tx) => {
    // A later version may keep rows that an earlier one took for repeated: the record says what is there.
    // What it lacked because an import it repeated was undone is there again; where the same file came once more since, as it
    // was asked for, that later one goes on standing for it.
    await tx.query(
      `UPDATE import AS i SET rows_loaded = $2, rows_duplicate = $3, duplicates_of = $4, identity = 2,
         is_incomplete = i.is_incomplete AND EXISTS (
           SELECT FROM import AS o WHERE o.import_id <> i.import_id AND o.state IN ('committing', 'done') AND NOT o.is_incomplete
             AND (o.target, o.agency, o.sha256) = (i.target, i.agency, i.sha256)
             AND (o.system, o.mapping_hash) IS NOT DISTINCT FROM (i.system, i.mapping_hash))
       WHERE import_id = $1`,
      [record.import_id, rowsLoaded, rowsDuplicate, JSON.stringify(duplicatesOf)],
    )
    await tx.query('INSERT INTO analytics_rebuild_import VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      ...[rebuildId, record.import_id],
    ])
  })
}

const GIVEN_UP =
  '重建分析資料庫時，保存的原始檔已遺失或損毀，這次匯入不再算數；請重新匯入該檔。 When the store was rebuilt the kept file was gone or damaged; import the file again.'

const giveUp = ({ database }: EvidenceContext, importId: string) =>
  database.upkeep.query("UPDATE import SET state = 'undone', rows_loaded = 0, error = $2 WHERE import_id = $1", [
    importId,
    GIVEN_UP,
  ])
