/** One step up the tree: the hash that joins ours, and on which side it stands. */
export interface ProofStep {
  readonly side: 'left' | 'right'
  /** lower-case hex */
  readonly sibling: string
  /** our hash after joining; '' while the leaf's own hash is not known */
  readonly joined: string
}

export interface WalkedProof {
  readonly index: number
  readonly size: number
  /** hex; '' where it could not be read from the public tiles */
  readonly leaf: string
  readonly root: string
  readonly steps: readonly ProofStep[]
  /** whether this browser came to the checkpoint's root by its own sums; null: it could not try */
  readonly isRight: boolean | null
}

const TILE_WIDTH = 256
const HASH_BYTES = 32
const CHECKPOINT = /\n\n[^\n]+\n(\d+)\n([A-Za-z0-9+/=]+)\n/

/** Reads a `.tlog-proof` file: place, hashes, and the size and root of its checkpoint. Undefined when it is none. */
export function readProof(text: string) {
  const [head, ...lines] = text.split('\n')
  const index = lines.find((line) => line.startsWith('index '))?.slice('index '.length)
  const checkpoint = CHECKPOINT.exec(text)
  if (head !== 'c2sp.org/tlog-proof@v1' || index === undefined || !checkpoint?.[1] || !checkpoint[2]) return undefined
  const hashes = lines.slice(lines.indexOf(`index ${index}`) + 1, lines.indexOf(''))
  return { index: Number(index), size: Number(checkpoint[1]), root: fromBase64(checkpoint[2]), hashes }
}

/** Sides of the steps from the leaf to the root (RFC 6962 §2.1.1): where the sibling of each stands. */
export function sidesOf(index: number, size: number): readonly ('left' | 'right')[] {
  const sides: ('left' | 'right')[] = []
  let [node, last] = [index, size - 1]
  while (last > 0) {
    const isOnly = node === last && node % 2 === 0
    if (!isOnly) sides.push(node % 2 === 1 ? 'left' : 'right')
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  return sides
}

/** Address of the public tile with a leaf's hash, in a tree of `size` leaves. */
export function leafTile(index: number, size: number): string {
  const tile = Math.floor(index / TILE_WIDTH)
  const width = Math.min(TILE_WIDTH, size - tile * TILE_WIDTH)
  const padded = String(tile).padStart(Math.ceil(String(tile).length / 3) * 3, '0')
  const groups = padded.match(/\d{3}/g) ?? []
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
  return `/log/tile/0/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

/** Fetches a record's proof and its public leaf, and walks to the root with this browser's own SHA-256. */
export async function walkProof(eventId: string): Promise<WalkedProof | undefined> {
  const answer = await fetch(`/api/ledger/events/${encodeURIComponent(eventId)}/proof`)
  const proof = answer.ok ? readProof(await answer.text()) : undefined
  if (!proof) return undefined
  const { index, size, hashes } = proof
  const tile = await fetch(leafTile(index, size)).then((got) => (got.ok ? got.arrayBuffer() : undefined))
  const from = (index % TILE_WIDTH) * HASH_BYTES
  const leaf = tile && new Uint8Array(tile).slice(from, from + HASH_BYTES)
  const sides = sidesOf(index, size)
  // Without a secure context a browser has no digest of its own; the picture then claims nothing.
  const canSum =
    leaf?.length === HASH_BYTES && sides.length === hashes.length && globalThis.crypto?.subtle !== undefined
  let ours = canSum ? leaf : undefined
  const steps: ProofStep[] = []
  for (const [i, side] of sides.entries()) {
    const sibling = fromBase64(hashes[i] ?? '')
    if (ours) ours = await (side === 'left' ? joined(sibling, ours) : joined(ours, sibling))
    steps.push({ side, sibling: hex(sibling), joined: ours ? hex(ours) : '' })
  }
  const root = hex(proof.root)
  return { index, size, leaf: leaf ? hex(leaf) : '', root, steps, isRight: ours ? hex(ours) === root : null }
}

type Bytes = Uint8Array<ArrayBuffer>

async function joined(left: Bytes, right: Bytes): Promise<Bytes> {
  const bytes = new Uint8Array(1 + 2 * HASH_BYTES)
  bytes[0] = 1
  bytes.set(left, 1)
  bytes.set(right, 1 + HASH_BYTES)
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

const fromBase64 = (text: string): Bytes => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
