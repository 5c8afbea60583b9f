import { randomUUID } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { OUR_TABLES } from '../analytics/migrate.ts'
import { openAnalytics } from '../analytics/open.ts'
import { asInstallation } from '../base/tenant.ts'
import { exitCodes } from '../cli/command-line.ts'
import type { RebuildRequest } from '../cli/rebuild-command.ts'
import { type Database, recorded } from '../database/database.ts'
import type { StoreRebuilt } from '../evidence/port.ts'
import { warningsNow } from '../http/present/warnings.ts'
import type { Services } from '../http/services.ts'
import { recordEvent } from '../ledger/port.ts'
import { compose } from './compose.ts'
import type { Config } from './config.ts'

const BY = { account: 'operator', post: '本機命令列' } as const
const EVER = '1900-01-01T00:00:00Z'

/**
 * Makes the analytic store again: empties it, brings every import back from the archive under its own id, and judges every
 * month anew. The program must not run. Broken off at any place it is taken up there by the next call; until it ends nothing
 * is read from the store. What stood in the history of verdicts cannot be made again: it begins anew, and is said.
 */
export async function rebuildAnalytics(config: Config, request: RebuildRequest): Promise<number> {
  const composed = await compose(config, (database) => beginRebuild(config, database))
  if (!composed.ok) {
    request.talk(`${composed.error.message}\n`)
    return exitCodes.unavailable
  }
  const { services, close } = composed.value
  try {
    return await asInstallation(() => rebuild(services, request))
  } finally {
    await close()
  }
}

/** Notes that a rebuild is on, then empties the store: whoever comes in between finds the note. */
async function beginRebuild(config: Config, { upkeep }: Database): Promise<void> {
  const [open] = await upkeep.query<{ rebuild_id: string; emptied_at: Date | null }>(
    'SELECT rebuild_id, emptied_at FROM analytics_rebuild WHERE ended_at IS NULL',
  )
  if (open?.emptied_at) return
  const rebuildId = open?.rebuild_id ?? randomUUID()
  if (!open)
    await upkeep.query('INSERT INTO analytics_rebuild (rebuild_id, started_at) VALUES ($1, now())', [rebuildId])
  await (config.clickhouseUrl === undefined ? moveAside(config.dataFolder) : dropTables(config.clickhouseUrl))
  await upkeep.query('UPDATE analytics_rebuild SET emptied_at = now() WHERE rebuild_id = $1', [rebuildId])
}

// Kept, not deleted: it may hold what explains the damage. Its place on the disk is the office's to free.
async function moveAside(dataFolder: string): Promise<void> {
  const at = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  await rename(join(dataFolder, 'clickhouse'), join(dataFolder, `clickhouse.damaged-${at}`)).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    },
  )
}

async function dropTables(url: string): Promise<void> {
  const analytics = await openAnalytics({ url })
  const tables = await analytics.rows<{ name: string }>(
    'SELECT name FROM system.tables WHERE database = currentDatabase() AND match(name, {ours:String})',
    { params: { ours: OUR_TABLES } },
  )
  for (const { name } of tables) await analytics.command(`DROP TABLE IF EXISTS ${name} SYNC`)
  await analytics.close()
}

async function rebuild(services: Services, request: RebuildRequest): Promise<number> {
  const { database, evidence, condition, reconcile, staff } = services
  const { talk, withoutLost, onProgress } = request
  const [refused] = warningsNow(services).filter(({ code }) => code === 'ledger')
  if (refused) {
    talk(`${refused.words}\n${refused.wordsEn}\n`)
    return exitCodes.failed
  }
  const [open] = await database.query<{ rebuild_id: string }>(
    'SELECT rebuild_id FROM analytics_rebuild WHERE ended_at IS NULL',
  )
  const rebuildId = open?.rebuild_id ?? ''
  const rebuilt = await evidence.rebuildStore({ rebuildId, withoutLost, onProgress })
  for (const line of linesOf(rebuilt)) talk(`${line}\n`)
  if (rebuilt.lost.length > 0 && !withoutLost) {
    talk(`${STOPPED}\n`)
    return exitCodes.failed
  }
  condition.clear()
  await staff.statePosts()
  const run = await reconcile.runReconciliation({ from: EVER, startedBy: BY })
  if (!run.ok) return exitCodes.failed
  await endRebuild(services, rebuildId, rebuilt)
  const left = await evidence.checkStore()
  talk(left ? `${left.kind}: ${left.detail}\n` : `${done(rebuilt, run.value.accesses ?? 0)}\n`)
  if (left) return exitCodes.failed
  return rebuilt.lost.length > 0 || rebuilt.different.length > 0 ? exitCodes.findings : exitCodes.done
}

async function endRebuild({ database, clock }: Services, rebuildId: string, rebuilt: StoreRebuilt): Promise<void> {
  const at = clock.now()
  await database.transaction(async (tx) => {
    await tx.query('UPDATE analytics_rebuild SET ended_at = $2 WHERE rebuild_id = $1', [rebuildId, at])
    const receipt = await recordEvent(tx, {
      ...{ kind: 'analytics-rebuilt', at, actor: BY.account, actorPost: BY.post, reason: '' },
      subjectRef: `rebuild:${rebuildId}`,
      detail: {
        ...{ imports: rebuilt.imports, rows: rebuilt.rows, different: [...rebuilt.different] },
        lost: rebuilt.lost.map(({ importId }) => importId),
        // Verdicts are what today's evidence and rules say; what they were at earlier times went with the store.
        history: 'begins anew',
      },
    })
    return recorded(receipt, undefined)
  })
}

const WHY = {
  archive: '原始檔遺失、損毀或與紀錄不符 its file is gone, damaged or another one',
  unreadable: '目前版本讀不懂其原始檔 this version cannot read its file',
} as const

const linesOf = ({ lost, different }: StoreRebuilt): readonly string[] => [
  ...lost.map(
    ({ importId, target, startedAt, why }) =>
      `✕ 匯入 import ${importId}（${target}，${startedAt.toISOString().slice(0, 10)}）：${WHY[why]}`,
  ),
  ...different.map(
    (id) =>
      `○ 匯入 import ${id}：載入的列與當初不同（版本讀法不同） read into other rows than at first, by another version`,
  ),
]

const STOPPED =
  '重建未完成：請還原 archive/ 內上列檔案後再執行一次；確定找不到時加上 --without-lost，上列匯入改列為已復原，可重新匯入。\n' +
  'Not rebuilt: bring the files above back into archive/ and run it again; when they are gone for good, add --without-lost and import them anew.'

const done = ({ imports, rows }: StoreRebuilt, accesses: number): string =>
  `已重建：${imports} 次匯入、${rows.toLocaleString('en')} 列，重新判定 ${accesses.toLocaleString('en')} 筆；判定經過自此重新開始。原有資料夾另存為 clickhouse.damaged-…，確認後可刪除。\n` +
  `Rebuilt: ${imports} imports, ${rows.toLocaleString('en')} rows, ${accesses.toLocaleString('en')} accesses judged anew; the history of verdicts begins anew. The old folder stands as clickhouse.damaged-…; delete it when it is no longer needed.`
