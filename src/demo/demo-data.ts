import type { Clock } from '../base/clock.ts'
import { type Database, recorded } from '../database/database.ts'
import type { Evidence } from '../evidence/port.ts'
import type { Demo } from '../http/services.ts'
import { recordAct, recordEvent } from '../ledger/port.ts'
import type { Reconcile } from '../reconcile/port.ts'
import { demoWalk } from './demo-walk.ts'
import type { SampleSystems } from './sample-systems.ts'

const SETTING = 'sample'

/** Where the sample agency stands. `loading` that outlives its program means it was cut short. */
export type SampleState = 'loading' | 'loaded' | 'removed'

export async function sampleState(database: Database): Promise<SampleState | undefined> {
  const [row] = await database.query<{ value: { state: SampleState } }>('SELECT value FROM setting WHERE name = $1', [
    SETTING,
  ])
  return row?.value.state
}

export async function setSampleState(database: Database, state: SampleState): Promise<void> {
  await database.upkeep.query(
    'INSERT INTO setting VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    [SETTING, JSON.stringify({ state })],
  )
}

/** The sample agency as the web page sees it: is it there, and take it away as one act. */
export function demoData(parts: {
  readonly database: Database
  readonly evidence: Evidence
  readonly reconcile: Reconcile
  readonly clock: Clock
  readonly sampleSystems: Pick<SampleSystems, 'drop' | 'examples'>
}): Demo {
  const { database, evidence, reconcile, clock, sampleSystems } = parts
  return {
    examples: sampleSystems.examples,
    walk: () => demoWalk(database, reconcile),
    isLoaded: async () => (await sampleState(database)) === 'loaded',
    remove: async (by) => {
      const event = { kind: 'remove-demo', at: clock.now(), actor: by.account, actorPost: by.post } as const
      await recordAct(database, { ...event, subjectRef: 'sample', reason: '', detail: { step: 'begun' } })
      await evidence.removeImports({ startedBy: 'sample' })
      await reconcile.forgetAccesses()
      await sampleSystems.drop()
      // Accounts last: whoever removes the sample may himself be signed in with one of them.
      await database.transaction(async (tx) => {
        await tx.query('DELETE FROM source_system WHERE is_demo')
        await tx.query('DELETE FROM agency WHERE is_demo')
        await tx.query("DELETE FROM setting WHERE name = 'demo-accounts'")
        await tx.query('DELETE FROM account WHERE is_demo')
        const done = { ...event, at: clock.now(), subjectRef: 'sample', reason: '', detail: { step: 'done' } }
        return recorded(await recordEvent(tx, done), undefined)
      })
      await setSampleState(database, 'removed')
    },
  }
}
