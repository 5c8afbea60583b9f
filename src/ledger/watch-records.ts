import { setTimeout as later } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import { asInstallation } from '../base/tenant.ts'
import type { Database } from '../database/database.ts'
import { inLongWork } from '../database/patience.ts'
import { checkFiles } from './check-files.ts'
import type { KeyStore } from './key-store.ts'
import type { LogStore } from './log-store.ts'
import { countOpenFindings, keepFaults, type RecordFault } from './record-findings.ts'
import type { SideTable } from './side-table.ts'
import { sweepRecords } from './sweep-records.ts'
import type { TileStore } from './tile-store.ts'
import type { NoteKey } from './tlog/note-key.ts'

export interface WatchParts {
  readonly database: Database
  readonly keys: KeyStore
  readonly clock: Clock
  readonly store: LogStore
  readonly tiles: TileStore
  readonly key: NoteKey
  readonly sides: readonly SideTable[]
  /** called when stored entries do not make what was signed: the log must not go on */
  readonly onWrong: (detail: string) => void
  readonly log: (line: string) => void
}

/** How the comparison of records, tables and files with what was sealed and signed stands. */
export interface RecordWatch {
  /** one sweep, now or the one under way; answers how much was found that nobody had found before */
  sweep(): Promise<number>
  /** findings nobody has taken note of, as of the last look */
  open(): number
  /** when the last whole sweep ended */
  sweptAt(): Date | undefined
  /** keeps what was found elsewhere, such as when a record was opened */
  found(fault: RecordFault): Promise<void>
  /** after somebody took note */
  refresh(): Promise<void>
  stop(): Promise<void>
}

const DAY_MS = 86_400_000
const AGAIN_MS = 300

/** Sweeps once at the start, beside the work, and then every day. */
export function watchRecords(parts: WatchParts): RecordWatch {
  const stopping = new AbortController()
  let [open, sweptAt, running] = [0, undefined as Date | undefined, undefined as Promise<number> | undefined]
  const refresh = async () => {
    open = await asInstallation(() => countOpenFindings(parts.database))
  }
  const keep = async (faults: readonly RecordFault[]) => {
    const added = await asInstallation(() => keepFaults(parts.database, faults, parts.clock.now()))
    await refresh()
    if (added > 0) parts.log(`ledger: ${added} records, tables or files do not say what was sealed and signed`)
    return added
  }
  const sweepOnce = async () => {
    const faults = await asInstallation(() => inLongWork(() => lookTwice(parts, stopping.signal)))
    const added = await keep(faults)
    if (!stopping.signal.aborted) sweptAt = parts.clock.now()
    const wrong = faults.find(({ code }) => code === 'file-wrong')
    if (wrong) parts.onWrong(`${wrong.place} ${wrong.detail}`.trim())
    return added
  }
  const sweep = () => {
    running ??= sweepOnce().finally(() => {
      running = undefined
    })
    return running
  }
  const sweepBeside = () => {
    sweep().catch((error: unknown) => {
      if (!stopping.signal.aborted)
        parts.log(`ledger: the sweep did not end: ${error instanceof Error ? error.message : ''}`)
    })
  }
  sweepBeside()
  const daily = setInterval(sweepBeside, DAY_MS)
  daily.unref()
  return {
    sweep,
    open: () => open,
    sweptAt: () => sweptAt,
    found: async (fault) => void (await keep([fault])),
    refresh,
    stop: async () => {
      clearInterval(daily)
      stopping.abort()
      await running?.catch(() => undefined)
    },
  }
}

/** What is being erased or recorded at this moment may look wrong for an instant: only what is found twice is told. */
async function lookTwice(parts: WatchParts, signal: AbortSignal): Promise<readonly RecordFault[]> {
  const { database, keys, key, sides } = parts
  const look = () => sweepRecords({ database: database.upkeep, keys, origin: key.name, sides, signal })
  const files = await checkFiles(parts)
  const first = await look()
  if (first.length === 0) return files
  await later(AGAIN_MS, undefined, { signal }).catch(() => undefined)
  const again = new Set((await look()).map(({ code, place }) => `${code} ${place}`))
  return [...files, ...first.filter(({ code, place }) => again.has(`${code} ${place}`))]
}
