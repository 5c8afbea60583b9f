import { join } from 'node:path'
import type { Analytics } from '../analytics/analytics.ts'
import { checkEveryPart } from '../analytics/check-parts.ts'
import { AnalyticsDamaged, type Condition, newCondition } from '../analytics/damage.ts'
import { damageWords } from '../analytics/damage-words.ts'
import { guardAnalytics, noAnalytics } from '../analytics/guard.ts'
import { isDoneBefore, migrateAnalytics } from '../analytics/migrate.ts'
import { openAnalytics } from '../analytics/open.ts'
import { asInstallation } from '../base/tenant.ts'
import type { Config } from './config.ts'
import { refuseAnalytics } from './start-failure.ts'

/** The analytic store and what is known of its state. */
export interface Store {
  /** as it is, for those who recover, check and rebuild it */
  readonly bare: Analytics
  /** for all others: refuses while it is damaged */
  readonly guarded: Analytics
  readonly condition: Condition
}

/**
 * Opens the store, or stands in for one that cannot be opened: the rest of the program, the gate and the ledger above all, goes
 * on without it and says so. A server that cannot be reached still stops the start.
 */
export async function openStore(config: Config): Promise<Store> {
  const condition = newCondition()
  const bare = await openOrStandIn(config, condition)
  return { bare, condition, guarded: guardAnalytics(bare, condition) }
}

async function openOrStandIn(config: Config, condition: Condition): Promise<Analytics> {
  const isEmbedded = config.clickhouseUrl === undefined
  const location = isEmbedded ? { path: join(config.dataFolder, 'clickhouse') } : { url: config.clickhouseUrl }
  const opened = await openAnalytics(location, 'refused', condition).catch((error: unknown) => {
    // The engine says no more than that it cannot work with this folder.
    if (!isEmbedded || (error as { code?: string }).code !== 'CHDB_CONNECTION') throw error
    condition.report({ kind: 'unreadable', detail: 'clickhouse/' })
    return noAnalytics()
  })
  if (!condition.damage()) await migrated(opened, config, condition)
  return opened
}

async function migrated(analytics: Analytics, { clickhouseUrl }: Config, condition: Condition): Promise<void> {
  try {
    await migrateAnalytics(analytics)
  } catch (error) {
    // A list of migrations that was lost is read as none: the tables they would make are there.
    if (!isDoneBefore(error) && !(error instanceof AnalyticsDamaged))
      throw clickhouseUrl === undefined ? error : refuseAnalytics(error, clickhouseUrl)
    condition.report({ kind: 'unreadable', detail: 'schema_migration' })
  }
}

/** Reads every byte of the store once, beside the work of the day. Returns what stops it. */
export function checkInBackground(
  { bare, condition }: Pick<Store, 'bare' | 'condition'>,
  log: (line: string) => void,
): () => Promise<void> {
  const stop = new AbortController()
  const work = asInstallation(async () => {
    if (condition.damage()) return
    const damage = await checkEveryPart(bare, stop.signal)
    if (!damage || condition.damage()) return
    condition.report(damage)
    log(`${damageWords(damage).zh}\n${damageWords(damage).en}`)
  }).catch(() => log('analytics: the check of all parts broke off; it is made again at the next start'))
  return async () => {
    stop.abort()
    await work
  }
}
