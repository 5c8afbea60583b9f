import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type EvidenceFailure, SourceFailure } from './failure.ts'
import type { WorkbookRequest } from './read-workbook.ts'
import type { SheetNotes } from './sheet-row.ts'
import type { StagedChunk } from './staged-chunk.ts'

/** What one reading may cost. Whole workbooks pass through in pieces, so this is a matter of the longest list, not of rows. */
export interface ThreadLimits {
  readonly maxHeapMib: number
  /** without any byte or row more being read while one is waited for */
  readonly maxStallMs: number
}
const LIMITS: ThreadLimits = { maxHeapMib: 512, maxStallMs: 60_000 }
const MAX_THREADS = 4
const LOOKS_PER_STALL = 4
const ENTRY = join(import.meta.dirname, 'workbook-worker.ts')

export interface ThreadInput {
  readonly request: WorkbookRequest
  /** one number that grows as the file is read */
  readonly pulse: SharedArrayBuffer
}

export type FromThread =
  | { readonly kind: 'header'; readonly names: readonly string[] }
  | { readonly kind: 'notes'; readonly notes: SheetNotes }
  | { readonly kind: 'chunk'; readonly chunk: Omit<StagedChunk, 'bytes'> & { readonly bytes: ArrayBuffer } }
  | { readonly kind: 'end' }
  | { readonly kind: 'failure'; readonly failure: EvidenceFailure }

export interface ThreadListener {
  readonly onHeader: (names: readonly string[]) => void
  readonly onNotes: (notes: SheetNotes) => void
}

/**
 * Reads a workbook in a thread of its own, so that others are answered meanwhile and a file made to exhaust the reader
 * ends the reading, not the program. One chunk is read ahead. Throws SourceFailure, also when the thread dies or stalls.
 */
export async function* readInThread(
  request: WorkbookRequest,
  listener: ThreadListener,
  limits: ThreadLimits = LIMITS,
): AsyncGenerator<StagedChunk> {
  await freePlace()
  const pulse = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  const input: ThreadInput = { request, pulse }
  const worker = new Worker(ENTRY, {
    workerData: input,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: limits.maxHeapMib, maxYoungGenerationSizeMb: 64 },
  })
  try {
    const inbox = newInbox(worker, new Int32Array(pulse), limits)
    worker.postMessage('next')
    for (;;) {
      const message = await inbox.next()
      if (message.kind === 'end') return
      if (message.kind === 'failure') throw failureOf(message.failure)
      if (message.kind === 'header') listener.onHeader(message.names)
      else if (message.kind === 'notes') listener.onNotes(message.notes)
      else {
        worker.postMessage('next')
        yield { ...message.chunk, bytes: Buffer.from(message.chunk.bytes) }
      }
    }
  } finally {
    await worker.terminate()
    givePlace()
  }
}

/** Messages of the thread in order; its death and its standing still come as failures. */
function newInbox(worker: Worker, beats: Int32Array, { maxStallMs }: ThreadLimits) {
  const messages: FromThread[] = []
  let wake: () => void = () => undefined
  const push = (message: FromThread) => {
    messages.push(message)
    wake()
  }
  worker.on('message', push)
  worker.on('error', (error: NodeJS.ErrnoException) => {
    push({ kind: 'failure', failure: error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? TOO_MUCH : UNREADABLE })
  })
  worker.on('exit', () => push({ kind: 'failure', failure: UNREADABLE }))
  const next = async (): Promise<FromThread> => {
    let seen = Atomics.load(beats, 0)
    let looks = 0
    const watch = setInterval(() => {
      const now = Atomics.load(beats, 0)
      looks = now === seen ? looks + 1 : 0
      seen = now
      if (looks >= LOOKS_PER_STALL) push({ kind: 'failure', failure: TOO_SLOW })
    }, maxStallMs / LOOKS_PER_STALL)
    try {
      for (;;) {
        const message = messages.shift()
        if (message) return message
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    } finally {
      clearInterval(watch)
    }
  }
  return { next }
}

let threads = 0
const waiting: (() => void)[] = []
async function freePlace(): Promise<void> {
  while (threads >= MAX_THREADS) await new Promise<void>((resolve) => waiting.push(resolve))
  threads++
}
function givePlace(): void {
  threads--
  waiting.shift()?.()
}

const failureOf = ({ code, message, messageEn }: EvidenceFailure): SourceFailure =>
  new SourceFailure(code, message, messageEn)

const TOO_MUCH: EvidenceFailure = {
  code: 'too-large-inside',
  message: '讀取此檔所需的記憶體超過上限，已停止，未載入任何資料；請另存為 CSV 或分成數個檔案。',
  messageEn: 'Reading this file takes more memory than is allowed; nothing was loaded. Save it as CSV or split it.',
}
const TOO_SLOW: EvidenceFailure = {
  code: 'too-large-inside',
  message: '讀取此檔停滯過久，已停止，未載入任何資料；請另存為 CSV 再匯入。',
  messageEn: 'Reading this file stood still for too long; nothing was loaded. Save it as CSV and import that.',
}
const UNREADABLE: EvidenceFailure = {
  code: 'damaged',
  message: '此檔無法判讀，已停止，未載入任何資料；請重新匯出，或另存為 CSV 再匯入。',
  messageEn: 'This file cannot be made out; nothing was loaded. Export it again, or save it as CSV and import that.',
}
