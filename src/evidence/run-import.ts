import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { ok, type Result } from '../base/result.ts'
import { DatabaseUnavailable } from '../database/unavailable.ts'
import { archiveFile } from './archive.ts'
import { clearImport, decideImport, finishImport } from './commit-import.ts'
import { type EvidenceFailure, refuse, SourceFailure } from './failure.ts'
import { archivePath, type EvidenceContext, type ImportJob } from './import-job.ts'
import { endBrokenOff, endImport, findSame, insertImport } from './import-store.ts'
import { type LoadProgress, type LoadTotals, loadFile } from './load-file.ts'
import { findTarget, type Target } from './target.ts'

/** Checks what can be checked before anything is read, and opens the import's record. */
export async function openImport(
  context: EvidenceContext,
  importId: string,
  job: ImportJob,
): Promise<Result<{ target: Target; fileBytes: number; at: Date }, EvidenceFailure>> {
  const target = findTarget(job.target)
  if (!target)
    return refuse('unknown-target', `沒有「${job.target}」這種資料。`, `There is no kind of data named ${job.target}.`)
  // What is asked for was allowed for this agency; a mapping that names another would write into that one's rows.
  if (job.mapping.agency !== job.agency || job.mapping.target !== job.target)
    return refuse(
      'bad-mapping',
      '對應檔所載的機關或資料種類與這次匯入不同，請更正對應檔。',
      'The mapping is for another agency or kind of data than this import; correct it.',
    )
  if (job.target === 'access' && !job.system)
    return refuse('no-system', '請指定紀錄來自哪一個系統。', 'Say which system the log is of.')
  const size = await stat(job.filePath).catch(() => undefined)
  if (!size?.isFile())
    return refuse('unreadable', '找不到檔案，或無權讀取。', 'There is no such file, or it may not be read.')
  const at = context.clock.now()
  await insertImport(context.database.upkeep, importId, job, size.size, at)
  return ok({ target, fileBytes: size.size, at })
}

const BROKE_OFF = '匯入中斷，未載入任何資料。 The import broke off; nothing was loaded.'
const DISK_FULL =
  '磁碟已滿，匯入中斷，未載入任何資料；請先騰出空間，再匯入一次。 The disk is full: the import broke off and nothing was loaded. Make room, then import it again.'
// Node's, ClickHouse's and PostgreSQL's word for it.
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'NOT_ENOUGH_SPACE', 'CANNOT_WRITE_TO_FILE_DESCRIPTOR'])

function wordsOfBreak(error: unknown): string {
  const { code, type, reason } = error as { code?: string; type?: string; reason?: string }
  const isFull = [code, type].some((word) => FULL.has(word ?? '')) || reason === 'full' || hasFullCause(error)
  return isFull ? DISK_FULL : BROKE_OFF
}

const hasFullCause = (error: unknown): boolean =>
  error instanceof Error && (/No space left on device|errno: 28\b/.test(error.message) || hasFullCause(error.cause))

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000

/** Carries an opened import through to its end. Its record tells the outcome; a failure leaves nothing behind. */
export async function carryOut(
  context: EvidenceContext,
  importId: string,
  job: ImportJob,
  opened: { target: Target; fileBytes: number; at: Date },
  progress: LoadProgress,
): Promise<void> {
  await carry(context, importId, { ...job, knownAt: opened.at }, opened, progress).catch(async (error: unknown) => {
    await sayBrokenOff(context, importId, wordsOfBreak(error))
    throw error
  })
}

/**
 * Says in the record that an import broke off, and takes away what it left. A store that is away is asked again until it is
 * back, or the program stops: then the next start does it. Nobody waits for an import that does not run.
 */
async function sayBrokenOff(context: EvidenceContext, importId: string, words: string): Promise<void> {
  const { database, clock } = context
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      if (await endBrokenOff(database.upkeep, importId, clock.now(), words)) await undoImport(context, importId)
      return
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || error.isOver) return
    }
    await sleep(waitMs, undefined, { ref: false })
  }
}

async function carry(
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
  await undoImport(context, importId)
  const reason: unknown =
    loaded.status === 'rejected' ? loaded.reason : archived.status === 'rejected' ? archived.reason : undefined
  const words =
    reason instanceof SourceFailure ? `${reason.failure.message} ${reason.failure.messageEn}` : wordsOfBreak(reason)
  await endImport(context.database.upkeep, importId, 'failed', context.clock.now(), words)
  if (!(reason instanceof SourceFailure)) throw reason
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
  await decideImport(context, importId, target, totals)
  await finishImport(context, importId)
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
