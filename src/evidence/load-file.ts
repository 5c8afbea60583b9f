import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../base/assert.ts'
import { createRowsTree, type RowsTree } from '../ledger/port.ts'
import { compileLoad, type LoadPlan } from './compile-load.ts'
import type { Readings } from './compiled.ts'
import { SourceFailure } from './failure.ts'
import { hashRowsSql, NODES_COLUMNS, rowSaltKey, takeHashes } from './hash-rows.ts'
import { type EvidenceContext, type ImportJob, nodesTable, sqlTime, stageTable, stagingFolder } from './import-job.ts'
import { openSource, type Source } from './read-source.ts'
import { settleColumns, type Told } from './settle-columns.ts'
import { sheetRead } from './sheet-findings.ts'
import type { SheetNotes } from './sheet-row.ts'
import { type StagedBatch, stageBatches } from './stage-batches.ts'
import type { Target } from './target.ts'

// Each statement takes a twentieth of a second to analyse without the last three, a quarter with them. Short-circuit
// evaluation computes the parts of a date again for every place they are used in: ten times slower here.
const LOAD_SETTINGS = {
  max_insert_threads: 1,
  max_block_size: 65_536,
  input_format_parallel_parsing: 0,
  compile_expressions: 0,
  short_circuit_function_evaluation: 'disable',
  use_query_condition_cache: 0,
  optimize_and_compare_chain: 0,
  optimize_extract_common_expressions: 0,
} as const
// Below this a statement costs more than hashing the rows here.
const MIN_ROWS_HASHED_IN_SQL = 5000
/** Merging what will be merged in its place again is left out until a long file has made this many parts. */
const MAX_UNMERGED_BATCHES = 100

export interface LoadTotals {
  readonly sha256: string
  readonly rowsRead: number
  /** Merkle root over the staged rows, in the order of the file */
  readonly rowsRoot: Buffer
  readonly rowsInTree: number
  /** what the values of the whole file tell */
  readonly told: Told
  /** what reading the sheet of a workbook took */
  readonly sheet: SheetNotes | undefined
}

export interface LoadProgress {
  bytesRead: number
  rowsRead: number
}

interface Load {
  readonly context: EvidenceContext
  readonly importId: string
  readonly folder: string
  readonly tree: RowsTree
  readonly saltKey: Buffer | undefined
  rowsStaged: number
  batches: number
  plan: LoadPlan | undefined
  /** batches with rows that hang on a column as a whole */
  readonly kept: StagedBatch[]
}

const NOTHING_YET = { rowsStaged: 0, batches: 0, plan: undefined }

/** Reads a whole file into the import's stage table; bad rows go to `import_reject`. Throws SourceFailure. */
export async function loadFile(
  context: EvidenceContext,
  job: ImportJob,
  importId: string,
  target: Target,
  progress: LoadProgress,
): Promise<LoadTotals> {
  const folder = stagingFolder(context, importId)
  const saltKey = job.isUnsalted ? undefined : rowSaltKey(context.archiveKey, importId)
  const load: Load = { context, importId, folder, tree: createRowsTree(saltKey), saltKey, ...NOTHING_YET, kept: [] }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { analytics } = context
  await analytics.command(`CREATE TABLE ${stageTable(importId)} AS ${target.table}`)
  await analytics.command(`SYSTEM STOP MERGES ${stageTable(importId)}`)
  await analytics.command(`CREATE TABLE ${nodesTable(importId)} ${NODES_COLUMNS}`)
  const source = await openSource(job.filePath, job.fileName, job.mapping)
  await loadBatches(load, source, () => planFor(context, job, importId, target, source), progress)
  const told = await settleColumns(context, {
    importId,
    target,
    mapping: job.mapping,
    isInDoubt: load.kept.length > 0,
    askDoubts: (table) => eachKept(load, (plan, { shape }) => [plan.doubtsSql(shape, stageTable(importId), table)]),
    loadDoubtful: (readings) => loadDoubtful(load, readings),
  })
  await rm(folder, { recursive: true, force: true })
  return {
    sha256: source.meter.hash.digest('hex'),
    rowsRead: progress.rowsRead,
    rowsRoot: load.tree.root(),
    rowsInTree: load.tree.size,
    told,
    sheet: source.sheet(),
  }
}

// While the database works on one batch, the next is read.
async function loadBatches(
  load: Load,
  source: Source,
  makePlan: () => LoadPlan,
  progress: LoadProgress,
): Promise<void> {
  let work = Promise.resolve()
  let plan: LoadPlan | undefined
  for await (const batch of stageBatches(source.chunks, load.folder)) {
    plan ??= makePlan()
    load.plan = plan
    progress.rowsRead += batch.rows + batch.rejects.length
    progress.bytesRead = source.meter.bytesRead
    await work
    work = loadBatch(load, plan, batch)
    work.catch(() => undefined)
  }
  await work
  if (!plan && source.detected.format !== 'jsonl' && source.header().length === 0) {
    throw new SourceFailure('empty', '檔案沒有內容。', 'The file holds nothing.')
  }
  plan ??= makePlan()
}

