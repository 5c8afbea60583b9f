import {
  BAD_CODES,
  type CheckCode,
  checkCosignature,
  checkNote,
  isCosignature,
  type NoteFindings,
  type Trust,
} from './check-note.ts'
import { type FacetName, hashFacet } from './facets.ts'
import { commit, decodeLeaf } from './leaf.ts'
import { type Bundle, type BundleFacet, isBundle, readBundle, textOf } from './read-bundle.ts'
import { isOfRow, isRowIncluded, isRowProof, type RowProofFile, readRowProof } from './row-proof-file.ts'
import { hashLeaf } from './tlog/hash.ts'
import { parseNoteKey } from './tlog/note-key.ts'
import { formatProof, parseProof } from './tlog/proof.ts'
import { isIncluded } from './tlog/verify-proof.ts'

export type FileKind = 'bundle' | 'proof' | 'row-proof' | 'checkpoint' | 'cosignature' | 'unknown'

/** What was found out about one file. Only what is proved stands outside `unproved`. */
export interface FileReport {
  readonly kind: FileKind
  readonly verdict: 'good' | 'bad' | 'unchecked'
  readonly codes: readonly CheckCode[]
  readonly origin?: string
  readonly vkey?: string
  readonly fingerprint?: string
  readonly size?: number
  readonly root?: string
  readonly index?: number
  /** facet → its JSON; null: withheld or erased; sides the event does not have are left out */
  readonly facets?: readonly { readonly name: FacetName; readonly text: string | null }[]
  readonly row?: {
    readonly importId: string
    readonly index: number
    readonly of: number
    readonly isCompared: boolean
  }
  readonly witnesses?: NoteFindings['witnesses']
  /** told by the file, covered by nothing that was checked */
  readonly unproved?: Readonly<Record<string, string>>
}

/** What else the reader has: the leaf of an entry from a copy of the log, the row that a proof should be of. */
export interface Besides {
  readonly leafAt?: (index: number, size: number) => Promise<Buffer | undefined>
  readonly row?: Buffer
}

interface Import {
  readonly importId: string
  readonly rowsRoot: string
  readonly rowsInTree: number
  /** whether its leaves have salts, as its event says */
  readonly isSalted: boolean
  readonly codes: readonly CheckCode[]
}

/**
 * Checks proof files by themselves: no server, no database. Each kind is recognised by what it holds. Files are seen
 * together: a row's proof needs the page of its import, and two checkpoints of one size must have one root.
 */
export async function checkFiles(
  files: readonly Buffer[],
  trust: Trust,
  besides: Besides = {},
): Promise<readonly FileReport[]> {
  const first = await Promise.all(files.map((bytes) => checkAlone(bytes, trust, besides)))
  const imports = first.flatMap(importOf)
  const notes = files.flatMap(noteIn)
  const judged = first.map((report, i) => {
    const bytes = files[i] ?? Buffer.alloc(0)
    if (report.kind === 'row-proof') return checkRow(bytes, imports, besides)
    return report.kind === 'cosignature' ? cosignatureReport(bytes, trust, notes) : report
  })
  return judged.map((report) =>
    isForked(report, judged) ? reportOf({ ...report, codes: [...report.codes, 'fork'] }) : report,
  )
}

const isForked = ({ origin, size, root }: FileReport, all: readonly FileReport[]): boolean =>
  root !== undefined && all.some((other) => other.origin === origin && other.size === size && other.root !== root)

async function checkAlone(bytes: Buffer, trust: Trust, besides: Besides): Promise<FileReport> {
  const text = bytes.toString('utf8')
  if (!Buffer.from(text).equals(bytes)) return reportOf({ kind: 'unknown', codes: ['unknown-kind'] })
  if (isBundle(text)) return checkBundle(text, trust)
  if (text.startsWith('c2sp.org/tlog-proof@v1')) return checkProof(text, trust, besides)
  if (isRowProof(text)) return reportOf({ kind: 'row-proof', codes: [] })
  if (isCosignature(text)) return reportOf({ kind: 'cosignature', codes: [] })
  if (!text.includes('\n\n— ')) return reportOf({ kind: 'unknown', codes: ['unknown-kind'] })
  const found = checkNote(text, trust)
  return reportOf({ kind: 'checkpoint', codes: found.codes, ...signedPart(found) })
}

// Cosignatures are over a checkpoint, wherever it stands: by itself, in a proof, in a page.
function noteIn(bytes: Buffer): readonly string[] {
  const text = bytes.toString('utf8')
  const bundle = isBundle(text) ? readBundle(text) : undefined
  if (bundle) return bundle.ok ? [bundle.value.checkpoint] : []
  const proof = parseProof(text)
  if (proof.ok) return [proof.value.checkpoint]
  return text.includes('\n\n— ') ? [text] : []
}

function cosignatureReport(bytes: Buffer, trust: Trust, notes: readonly string[]): FileReport {
  const { codes, checkpoint, witnesses, unchecked } = checkCosignature(bytes.toString('utf8'), trust, notes)
  const over = checkpoint && {
    origin: checkpoint.origin,
    size: checkpoint.size,
    root: checkpoint.root.toString('base64'),
  }
  const unproved = unchecked.length > 0 && { unproved: { signatures: unchecked.join('\n') } }
  return reportOf({ kind: 'cosignature', codes, ...over, witnesses, ...unproved })
}

// Nothing of a bad file is told as proved, and nothing else of it either.
function reportOf(report: Omit<FileReport, 'verdict'>): FileReport {
  const codes = [...new Set(report.codes)]
  const isBad = codes.some((code) => (BAD_CODES as readonly CheckCode[]).includes(code))
  if (!isBad) return { ...report, codes, verdict: codes.length === 0 ? 'good' : 'unchecked' }
  const { kind, origin, size, root } = report
  const fork = codes.includes('fork') && { ...(origin && { origin }), ...(size && { size }), ...(root && { root }) }
  return { kind, codes, verdict: 'bad', ...fork }
}

