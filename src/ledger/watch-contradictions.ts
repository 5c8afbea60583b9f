import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { Result } from '../base/result.ts'
import type { Database } from '../database/database.ts'
import { Contradictions, type KeptContradiction, type SettleFailure } from './contradictions.ts'
import type { NewEvent } from './event.ts'
import type { ReadTile } from './grow-tree.ts'
import type { LogStore } from './log-store.ts'
import { rootAt } from './prove.ts'
import { recordAct } from './record-event.ts'
import type { RecoveryFailure } from './recover.ts'
import { type Checkpoint, openCheckpoint } from './tlog/checkpoint.ts'
import type { NoteSigner } from './tlog/note-key.ts'
import type { Contradiction } from './witnesses.ts'

/** Who acts, as an event names him. */
export interface Person {
  readonly account: string
  readonly post: string
}

interface Parts {
  readonly database: Database
  readonly store: LogStore
  readonly signer: NoteSigner
  readonly clock: Clock
  readonly keysFolder: string
  readonly readTile: ReadTile
  readonly refuse: (failure: RecoveryFailure) => void
  readonly log: (line: string) => void
}

export interface ContradictionWatch {
  /** Whether the tree as it was signed last goes on from this checkpoint. */
  continues(shown: Checkpoint): Promise<boolean>
  /** Keeps what a witness showed, records it, ends writing. False: people have settled this very one. */
  onContradicted(found: Contradiction): Promise<boolean>
  /** What keeps the log from going on, once it has recovered. */
  heldBack(): Promise<RecoveryFailure | undefined>
  settle(by: Person, reason: string): Promise<Result<'proposed' | 'settled', SettleFailure>>
}

/** Watches over contradictions of a log: found, kept, settled, each recorded. */
export function watchContradictions(parts: Parts): ContradictionWatch {
  const { database, store, signer, clock, log } = parts
  const path = join(parts.keysFolder, 'contradiction')
  const kept = new Contradictions({ database, key: signer.key, path, clock })
  const continues = async (shown: Checkpoint) => {
    // The database decides what was signed last; a writer that was replaced may stand behind it.
    const opened = openCheckpoint((await store.state()).checkpoint, signer.key)
    if (!opened.ok || shown.size > opened.value.checkpoint.size) return false
    return (await rootAt(parts.readTile, shown.size, opened.value.checkpoint.size)).equals(shown.root)
  }
  const record = (kind: NewEvent['kind'], by: Person, reason: string, detail: NewEvent['detail']) =>
    recordAct(database, {
      ...{ kind, at: clock.now(), actor: by.account, actorPost: by.post, reason, detail },
      subjectRef: `log:${signer.key.name}`,
    })
  const system: Person = { account: 'system', post: '' }
  return {
    continues,
    onContradicted: async (found) => {
      const { witness, shown } = found
      const state = await kept.keep(found, (await store.state()).checkpoint)
      if (state === 'settled') return false
      if (state === 'new') {
        parts.refuse(failureOf(witness, shown.size))
        await record('log-contradicted', system, '', { witness, size: shown.size })
      }
      return true
    },
    heldBack: async () => {
      const before = await kept.open()
      const [still] = before.length === 0 ? [] : await kept.settleContinued(continues)
      if (still) return failureOf(still.witness, still.size)
      for (const { witness, size } of before) {
        log(`ledger: the tree continues again what witness ${witness} showed at ${size} entries`)
        await record('contradiction-settled', system, '', { witness, size })
      }
      return undefined
    },
    settle: async (by, reason) => {
      const open: readonly KeptContradiction[] = await kept.open()
      const outcome = await kept.settle(by.account, reason)
      if (outcome.ok)
        for (const { witness, size } of open)
          await record('contradiction-settled', by, reason, { witness, size, step: outcome.value })
      return outcome
    },
  }
}

const failureOf = (witness: string, size: number): RecoveryFailure => ({
  code: 'contradicted',
  detail: `witness ${witness} shows a checkpoint of ${size} entries signed with this key that this tree does not continue`,
})
