import { createHmac } from 'node:crypto'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartRefused } from '../base/start-refused.ts'
import type { Database } from '../database/database.ts'

/** A key of the installation: where it lies, what it is for, and how to tell that data made with it is there. */
interface InstallationKey {
  readonly file: string
  readonly zh: string
  readonly en: string
  /** a query that yields a row when there is data that is worth nothing without this key */
  readonly tiedTo: string
  /** the secret in the file, where the file is more than the secret */
  readonly read?: (path: string) => Promise<Uint8Array>
}

const ANY_IMPORT = "SELECT 1 FROM import WHERE state IN ('done', 'committing') LIMIT 1"
const ANY_LEAF = 'SELECT 1 FROM event LIMIT 1'

/** Every key that is drawn by the program and that data depends on. */
const KEYS: readonly InstallationKey[] = [
  { file: 'subject-hmac.key', zh: '代碼金鑰', en: 'key of the pseudonyms', tiedTo: ANY_IMPORT },
  { file: 'archive.key', zh: '原始檔金鑰', en: 'key of the archive', tiedTo: ANY_IMPORT },
  { file: 'ledger/log-seed', zh: '帳冊簽章金鑰', en: 'signing key of the ledger', tiedTo: ANY_LEAF },
  {
    ...{ file: 'ledger/record-keys.sqlite', zh: '紀錄金鑰庫', en: 'keys of the records', tiedTo: ANY_LEAF },
    read: readPepper,
  },
  { file: 'gate-request.key', zh: '申請內容金鑰', en: 'key of requests', tiedTo: 'SELECT 1 FROM gate_request LIMIT 1' },
  {
    ...{ file: 'connector-digest.key', zh: '連線核准金鑰', en: 'key of approved connectors' },
    tiedTo: "SELECT 1 FROM setting_version WHERE kind = 'connector' LIMIT 1",
  },
]

/**
 * Stops the start when a key is missing, or is another one, beside the data it belongs to: drawn anew in silence, all that
 * follows would be made with it, and nothing would match any more. Throws StartRefused. Keys of a new installation are
 * drawn where they are first used; `noteKeys` then marks them.
 */
export async function checkKeys(database: Database, keysFolder: string): Promise<void> {
  const marks = await marksOf(database)
  const faults: string[] = []
  for (const key of KEYS) {
    const now = await markOf(key, keysFolder)
    if (now === 'damaged') {
      faults.push(`${key.file}：${key.zh}已損毀，無法讀取 (${key.en} is damaged and cannot be read)`)
      continue
    }
    const noted = marks.get(key.file)
    const isTied = noted !== undefined || (await database.query(key.tiedTo)).length > 0
    if (now === undefined && isTied) faults.push(`${key.file}：${key.zh}不在了 (${key.en} is missing)`)
    else if (now && noted && !now.equals(noted))
      faults.push(`${key.file}：${key.zh}不是這份資料所用的那一把 (${key.en} is not the one this data was made with)`)
  }
  if (faults.length > 0) throw new StartRefused(wordsOf(keysFolder, faults))
}

/** Marks the keys that are there and not marked yet. Done before anybody is served. */
export async function noteKeys(database: Database, keysFolder: string): Promise<void> {
  for (const key of KEYS) {
    const mark = await markOf(key, keysFolder)
    if (!mark || mark === 'damaged') continue
    await database.upkeep.query('INSERT INTO key_mark (name, mark) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [
      key.file,
      mark,
    ])
  }
}

async function marksOf(database: Database): Promise<ReadonlyMap<string, Buffer>> {
  const rows = await database.query<{ name: string; mark: Buffer }>('SELECT name, mark FROM key_mark')
  return new Map(rows.map(({ name, mark }) => [name, mark]))
}

// A keyed hash of nothing but the name: it tells keys apart and says nothing of them.
async function markOf(
  { file, read = readFile }: InstallationKey,
  keysFolder: string,
): Promise<Buffer | 'damaged' | undefined> {
  const secret = await read(join(keysFolder, file)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    if (error.code === 'ERR_SQLITE_ERROR') return 'damaged' as const
    throw error
  })
  return secret === undefined || secret === 'damaged'
    ? secret
    : createHmac('sha256', secret).update(`shoumi/key-mark/v1 ${file}`).digest()
}

async function readPepper(path: string): Promise<Uint8Array> {
  // SQLite would make an empty file of a missing one. Opened for writing, since a killed program may have left it a journal.
  await access(path)
  const store = new DatabaseSync(path)
  try {
    const row = store.prepare('SELECT key FROM pepper').get() as { key: Uint8Array } | undefined
    return row?.key ?? new Uint8Array()
  } finally {
    store.close()
  }
}

const wordsOf = (keysFolder: string, faults: readonly string[]): string =>
  `金鑰資料夾 ${keysFolder} 與資料不符，程式不啟動，以免之後的資料以另一把金鑰製作：\n${faults.map((fault) => `  ${fault}`).join('\n')}\n` +
  '請由備份還原這些金鑰檔後再啟動，或以 SHOUMI_KEYS 指定正確的資料夾。金鑰確實無法找回時，請見 docs/operations.md「金鑰」。\n' +
  'The keys do not belong to this data, so the program does not start: what follows would be made with other keys. ' +
  'Restore these files from the backup, or name the right folder with SHOUMI_KEYS. If a key is lost for good, see “Keys” in docs/operations.md.'
