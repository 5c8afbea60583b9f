import { canonicalJson, type Json } from '../base/canonical-json.ts'
import { bytesOf, hasKeys } from './read-bundle.ts'
import { readJson } from './read-json.ts'
import { HASH_BYTES, hashLeaf } from './tlog/hash.ts'
import { isIncluded } from './tlog/verify-proof.ts'

/** The format of a row's proof whose leaves are salted; those before it had none. */
export const ROW_PROOF_FORMAT = 'shoumi-row-proof@v2'
export const ROW_SALT_BYTES = 16

/** The proof of one row as a file. Nothing is verified yet. */
export interface RowProofFile {
  readonly importId: string
  /** the event that holds the root; the first version did not say */
  readonly eventId?: string
  /** line of the file: told by the issuer, in no hash */
  readonly line: number
  /** place among the rows, from 0 */
  readonly index: number
  readonly rowsInTree: number
  readonly salt?: Buffer
  readonly leafHash: Buffer
  readonly hashes: readonly Buffer[]
  readonly rowsRoot: Buffer
}

const KEYS = ['importId', 'line', 'index', 'rowsInTree', 'leafHash', 'hashes', 'rowsRoot']

/** Whether this JSON means to be the proof of a row. */
export const isRowProof = (text: string): boolean => /^\s*\{/.test(text) && text.includes('"rowsRoot"')

/** Reads the proof of a row, of either version. Undefined: not in a form we write, a field too many, a name twice. */
export function readRowProof(text: string): RowProofFile | undefined {
  const data = readJson(text)
  if (data === undefined) return undefined
  const forms = [JSON.stringify(data, null, 2), JSON.stringify(data), canonicalJson(data)]
  if (!forms.includes(text.trimEnd())) return undefined
  const isSalted = hasKeys(data, [...KEYS, 'format', 'salt'], ['eventId']) && data['format'] === ROW_PROOF_FORMAT
  return isSalted || hasKeys(data, KEYS, ['eventId']) ? fieldsOf(data, isSalted) : undefined
}

function fieldsOf(data: Readonly<Record<string, Json>>, isSalted: boolean): RowProofFile | undefined {
  const { importId, eventId, line, index, rowsInTree } = data
  const [leafHash, rowsRoot] = [bytesOf(data['leafHash'], HASH_BYTES), bytesOf(data['rowsRoot'], HASH_BYTES)]
  const hashes = Array.isArray(data['hashes']) ? data['hashes'].map((each) => bytesOf(each, HASH_BYTES)) : [undefined]
  const salt = isSalted ? bytesOf(data['salt'], ROW_SALT_BYTES) : undefined
  const whole = hashes.filter((each) => each !== undefined)
  if (!isCount(line) || !isCount(index) || !isCount(rowsInTree) || typeof importId !== 'string') return undefined
  if (!leafHash || !rowsRoot || whole.length !== hashes.length || (isSalted && !salt)) return undefined
  if (eventId !== undefined && typeof eventId !== 'string') return undefined
  const common = { importId, line, index, rowsInTree, leafHash, hashes: whole, rowsRoot }
  return { ...common, ...(salt && { salt }), ...(eventId !== undefined && { eventId }) }
}

const isCount = (value: Json | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

/** Whether the leaf stands at its place under the root that the file names. Whose root that is, the import's event says. */
export const isRowIncluded = ({ index, rowsInTree, leafHash, hashes, rowsRoot }: RowProofFile): boolean =>
  isIncluded({ index, size: rowsInTree, leafHash, root: rowsRoot, proof: hashes })

/** Whether the proof is of this row: the bytes of its line as staged, without a line end. */
export const isOfRow = ({ salt, leafHash }: RowProofFile, row: Buffer): boolean =>
  hashLeaf(...(salt ? [salt] : []), row).equals(leafHash)
