import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../base/assert.ts'
import { SourceFailure } from './failure.ts'
import type { FromThread, ThreadInput } from './read-in-thread.ts'
import { workbookChunks } from './read-workbook.ts'

/*
 * The thread in which a workbook is read. It may be killed at any moment: by its memory limit, or by the thread that waits
 * for it. It keeps nothing, writes nothing, and sends a chunk only when one was asked for.
 */
const port = parentPort
assert(port, 'this file is the entry of a thread')
const { request, pulse } = workerData as ThreadInput
const beats = new Int32Array(pulse)
const send = (message: FromThread, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer)

let asked = 0
let wake: () => void = () => undefined
port.on('message', () => {
  asked++
  wake()
})
async function untilAsked(): Promise<void> {
  while (asked === 0) {
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  asked--
}

/** The chunk's bytes in memory of their own, which can be handed over: small buffers share theirs. */
function ownBytes(bytes: Buffer): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
  return isWhole ? buffer : (buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer)
}

try {
  const chunks = workbookChunks(request, {
    onProgress: () => void Atomics.add(beats, 0, 1),
    onHeader: (names) => send({ kind: 'header', names }),
    onNotes: (notes) => send({ kind: 'notes', notes }),
  })
  await untilAsked()
  for await (const { bytes, ...chunk } of chunks) {
    const own = ownBytes(bytes)
    send({ kind: 'chunk', chunk: { ...chunk, bytes: own } }, [own])
    await untilAsked()
  }
  send({ kind: 'end' })
} catch (error) {
  if (!(error instanceof SourceFailure)) throw error
  send({ kind: 'failure', failure: error.failure })
}
port.unref()
