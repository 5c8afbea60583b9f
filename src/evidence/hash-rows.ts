import { createHmac } from 'node:crypto'
import { assert } from '../base/assert.ts'
import type { RowsTree } from '../ledger/port.ts'
import type { EvidenceContext } from './import-job.ts'

/** Rows are folded in the database by subtrees of this height: 256 rows come back as one hash. */
const LEVEL = 8
const WIDTH = 2 ** LEVEL
const HASH_BYTES = 32
const SUBTREE_BYTES = WIDTH * HASH_BYTES

// RFC 6962 §2.1 in SQL. Strings, not FixedString: joining those drops zero bytes at their ends.
const LEAF = "concat(SHA256(concat('\\0', line)), '')"
const SALT = "substring(concat(SHA256(concat(unhex({salt_key:String}), toString(at))), ''), 1, 16)"
const SALTED_LEAF = `concat(SHA256(concat('\\0', ${SALT}, line)), '')`
const PAIRS = `arrayMap(pair -> concat(SHA256(concat('\\x01', pair)), ''), reinterpret(nodes, 'Array(FixedString(64))'))`
// The last group of a chunk is filled up; its root means nothing and is not taken.
const LEAVES = `rightPad(leaves, ${SUBTREE_BYTES}, '\\0')`
const ROOT = Array.from({ length: LEVEL }).reduce<string>(
  (nodes) => `arrayStringConcat(${PAIRS.replace('nodes', () => nodes)})`,
  LEAVES,
)

/**
 * Hashes a chunk's lines as leaves of a Merkle tree, of which `{first_row}` are there already, into a table:
 * for each aligned group of 256 its root, for groups that are cut off their leaves. Salted rows take `{salt_key}`, in hex. Ten times cheaper than row by row here.
 */
export const hashRowsSql = (table: string, isSalted: boolean): string => `INSERT INTO ${table}
  SELECT group, rows, if(rows = ${WIDTH}, ${ROOT}, leaves) FROM
    (SELECT group, count() AS rows, arrayStringConcat(arraySort((hash, at) -> at, groupArray(hash), groupArray(at))) AS leaves FROM
      (SELECT ${isSalted ? SALTED_LEAF : LEAF} AS hash, toUInt64(assumeNotNull({row})) + {first_row:UInt64} AS at, intDiv(at, ${WIDTH}) AS group FROM {input})
     GROUP BY group)`

/** Secret of one import's rows: of the key that also keeps its file, so that it is there whenever the rows are read again. */
export const rowSaltKey = (archiveKey: Buffer, importId: string): Buffer =>
  createHmac('sha256', archiveKey).update(`shoumi/row-salt/v2 ${importId}`).digest()

export const NODES_COLUMNS = '(group UInt64, rows UInt64, hashes String) ENGINE = Memory'

/** Adds what `hashRowsSql` left in the table to the tree, and empties the table. */
export async function takeHashes({ analytics }: EvidenceContext, table: string, tree: RowsTree): Promise<void> {
  const groups = await analytics.rows<{ rows: string; hashes: string }>(
    `SELECT rows, base64Encode(hashes) AS hashes FROM ${table} ORDER BY group`,
  )
  for (const { rows, hashes } of groups) {
    const bytes = Buffer.from(hashes, 'base64')
    const isRoot = Number(rows) === WIDTH
    assert(bytes.length === (isRoot ? 1 : Number(rows)) * HASH_BYTES, 'hashes come back whole')
    if (isRoot) tree.addSubtree(LEVEL, bytes)
    else tree.addLeaves(bytes)
  }
  await analytics.command(`TRUNCATE TABLE ${table}`)
}
