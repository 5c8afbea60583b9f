import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ok, type Result } from '../base/result.ts'
import { archiveFile } from './archive.ts'
import { clearImport, decideImport, finishImport } from './commit-import.ts'
import { type EvidenceFailure, refuse, SourceFailure } from './failure.ts'
import { archivePath, type EvidenceContext, type ImportJob } from './import-job.ts'
import { endImport, findSame, insertImport, readImport } from './import-store.ts'
import { type LoadProgress, type LoadTotals, loadFile } from './load-file.ts'
import { findTarget, type Target } from './target.ts'

/** Checks what can be checked before anything is read, and opens the import's record. */
export async function openImport(
  context: EvidenceContext,
  importId: string,
  job: ImportJob,
): Promise<Result<{ target: Target; fileBytes: number }, EvidenceFailure>> {
  const target = findTarget(job.target)
  if (!target)
    return refuse('unknown-target', `沒有「${job.target}」這種資料。`, `There is no kind of data named ${job.target}.`)
  if (job.target === 'access' && !job.system)
    return refuse('no-system', '請指定紀錄來自哪一個系統。', 'Say which system the log is of.')
  const size = await stat(job.filePath).catch(() => undefined)
  if (!size?.isFile())
    return refuse('unreadable', '找不到檔案，或無權讀取。', 'There is no such file, or it may not be read.')
  await insertImport(context.database.upkeep, importId, job, size.size, context.clock.now())
  return ok({ target, fileBytes: size.size })
}

/** Carries an opened import through to its end. Its record tells the outcome; a failure leaves nothing behind. */
export async function carryOut(
  context: EvidenceContext,
  importId: string,
  job: ImportJob,
  opened: { target: Target; fileBytes: number },
  progress: LoadProgress,
): Promise<void> {
  if (await isRepeated(context, job, opened.fileBytes))
    return endImport(context.database.upkeep, importId, 'repeated', context.clock.now(), null)
  const archive = archivePath(context, importId)
  await mkdir(dirname(archive), { recursive: true, mode: 0o700 })
  const outcome = await Promise.allSettled([
    loadFile(context, job, importId, opened.target, progress),
    archiveFile(job.filePath, archive, context.archiveKey, importId),
  ])
  const [loaded, archived] = outcome
  if (loaded.status === 'fulfilled' && archived.status === 'fulfilled')
    return context.inTurn(() =>
      context.database.exclusively('imports', () => decide(context, importId, job, opened, loaded.value)),
    )
  const reason: unknown =
    loaded.status === 'rejected' ? loaded.reason : archived.status === 'rejected' ? archived.reason : undefined
  await giveUp(context, importId, reason)
}

// One at a time: two that share rows would each find them missing, and load them twice.
async function decide(
  context: EvidenceContext,
  importId: string,
  job: ImportJob,
  { target, fileBytes }: { target: Target; fileBytes: number },
  totals: LoadTotals,
): Promise<void> {
  // The same file may have come in while this one was read.
  if ((await findSame(context.database, job, fileBytes)).includes(totals.sha256)) {
    await undoImport(context, importId)
    return endImport(context.database.upkeep, importId, 'repeated', context.clock.now(), null)
  }
  try {
    await decideImport(context, importId, target, totals)
  } catch (error) {
    // Whether the decision stands is what its record says; one that stands is finished at the next start.
    if ((await readImport(context.database, importId))?.state === 'running') await giveUp(context, importId, error)
    throw error
  }
  await finishImport(context, importId)
}

async function giveUp(context: EvidenceContext, importId: string, reason: unknown): Promise<void> {
  await undoImport(context, importId)
  const words =
    reason instanceof SourceFailure
      ? `${reason.failure.message} ${reason.failure.messageEn}`
      : '匯入中斷，未載入任何資料。 The import broke off; nothing was loaded.'
  await endImport(context.database.upkeep, importId, 'failed', context.clock.now(), words)
  if (!(reason instanceof SourceFailure)) throw reason
}

/** Takes away everything of an import that was not decided. */
export async function undoImport(context: EvidenceContext, importId: string): Promise<void> {
  await clearImport(context, importId)
  await rm(archivePath(context, importId), { force: true })
}

// Reading a file twice costs a second or two per gigabyte, so it is done only where a file of the same length is known.
async function isRepeated(context: EvidenceContext, job: ImportJob, fileBytes: number): Promise<boolean> {
  const same = await findSame(context.database, job, fileBytes)
  if (same.length === 0) return false
  const hash = createHash('sha256')
  await pipeline(createReadStream(job.filePath), hash)
  const sha256 = hash.digest('hex')
  return same.includes(sha256)
}
