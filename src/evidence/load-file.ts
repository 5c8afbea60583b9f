import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRowsTree, type RowsTree } from '../ledger/port.ts'
import { compileLoad, type LoadPlan } from './compile-load.ts'
import { SourceFailure } from './failure.ts'
import {
  type EvidenceContext,
  type ImportJob,
  LOADERS,
  loaderTable,
  sqlTime,
  stageTable,
  stagingFolder,
} from './import-job.ts'
import { movePartitions } from './move-partitions.ts'
import { openSource, type Source } from './read-source.ts'
import type { StagedChunk } from './staged-chunk.ts'
import type { Target } from './target.ts'

// One thread for each loader, so that row numbers stay in order. Short-circuit evaluation computes the parts of a date
// again for every place they are used in: ten times slower here.
const LOAD_SETTINGS = {
  max_threads: 1,
  max_insert_threads: 1,
  max_block_size: 65_536,
  input_format_parallel_parsing: 0,
  compile_expressions: 0,
  short_circuit_function_evaluation: 'disable',
} as const

export interface LoadTotals {
  readonly sha256: string
  readonly rowsRead: number
  /** Merkle root over the staged rows, in the order of the file */
  readonly rowsRoot: Buffer
  readonly rowsInTree: number
}

export interface LoadProgress {
  bytesRead: number
  rowsRead: number
}

interface Load {
  readonly context: EvidenceContext
  readonly importId: string
  readonly folder: string
}

/** Reads a whole file into the import's stage table; bad rows go to `import_reject`. Throws SourceFailure. */
export async function loadFile(
  context: EvidenceContext,
  job: ImportJob,
  importId: string,
  target: Target,
  progress: LoadProgress,
): Promise<LoadTotals> {
  const load: Load = { context, importId, folder: stagingFolder(context, importId) }
  await mkdir(load.folder, { recursive: true, mode: 0o700 })
  for (let i = 0; i < LOADERS; i++) {
    await context.analytics.command(`CREATE TABLE ${loaderTable(importId, i)} AS ${target.table}`)
  }
  const source = await openSource(job.filePath, job.fileName, job.mapping)
  const tree = createRowsTree()
  await loadChunks(load, source, () => planFor(context, job, importId, target, source), progress, tree)
  for (let i = 1; i < LOADERS; i++) {
    await movePartitions(context.analytics, loaderTable(importId, i), stageTable(importId))
  }
  await rm(load.folder, { recursive: true, force: true })
  return {
    sha256: source.meter.hash.digest('hex'),
    rowsRead: progress.rowsRead,
    rowsRoot: tree.root(),
    rowsInTree: tree.size,
  }
}

// While the loaders work on two chunks, the next is read. Each loader has a table of its own: the rows a chunk added
// to it are known from the table's count, without looking at them.
async function loadChunks(
  load: Load,
  source: Source,
  makePlan: () => LoadPlan,
  progress: LoadProgress,
  tree: RowsTree,
): Promise<void> {
  const loaders = Array.from({ length: LOADERS }, (_, i) => ({ i, work: Promise.resolve() }))
  const free = [...loaders]
  let plan: LoadPlan | undefined
  for await (const chunk of source.chunks) {
    plan ??= makePlan()
    progress.rowsRead += chunk.rows + chunk.rejects.length
    progress.bytesRead = source.meter.bytesRead
    if (free.length === 0) await Promise.race(loaders.map((loader) => loader.work))
    const loader = free.shift()
    if (!loader) continue
    loader.work = loadChunk(load, plan, loader.i, chunk).then(() => void free.push(loader))
    loader.work.catch(() => undefined)
    // While the loader works: hashing takes a small part of its time.
    tree.addLines(chunk.text)
  }
  await Promise.all(loaders.map((loader) => loader.work))
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
    knownAt: sqlTime(context.clock.now()),
    key: context.subjectKey.toString('hex'),
  })
  if (plan.ok) return plan.value
  const list = plan.error.join('；')
  throw new SourceFailure('bad-mapping', `欄位對應不符：${list}`, `The mapping does not fit the file: ${list}`)
}

async function loadChunk(load: Load, plan: LoadPlan, loader: number, chunk: StagedChunk): Promise<void> {
  const { analytics } = load.context
  if (chunk.rejects.length > 0) {
    const rows = chunk.rejects.map(({ line, column, reason }) => ({
      import_id: load.importId,
      line,
      reasons: [`${column}:${reason}`],
    }))
    await analytics.insert('import_reject', rows)
  }
  if (chunk.rows === 0) return
  const table = loaderTable(load.importId, loader)
  const path = join(load.folder, `chunk-${loader}`)
  await writeFile(path, chunk.text, { mode: 0o600 })
  const params = { ...plan.params, first_line: chunk.firstLine, delimiter: chunk.delimiter }
  const input = {
    path,
    format: 'LineAsString',
    structure: 'line String',
    params,
    settings: LOAD_SETTINGS,
    isSecret: true,
  } as const
  const before = await countRows(load, table)
  await analytics.insertFromFile({ ...input, sql: plan.insertSql(chunk.shape, table) })
  const isComplete = (await countRows(load, table)) - before === chunk.rows
  // Only a chunk with bad rows is read again, to name them.
  if (!isComplete) await analytics.insertFromFile({ ...input, sql: plan.rejectsSql(chunk.shape) })
  await rm(path)
}

async function countRows(load: Load, table: string): Promise<number> {
  const [row] = await load.context.analytics.rows<{ n: string }>(`SELECT count() AS n FROM ${table}`)
  return Number(row?.n)
}
