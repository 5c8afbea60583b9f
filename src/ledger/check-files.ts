import { setTimeout as later } from 'node:timers/promises'
import type { LogStore } from './log-store.ts'
import type { RecordFault } from './record-findings.ts'
import { deriveAgain } from './recover.ts'
import type { TileStore } from './tile-store.ts'
import { openCheckpoint } from './tlog/checkpoint.ts'
import type { NoteKey } from './tlog/note-key.ts'
import { verifyLog } from './verify-log.ts'

interface FileParts {
  readonly store: LogStore
  readonly tiles: TileStore
  readonly key: NoteKey
}

/** The writer publishes within a moment of signing. */
const PUBLISHED_WITHIN_MS = 2_000

/**
 * Derives the public files from their own entries, and where they break, from the stored ones: a file that is not what was
 * signed is written again and told. `file-wrong`: the stored entries do not make the signed root either, so nothing is
 * written and the log must not go on. Linear in the size of the log.
 */
export async function checkFiles({ store, tiles, key }: FileParts): Promise<readonly RecordFault[]> {
  const faults = [...(await checkCheckpoint({ store, tiles, key }))]
  const report = await verifyLog(tiles.read, key)
  if (report.isWhole || report.size === 0) return faults
  const signed = openCheckpoint((await store.state()).checkpoint, key)
  if (!signed.ok) return [...faults, { code: 'file-wrong', place: 'checkpoint', detail: 'database' }]
  const repaired = await deriveAgain(store, tiles, signed.value.checkpoint)
  if (repaired === undefined) return [...faults, { code: 'file-wrong', place: 'entries', detail: '' }]
  return [...faults, ...repaired.map((path) => ({ code: 'file-repaired' as const, place: path, detail: '' }))]
}

/** A published checkpoint older than the signed one, for longer than publishing takes, was put back: it is published again. */
async function checkCheckpoint({ store, tiles, key }: FileParts): Promise<readonly RecordFault[]> {
  const { checkpoint: note } = await store.state()
  const signed = note === '' ? undefined : openCheckpoint(note, key)
  if (!signed?.ok) return []
  const isBehind = async () => {
    const published = openCheckpoint((await tiles.read('checkpoint')) ?? '', key)
    return !published.ok || published.value.checkpoint.size < signed.value.checkpoint.size
  }
  if (!(await isBehind())) return []
  await later(PUBLISHED_WITHIN_MS)
  if (!(await isBehind())) return []
  await tiles.publish((await store.state()).checkpoint)
  return [{ code: 'checkpoint-behind', place: 'checkpoint', detail: '' }]
}