const signedPart = ({ checkpoint, vkey, fingerprint, witnesses, unchecked }: NoteFindings) => ({
  // A checkpoint that no key was there for is read, not proved.
  ...(checkpoint &&
    vkey !== undefined && {
      origin: checkpoint.origin,
      size: checkpoint.size,
      root: checkpoint.root.toString('base64'),
    }),
  ...(vkey !== undefined && fingerprint !== undefined && { vkey, fingerprint }),
  witnesses,
  ...(unchecked.length > 0 && { unproved: { signatures: unchecked.join('\n') } }),
})

function checkBundle(html: string, trust: Trust): FileReport {
  const read = readBundle(html)
  const key = read.ok ? parseNoteKey(read.value.vkey) : undefined
  if (!read.ok || !key) return reportOf({ kind: 'bundle', codes: ['malformed'] })
  const { leaf, index, hashes, isPageKnown, unproved } = read.value
  const found = checkNote(read.value.checkpoint, trust, key)
  const codes: CheckCode[] = [...found.codes]
  if (!isCommitted(read.value)) codes.push('content-differs')
  if (found.checkpoint && !isIncluded({ ...found.checkpoint, index, leafHash: hashLeaf(leaf), proof: hashes }))
    codes.push('not-included')
  if (!isPageKnown) codes.push('unknown-page')
  const signed = signedPart(found)
  const facets = read.value.facets.flatMap(shownFacet)
  return reportOf({ kind: 'bundle', codes, ...signed, index, facets, unproved: { ...unproved, ...signed.unproved } })
}

function shownFacet({ name, hash, open }: BundleFacet): { name: FacetName; text: string | null }[] {
  if (open) return [{ name, text: textOf(open.bytes) ?? '' }]
  return hash && !hash.equals(hashFacet(absent(name))) ? [{ name, text: null }] : []
}

const absent = (name: FacetName) => ({ name, salt: Buffer.alloc(0), bytes: Buffer.alloc(0) })
const hashOf = ({ name, hash, open }: BundleFacet): Buffer =>
  open ? hashFacet({ name, ...open }) : (hash ?? hashFacet(absent(name)))
const isCommitted = ({ leaf, salt, facets }: Bundle): boolean =>
  decodeLeaf(leaf)?.commitment.equals(commit(salt, facets.map(hashOf))) ?? false

async function checkProof(text: string, trust: Trust, { leafAt }: Besides): Promise<FileReport> {
  const parsed = parseProof(text)
  if (!parsed.ok || formatProof(parsed.value) !== text) return reportOf({ kind: 'proof', codes: ['malformed'] })
  const { index, hashes, checkpoint, extra } = parsed.value
  const found = checkNote(checkpoint, trust)
  const size = found.checkpoint?.size ?? 0
  const stored = await leafAt?.(index, size)
  const leaf = extra ?? stored
  const codes: CheckCode[] = [...found.codes]
  if (!leaf) codes.push('no-leaf')
  else if (found.checkpoint && !isIncluded({ ...found.checkpoint, index, leafHash: hashLeaf(leaf), proof: hashes }))
    codes.push('not-included')
  if (stored && extra && !stored.equals(extra)) codes.push('content-differs')
  return reportOf({ kind: 'proof', codes, ...signedPart(found), ...(leaf && { index }) })
}

// The root of an import's rows stands in the result of its event.
function importOf(report: FileReport): readonly Import[] {
  if (report.verdict === 'bad' || !report.facets) return []
  const parts = Object.fromEntries(report.facets.map(({ name, text }) => [name, text === null ? {} : JSON.parse(text)]))
  const { what, result } = parts
  const importId =
    typeof what?.subject === 'string' && what.kind === 'import' ? /^import:(.+)$/.exec(what.subject)?.[1] : undefined
  return importId === undefined || typeof result?.rowsRoot !== 'string'
    ? []
    : [
        {
          importId,
          rowsRoot: result.rowsRoot,
          rowsInTree: Number(result.rowsInTree),
          isSalted: result.rowsTree === 2,
          codes: report.codes,
        },
      ]
}

function checkRow(bytes: Buffer, imports: readonly Import[], { row }: Besides): FileReport {
  const proof = readRowProof(bytes.toString('utf8'))
  if (!proof) return reportOf({ kind: 'row-proof', codes: ['malformed'] })
  const { importId, index, rowsInTree, line, eventId } = proof
  const codes: CheckCode[] = isRowIncluded(proof) ? [] : ['not-included']
  codes.push(...rootCodes(proof, imports))
  if (row && !isOfRow(proof, row)) codes.push('row-differs')
  const unproved = { line: String(line), ...(eventId !== undefined && { eventId }) }
  return reportOf({
    kind: 'row-proof',
    codes,
    row: { importId, index, of: rowsInTree, isCompared: row !== undefined },
    unproved,
  })
}

function rootCodes(
  { importId, rowsRoot, rowsInTree, salt }: RowProofFile,
  imports: readonly Import[],
): readonly CheckCode[] {
  const own = imports.filter((each) => each.importId === importId)
  if (own.length === 0) return ['no-import']
  const root = rowsRoot.toString('base64')
  const isSalted = salt !== undefined
  const match = own.find(
    (each) => each.rowsRoot === root && each.rowsInTree === rowsInTree && each.isSalted === isSalted,
  )
  return match ? match.codes : ['root-differs']
}
