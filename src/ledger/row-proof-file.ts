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

/**
 * Whether the proof is of this row: of its line, without a line end, or of its cells. A quoted line, and a row of a workbook,
 * were hashed as the line's number and its cells, between them U+001F and for a line break inside one U+001E; such a row is
 * given as the file has it, or with tabs between its cells.
 */
export const isOfRow = ({ salt, leafHash, line }: RowProofFile, row: Buffer): boolean =>
  [row, ...cellForms(row, line)].some((form) => hashLeaf(...(salt ? [salt] : []), form).equals(leafHash))

const DELIMITERS = [',', '\t', ';', '|']
const [CELL, INNER_LINE] = ['\u001f', '\u001e']

function cellForms(row: Buffer, line: number): readonly Buffer[] {
  const text = row.toString('utf8')
  return DELIMITERS.flatMap((delimiter) => {
    const cells = cellsOf(text, delimiter)
    if (!cells) return []
    const inner = cells.map((cell) => cell.replace(/\r\n?|\n/g, INNER_LINE))
    return [Buffer.from([String(line), ...inner].join(CELL))]
  })
}

/** Cells of one record, quotes taken off; undefined where its quoting is broken. */
function cellsOf(text: string, delimiter: string): readonly string[] | undefined {
  const cells: string[] = []
  for (let at = 0; at <= text.length; ) {
    if (text[at] !== '"') {
      const end = text.indexOf(delimiter, at)
      cells.push(text.slice(at, end === -1 ? undefined : end))
      at = end === -1 ? text.length + 1 : end + 1
      continue
    }
    const found = /^"((?:[^"]|"")*)"/.exec(text.slice(at))
    if (!found) return undefined
    cells.push((found[1] ?? '').replaceAll('""', '"'))
    at += found[0].length
    if (at < text.length && text[at] !== delimiter) return undefined
    at += 1
  }
  return cells
}
