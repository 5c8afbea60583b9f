import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compileLoad, type LoadPlan } from './compile-load.ts'
import { SourceFailure } from './failure.ts'
import { type EvidenceContext, type ImportJob, sqlTime, stageTable, stagingFolder } from './import-job.ts'
import { openSource, type Source } from './read-source.ts'
import type { StagedChunk } from './staged-chunk.ts'
import type { Target } from './target.ts'

// Two chunks load at once, each on one thread so that row numbers stay in order; a third is read meanwhile.
const LOADERS = 2
const LOAD_SETTINGS = {
  max_threads: 1,
  max_insert_threads: 1,
  max_block_size: 65_536,
  input_format_parallel_parsing: 0,
  compile_expressions: 0,
} as const

export interface LoadTotals {
  readonly sha256: string
  readonly rowsRead: number
}

export interface LoadProgress {
  bytesRead: number
  rowsRead: number
}

/** Reads a whole file into the import's stage table; bad rows go to `import_reject`. Throws SourceFailure. */
export async function loadFile(
  context: EvidenceContext,
  job: ImportJob,
  importId: string,
  target: Target,
  progress: LoadProgress,
): Promise<LoadTotals> {
  const folder = stagingFolder(context, importId)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await context.analytics.command(`CREATE TABLE ${stageTable(importId)} AS ${target.table}`)
  const source = await openSource(job.filePath, job.fileName, job.mapping)
  const running = new Set<Promise<void>>()
  let plan: LoadPlan | undefined
  let index = 0
  for await (const chunk of source.chunks) {
    plan ??= planFor(context, job, importId, target, source)
    progress.rowsRead += chunk.rows + chunk.rejects.length
    progress.bytesRead = source.meter.bytesRead
    const work = loadChunk(context, plan, importId, join(folder, `chunk-${index++}`), chunk)
    running.add(work)
    void work.then(
      () => running.delete(work),
      () => undefined,
    )
    if (running.size >= LOADERS) await Promise.race(running)
  }
  await Promise.all(running)
  if (index === 0 && source.detected.format !== 'jsonl' && source.header().length === 0)
    throw new SourceFailure('empty', '檔案沒有內容。', 'The file holds nothing.')
  if (!plan) planFor(context, job, importId, target, source)
  await rm(folder, { recursive: true, force: true })
  return { sha256: source.meter.hash.digest('hex'), rowsRead: progress.rowsRead }
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

async function loadChunk(
  context: EvidenceContext,
  plan: LoadPlan,
  importId: string,
  path: string,
  chunk: StagedChunk,
): Promise<void> {
  const { analytics } = context
  if (chunk.rejects.length > 0) {
    await analytics.insert(
      'import_reject',
      chunk.rejects.map((each) => ({
        import_id: importId,
        line: each.line,
        reasons: [`${each.column}:${each.reason}`],
      })),
    )
  }
  if (chunk.rows === 0) return
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
  await analytics.insertFromFile({ ...input, sql: plan.insertSql(chunk.shape, stageTable(importId)) })
  await analytics.insertFromFile({ ...input, sql: plan.rejectsSql(chunk.shape) })
  await rm(path)
}
