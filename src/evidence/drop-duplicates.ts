import type { QueryParams } from '../analytics/analytics.ts'
import { contentIdSql, occurrenceIdSql } from './identity.ts'
import { againTable, type EvidenceContext, stageTable } from './import-job.ts'
import type { Target } from './target.ts'

export interface Duplicates {
  readonly rows: number
  /** where rows are that were there already: import id → rows */
  readonly elsewhere: Readonly<Record<string, number>>
}

interface Staged {
  readonly importId: string
  readonly target: Target
  /** imports whose ids were made from the source's number alone, before 065-import-identity.sql */
  readonly oldImports: readonly string[]
}

/** Below this many, a set of ids is looked up in the index; they are hashes, so that sorting more of them only costs. */
const SET_SETTINGS = { use_index_for_in_with_subqueries_max_values: 1000 }

/**
 * Takes rows out of the stage table that are there already, and notes them as rejects. Equal evidence is one fact. Equal
 * accesses under one number of the source are one; without a number each is an access of its own, the n-th of them equal to
 * the n-th of another file.
 */
export async function dropDuplicates(context: EvidenceContext, staged: Staged): Promise<Duplicates> {
  const { analytics } = context
  const { importId, target, oldImports } = staged
  const stage = stageTable(importId)
  const id = idColumn(target)
  const [counted] = await analytics.rows<{ rows: string; ids: string }>(
    `SELECT count() AS rows, uniqExact(${id}) AS ids FROM ${stage}`,
  )
  const hasEqualRows = counted?.rows !== counted?.ids
  const isNumbered = hasEqualRows && target.name === 'access'
  if (isNumbered) await numberOccurrences(context, importId)
  const params = { import_id: importId, old: oldImports }
  const tables = isNumbered ? [stage, againTable(importId)] : [stage]
  const known = await knownRows(context, staged, tables, params)
  const elsewhere = Object.fromEntries(known.map((each) => [each.import_id, Number(each.n)]))
  if (!hasEqualRows && known.length === 0) return { rows: 0, elsewhere }
  const isKnown = `${id} IN (SELECT id FROM (${knownIdsSql(staged, tables)}))`
  const isAgain = isNumbered ? `line NOT IN (SELECT line FROM ${againTable(importId)})` : '1'
  // Of equal rows the first stands; of rows that are in place already none is taken.
  await analytics.command(
    `INSERT INTO import_reject SELECT {import_id:String}, line, [':duplicate'] FROM
       (SELECT line, row_number() OVER (PARTITION BY ${id} ORDER BY line) AS nth, ${isKnown} AS is_known FROM ${stage} WHERE ${isAgain})
     WHERE nth > 1 OR is_known`,
    { params },
  )
  if (isNumbered)
    await analytics.command(
      `INSERT INTO import_reject SELECT {import_id:String}, line, [':duplicate'] FROM ${againTable(importId)} WHERE ${isKnown}`,
      { params },
    )
  return { rows: await takeOut(context, importId, isNumbered, Number(counted?.rows)), elsewhere }
}

export const idColumn = (target: Target): string => (target.name === 'access' ? 'access_id' : 'evidence_id')

// A row's id is part of the order its table is sorted by and cannot be changed in place: these rows are written anew.
async function numberOccurrences({ analytics }: EvidenceContext, importId: string): Promise<void> {
  const [stage, again] = [stageTable(importId), againTable(importId)]
  await analytics.command(`CREATE TABLE ${again} AS ${stage}`)
  await analytics.command(
    `INSERT INTO ${again} SELECT s.* REPLACE (${occurrenceIdSql('s.access_id', 'r.nth')} AS access_id) FROM ${stage} AS s INNER JOIN
       (SELECT line, nth FROM
         (SELECT line, row_number() OVER (PARTITION BY access_id ORDER BY line) AS nth FROM ${stage} WHERE source_id = '')
        WHERE nth > 1) AS r ON r.line = s.line`,
  )
}

function knownRows(
  { analytics }: EvidenceContext,
  staged: Staged,
  tables: readonly string[],
  params: QueryParams,
): Promise<{ import_id: string; n: string }[]> {
  return analytics.rows(
    `SELECT import_id, count() AS n FROM (${knownIdsSql(staged, tables)}) GROUP BY import_id ORDER BY import_id`,
    { params, settings: SET_SETTINGS },
  )
}

/** `import_id, id` of rows in place that the staged ones repeat. */
function knownIdsSql({ importId, target, oldImports }: Staged, tables: readonly string[]): string {
  const id = idColumn(target)
  const staged = `(${tables.map((table) => `SELECT ${id} FROM ${table}`).join(' UNION ALL ')})`
  // An access's id is made from its system, by which the table is sorted: the logs of others need not be read.
  const sameSystem =
    target.name === 'access' ? ` AND system IN (SELECT DISTINCT system FROM ${stageTable(importId)})` : ''
  const inPlace = `SELECT import_id, ${id} AS id FROM ${target.table} WHERE ${id} IN ${staged}${sameSystem}`
  if (oldImports.length === 0) return inPlace
  const content = contentIdSql(target, (column) => column)
  const isNumbered = target.name === 'access' ? "source_id = ''" : '0'
  const nth = `if(${isNumbered}, row_number() OVER (PARTITION BY content ORDER BY import_id, line), 1)`
  const old = `SELECT import_id, ${occurrenceIdSql('content', 'nth')} AS id FROM (SELECT *, ${nth} AS nth FROM
    (SELECT *, ${content} AS content FROM ${target.table} WHERE has({old:Array(String)}, import_id)${sameSystem}))`
  return `${inPlace} UNION ALL SELECT import_id, id FROM (${old}) WHERE id IN ${staged}`
}

/** Returns how many rows were taken out for good. */
async function takeOut(
  { analytics }: EvidenceContext,
  importId: string,
  isNumbered: boolean,
  rowsBefore: number,
): Promise<number> {
  const [stage, again] = [stageTable(importId), againTable(importId)]
  const duplicates =
    "(SELECT line FROM import_reject WHERE import_id = {import_id:String} AND has(reasons, ':duplicate'))"
  const params = { import_id: importId }
  const isMoved = isNumbered ? ` OR line IN (SELECT line FROM ${again})` : ''
  // Deleting is done by a merge, which loading had stopped.
  await analytics.command(`SYSTEM START MERGES ${stage}`)
  await analytics.command(`ALTER TABLE ${stage} DELETE WHERE line IN ${duplicates}${isMoved}`, {
    params,
    settings: { mutations_sync: 1 },
  })
  if (isNumbered)
    await analytics.command(`INSERT INTO ${stage} SELECT * FROM ${again} WHERE line NOT IN ${duplicates}`, { params })
  const [left] = await analytics.rows<{ n: string }>(`SELECT count() AS n FROM ${stage}`)
  return rowsBefore - Number(left?.n)
}