function planFor(context: EvidenceContext, job: ImportJob, importId: string, target: Target, source: Source): LoadPlan {
  const plan = compileLoad({
    target,
    mapping: job.mapping,
    header: source.header(),
    isJson: source.detected.format === 'jsonl',
    system: job.system ?? '',
    importId,
    knownAt: sqlTime(job.knownAt ?? context.clock.now()),
    key: context.subjectKey,
    isStated: job.isStated ?? false,
    now: job.knownAt ?? context.clock.now(),
  })
  if (plan.ok) return plan.value
  const list = plan.error.join('；')
  const { zh, en } = sheetRead(source.sheet())
  throw new SourceFailure(
    'bad-mapping',
    `欄位對應不符：${list}${zh}`,
    `The mapping does not fit the file: ${list}${en}`,
  )
}

async function loadBatch(load: Load, plan: LoadPlan, batch: StagedBatch): Promise<void> {
  const { analytics } = load.context
  const rejects = batch.rejects.map(({ line, column, reason }) => ({
    import_id: load.importId,
    line,
    reasons: [`${column}:${reason}`],
  }))
  for (let at = 0; at < rejects.length; at += MAX_INSERTED_ROWS)
    await analytics.insert('import_reject', rejects.slice(at, at + MAX_INSERTED_ROWS))
  if (batch.rows === 0) return
  await hashRows(load, batch)
  await stageRows(load, plan, batch)
  if (++load.batches === MAX_UNMERGED_BATCHES)
    await analytics.command(`SYSTEM START MERGES ${stageTable(load.importId)}`)
}

const MAX_INSERTED_ROWS = 100_000

const LINES = { format: 'LineAsString', structure: 'line String', settings: LOAD_SETTINGS } as const

async function hashRows({ context, importId, tree, saltKey }: Load, { path, rows }: StagedBatch): Promise<void> {
  if (rows < MIN_ROWS_HASHED_IN_SQL) {
    tree.addLines(await readFile(path))
    return
  }
  const [table, size] = [nodesTable(importId), tree.size]
  const params = { first_row: size, ...(saltKey && { salt_key: saltKey.toString('hex') }) }
  const sql = hashRowsSql(table, saltKey !== undefined)
  await context.analytics.insertFromFile({ ...LINES, path, sql, params, isSecret: true })
  await takeHashes(context, table, tree)
  assert(tree.size === size + rows, 'every row of the batch is in the tree')
}

/** Runs the statements of the plan until every row is staged or rejected; what hangs on a whole column is kept for later. */
async function stageRows(load: Load, plan: LoadPlan, batch: StagedBatch): Promise<void> {
  const { analytics } = load.context
  const table = stageTable(load.importId)
  const input = inputOf(plan, batch)
  const before = load.rowsStaged
  for (const insert of [plan.insertStrictSql, plan.insertRestSql]) {
    await analytics.insertFromFile({ ...input, sql: insert(batch.shape, table) })
    const [counted] = await analytics.rows<{ n: string }>(`SELECT count() AS n FROM ${table}`)
    load.rowsStaged = Number(counted?.n)
    if (load.rowsStaged - before === batch.rows) return
  }
  const rejectedBefore = await countRejects(load)
  await analytics.insertFromFile({ ...input, sql: plan.rejectsSql(batch.shape, table) })
  if (load.rowsStaged - before + (await countRejects(load)) - rejectedBefore === batch.rows) return
  const path = join(load.folder, `kept-${load.kept.length}`)
  await rename(batch.path, path)
  load.kept.push({ ...batch, path })
}

// Improving the plan of a statement takes longer than carrying it out over few rows as it stands.
const MAX_ROWS_AS_IT_STANDS = 20_000
const AS_IT_STANDS = { ...LOAD_SETTINGS, query_plan_enable_optimizations: 0 } as const

const inputOf = (plan: LoadPlan, { path, firstLine, delimiter, rows }: StagedBatch) => ({
  ...LINES,
  settings: rows <= MAX_ROWS_AS_IT_STANDS ? AS_IT_STANDS : LOAD_SETTINGS,
  path,
  params: { ...plan.params, first_line: firstLine, delimiter },
  isSecret: true,
})

async function countRejects({ context, importId }: Load): Promise<number> {
  const [counted] = await context.analytics.rows<{ n: string }>(
    'SELECT count() AS n FROM import_reject WHERE import_id = {id:String}',
    { params: { id: importId } },
  )
  return Number(counted?.n)
}

/** Loads what hung on whole columns, by their readings, and rejects what they leave open. Returns the rows rejected. */
async function loadDoubtful(load: Load, readings: Readings): Promise<number> {
  const table = stageTable(load.importId)
  const before = await countRejects(load)
  await eachKept(load, (plan, { shape }) => [
    plan.insertDoubtfulSql(shape, table, readings),
    plan.rejectDoubtfulSql(shape, table, readings),
  ])
  return (await countRejects(load)) - before
}

async function eachKept(
  { context, plan, kept }: Load,
  statements: (plan: LoadPlan, batch: StagedBatch) => readonly string[],
): Promise<void> {
  if (!plan) return
  for (const batch of kept)
    for (const sql of statements(plan, batch)) await context.analytics.insertFromFile({ ...inputOf(plan, batch), sql })
}
