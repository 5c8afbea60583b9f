import { assert } from '../base/assert.ts'
import { type Queryable, recorded } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import type { QualityFinding } from '../wire/import.ts'
import type { EvidenceContext, StartedBy } from './import-job.ts'
import { type ImportRow, readImport, readOpenImports } from './import-store.ts'
import { findTarget } from './target.ts'
import { markDirty, touchedMonths } from './touched-months.ts'

/** What somebody must know who decides whether an import is undone. */
export interface Withdrawal {
  readonly importId: string
  readonly agency: string
  readonly state: ImportRow['state']
  readonly target: string
  readonly fileName: string
  readonly sha256: string
  readonly rows: number
  /** the program stated it itself, from personnel files or a directory; it would state it again */
  readonly isStated: boolean
  /** verdicts that leave the lists */
  readonly verdicts: number
  /** YYYYMM, to be judged again */
  readonly months: readonly number[]
  /** imports that counted rows of theirs as duplicates of this one: they would have a hole */
  readonly sharing: readonly { readonly importId: string; readonly fileName: string; readonly rows: number }[]
}

const VERDICTS_OF = 'access_id IN (SELECT access_id FROM access WHERE import_id = {importId:String})'

/** Undefined: no such import for who asks. */
export async function describeWithdrawal(context: EvidenceContext, importId: string): Promise<Withdrawal | undefined> {
  const row = await readImport(context.database, importId)
  if (!row) return undefined
  const [verdicts] =
    row.target === 'access'
      ? await context.analytics.rows<{ n: string }>(`SELECT count() AS n FROM verdict_current WHERE ${VERDICTS_OF}`, {
          params: { importId },
        })
      : []
  return {
    ...{ importId, agency: row.agency, state: row.state, target: row.target },
    ...{ fileName: row.file_name, sha256: row.sha256, rows: Number(row.rows_loaded) },
    isStated: row.started_by === 'system',
    verdicts: Number(verdicts?.n ?? 0),
    months: await touchedMonths(context, row),
    sharing: await sharingWith(context.database, importId),
  }
}

async function sharingWith(database: Queryable, importId: string): Promise<Withdrawal['sharing']> {
  return database.query<Withdrawal['sharing'][number] & Record<string, unknown>>(
    `SELECT import_id AS "importId", file_name AS "fileName", (duplicates_of ->> $1)::int AS rows FROM import
     WHERE state = 'done' AND duplicates_of ? $1 ORDER BY started_at`,
    [importId],
  )
}

/** Decides it, within the transaction of that decision. False: it does not stand as a finished import. */
export async function openWithdrawal(tx: Queryable, importId: string, by: StartedBy, at: Date): Promise<boolean> {
  const opened = await tx.query(
    `UPDATE import SET state = 'withdrawing', withdrawn_by = $2, withdrawn_by_post = $3, withdrawn_at = $4
     WHERE import_id = $1 AND state = 'done' RETURNING 1`,
    [importId, by.account, by.post, at],
  )
  return opened.length > 0
}

/**
 * Takes the rows of a withdrawn import out of the stores. Every step may be repeated: verdicts go first, since they are
 * found by the accesses; its record says `withdrawn` last. What was ever judged of them stays in the history, the file in
 * the archive.
 */
export async function finishWithdrawal(context: EvidenceContext, importId: string): Promise<void> {
  const { analytics, database, clock } = context
  const row = await readImport(database, importId)
  if (row?.state !== 'withdrawing') return
  const target = findTarget(row.target)
  assert(target, 'an import that stands has a known target')
  await markDirty(context, row)
  const remove = { params: { importId }, settings: { mutations_sync: 1 } }
  if (row.target === 'access')
    await analytics.command(`ALTER TABLE verdict_current DELETE WHERE ${VERDICTS_OF}`, remove)
  await analytics.command(`ALTER TABLE ${target.table} DELETE WHERE import_id = {importId:String}`, remove)
  const at = clock.now()
  await database.transaction(async (tx) => {
    await tx.query("UPDATE import SET state = 'withdrawn' WHERE import_id = $1", [importId])
    for (const other of await sharingWith(tx, importId)) await noteHole(tx, row, other)
    const receipt = await recordEvent(tx, {
      kind: 'import-undone',
      at,
      actor: row.withdrawn_by ?? '',
      actorPost: row.withdrawn_by_post ?? '',
      subjectRef: `import:${importId}`,
      reason: '',
      agency: row.agency,
      detail: {
        ...{ target: row.target, agency: row.agency, system: row.system, sha256: row.sha256 },
        ...{ mappingHash: row.mapping_hash, rowsWithdrawn: Number(row.rows_loaded) },
        rowsRoot: row.rows_root?.toString('base64') ?? '',
      },
    })
    return recorded(receipt, undefined)
  })
}

/**
 * Finishes all withdrawals that were decided, one work at a time however often it is asked: one that waits holds a
 * connection. It waits for a reconciliation, which would put verdicts back that have no access any more; nothing else
 * waits for it meanwhile.
 */
export function newWithdrawals(context: EvidenceContext): () => Promise<void> {
  let current: Promise<void> | undefined
  const open = async () => (await readOpenImports(context.database)).filter(({ state }) => state === 'withdrawing')
  const finishAll = async (): Promise<void> => {
    if ((await open()).length === 0) return
    await context.database.exclusively('reconcile', async () => {
      for (let found = await open(); found.length > 0; found = await open())
        for (const { import_id: id } of found) await context.inTurn(() => finishWithdrawal(context, id))
    })
  }
  return () => {
    current ??= finishAll().finally(() => {
      current = undefined
    })
    return current
  }
}

// Its rows that were duplicates of the withdrawn ones are nowhere now; reading its file again brings them back.
async function noteHole(tx: Queryable, row: ImportRow, other: Withdrawal['sharing'][number]): Promise<void> {
  const number = other.rows.toLocaleString('en')
  const finding: QualityFinding = {
    code: 'rows-withdrawn',
    severity: 'serious',
    count: other.rows,
    sentence: `${number} 列原與「${row.file_name}」重複而未載入，該匯入已撤銷；請重新匯入此檔，補回這些列。`,
    sentenceEn: `${number} rows were left out as duplicates of ${row.file_name}, which has been undone; import this file again to bring them back.`,
  }
  await tx.query('UPDATE import SET is_incomplete = true, quality = quality || $2::jsonb WHERE import_id = $1', [
    other.importId,
    JSON.stringify([finding]),
  ])
}
