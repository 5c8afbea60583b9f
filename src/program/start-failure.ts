import { StartRefused } from '../base/start-refused.ts'
import { EmbeddedStartFailure } from '../database/start-embedded.ts'
import { DatabaseUnavailable } from '../database/unavailable.ts'
import type { Config } from './config.ts'

type Place = Pick<Config, 'dataFolder' | 'keysFolder' | 'postgresUrl' | 'clickhouseUrl'>

const DOCS = 'docs/operations.md「Production stores」'
const NO_RIGHT = '42501'
/** data_corrupted and index_corrupted */
const DAMAGED_PAGES: ReadonlySet<string> = new Set(['XX001', 'XX002'])

/**
 * What a person reads when the program cannot start: what is wrong and what to do, in Chinese and English, without a stack
 * and without a password. Undefined for what nobody foresaw.
 */
export function wordsOfStartFailure(error: unknown, place: Place): string | undefined {
  if (error instanceof StartRefused || error instanceof EmbeddedStartFailure) return error.message
  if (error instanceof DatabaseUnavailable) return databaseWords(error, place)
  if (!(error instanceof Error)) return undefined
  const { code, path } = error as { code?: string; path?: string }
  if (code === NO_RIGHT) return rightsWords(error.message)
  if (DAMAGED_PAGES.has(code ?? '')) return damagedDatabaseWords(code ?? '', place)
  const file = FILE_FAULTS[code ?? '']
  if (file && (path !== undefined || code === 'ENOSPC'))
    return `${path ?? place.dataFolder}：${file[0]}\n${path ?? place.dataFolder}: ${file[1]}`
  return undefined
}

/** ClickHouse of one's own cannot be asked at the start; its answer is named by number only. */
export function refuseAnalytics(error: unknown, url: string): StartRefused {
  if (error instanceof StartRefused) return error
  const { code, type } = error as { code?: string; type?: string }
  const [zh, en] = CLICKHOUSE_FAULTS[code ?? ''] ?? ['連不上', 'cannot be reached or does not answer as it should']
  const what = [code, type].filter((each) => each !== undefined).join(' ')
  return new StartRefused(
    `SHOUMI_CLICKHOUSE_URL（${hostOf(url)}）：ClickHouse ${zh}（${what}）。請確認位址、帳號與權限，見 ${DOCS}。\n` +
      `ClickHouse at ${hostOf(url)} ${en} (${what}). Check address, account and rights.`,
  )
}

const FILE_FAULTS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  EACCES: ['沒有權限讀寫；請調整擁有者或權限。', 'may not be read or written; change its owner or mode.'],
  EPERM: ['沒有權限讀寫；請調整擁有者或權限。', 'may not be read or written; change its owner or mode.'],
  EROFS: [
    '在唯讀的磁碟上；請改指定可寫入的資料夾（SHOUMI_DATA）。',
    'is on a read-only disk; choose a folder that can be written (SHOUMI_DATA).',
  ],
  ENOSPC: ['磁碟已滿；請先騰出空間。', 'the disk is full; make room first.'],
  EDQUOT: ['磁碟配額已滿；請先騰出空間。', 'the disk quota is used up; make room first.'],
  ENOENT: ['找不到；請確認路徑與設定。', 'is not there; check the path in the settings.'],
  ENOTDIR: ['路徑中有一段不是資料夾；請確認設定。', 'part of the path is no folder; check the settings.'],
  EISDIR: ['是資料夾，不是檔案；請確認設定。', 'is a folder, not a file; check the settings.'],
  EEXIST: ['已有同名的檔案；請確認設定。', 'is there already as something else; check the settings.'],
  EMFILE: ['開啟的檔案太多；請調高 ulimit -n。', 'too many open files; raise ulimit -n.'],
}

const CLICKHOUSE_FAULTS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  '516': ['不接受這個帳號或密碼', 'refuses this account or password'],
  '497': ['帳號的權限不足', 'gives this account too few rights'],
  '81': ['沒有這個資料庫', 'has no such database'],
}

function databaseWords(error: DatabaseUnavailable, { postgresUrl, dataFolder }: Place): string {
  if (postgresUrl === undefined && error.reason === 'full')
    return `${dataFolder}：磁碟已滿；請先騰出空間。\n${dataFolder}: the disk is full; make room first.`
  if (postgresUrl === undefined)
    return `內嵌的 PostgreSQL 沒有回應（${error.code}）；請看 ${dataFolder}/postgres/server.log。\nThe embedded PostgreSQL does not answer (${error.code}); see server.log there.`
  const [zh, en] = databaseFault(error)
  return (
    `SHOUMI_POSTGRES_URL（${hostOf(postgresUrl)}）：${zh}（${error.code || error.reason}）。設定方式見 ${DOCS}。\n` +
    `PostgreSQL at ${hostOf(postgresUrl)} ${en} (${error.code || error.reason}). How to set it up: docs/operations.md.`
  )
}

function databaseFault({ reason, code }: DatabaseUnavailable): readonly [zh: string, en: string] {
  if (code === '3D000') return ['沒有這個資料庫；請先建立', 'has no such database; make it first']
  if (code === NO_RIGHT) return ['此帳號不得連線；請先授權', 'does not let this account connect; grant it first']
  if (reason === 'refused') return ['帳號或密碼不正確', 'refuses this account or password']
  if (reason === 'read-only')
    return [
      '只能讀取（備援主機？）；請指向可寫入的主機',
      'may only be read (a standby?); name the one that may be written',
    ]
  if (reason === 'full') return ['沒有空間、記憶體或連線可用', 'has no disk, memory or connections left']
  return [
    '連不上或沒有回應；請確認已啟動、位址正確、網路可通',
    'cannot be reached or does not answer; check that it runs, its address, and the network between',
  ]
}

const damagedDatabaseWords = (code: string, { postgresUrl, dataFolder }: Place): string => {
  const where = postgresUrl === undefined ? `${dataFolder}/postgres` : `SHOUMI_POSTGRES_URL（${hostOf(postgresUrl)}）`
  return (
    `${where}：PostgreSQL 發現資料檔已損毀（${code}），程式不啟動，以免依錯誤的內容作答。請檢查磁碟，並由備份還原，見 docs/operations.md「Back-up」。\n` +
    `PostgreSQL found its data files damaged (${code}), so the program does not start. Check the disk and restore from the backup: docs/operations.md “Back-up”.`
  )
}

const rightsWords = (serverSaid: string): string =>
  `PostgreSQL 帳號的權限不足（${serverSaid}）。請由管理者執行 ${DOCS} 所列的敘述（CREATE ROLE shoumi_request、GRANT shoumi_request、CREATE DATABASE … OWNER）。\n` +
  `The PostgreSQL account has too few rights (${serverSaid}). Let an administrator run the statements of “Production stores” in docs/operations.md.`

// Host and port only: user and password stay out of every message.
function hostOf(url: string): string {
  try {
    const { host, searchParams } = new URL(url)
    return searchParams.get('host') ?? (host || 'localhost')
  } catch {
    return '?'
  }
}
