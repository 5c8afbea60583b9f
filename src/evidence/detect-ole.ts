/* The container of old Office files and of encrypted new ones (MS-CFB): only as far as the names in its directory. */

const MAGIC = Buffer.from('d0cf11e0a1b11ae1', 'hex')
const ENTRY_BYTES = 128
const MAX_NAME_BYTES = 64
const DIRECTORY_SECTOR_AT = 48
const SECTOR_POWER_AT = 30
const FAT_SECTORS_AT = 76
const MAX_DIRECTORY_SECTORS = 64
const BYTES_PER_NUMBER = 4

export type OleKind = 'encrypted' | 'workbook' | 'other'

/** What is in the container, or undefined when the bytes are none. `head` may be only the file's beginning. */
export function oleKind(head: Buffer): OleKind | undefined {
  if (!head.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  const names = directoryNames(head)
  // Where the directory lies beyond the beginning, or is broken, names are looked for as such.
  const has = (name: string) => names.has(name) || (names.size === 0 && head.includes(Buffer.from(name, 'utf16le')))
  if (has('EncryptedPackage') || has('EncryptionInfo')) return 'encrypted'
  if (has('Workbook') || has('Book')) return 'workbook'
  return names.size === 0 ? 'workbook' : 'other'
}

function directoryNames(head: Buffer): ReadonlySet<string> {
  const names = new Set<string>()
  if (head.length < 512) return names
  const sectorBytes = 1 << head.readUInt16LE(SECTOR_POWER_AT)
  if (sectorBytes !== 512 && sectorBytes !== 4096) return names
  let sector = head.readUInt32LE(DIRECTORY_SECTOR_AT)
  for (let turn = 0; turn < MAX_DIRECTORY_SECTORS; turn++) {
    const from = (sector + 1) * sectorBytes
    if (from + sectorBytes > head.length) break
    for (let at = from; at < from + sectorBytes; at += ENTRY_BYTES) {
      const length = head.readUInt16LE(at + MAX_NAME_BYTES)
      if (length > 2 && length <= MAX_NAME_BYTES) names.add(head.toString('utf16le', at, at + length - 2))
    }
    const next = nextSector(head, sector, sectorBytes)
    if (next === undefined) break
    sector = next
  }
  return names
}

/** The sector after this one in its chain, by the allocation table; undefined at its end or beyond what is at hand. */
function nextSector(head: Buffer, sector: number, sectorBytes: number): number | undefined {
  const perSector = sectorBytes / BYTES_PER_NUMBER
  const listedAt = FAT_SECTORS_AT + Math.floor(sector / perSector) * BYTES_PER_NUMBER
  if (listedAt + BYTES_PER_NUMBER > 512) return undefined
  const at = (head.readUInt32LE(listedAt) + 1) * sectorBytes + (sector % perSector) * BYTES_PER_NUMBER
  return at + BYTES_PER_NUMBER <= head.length ? head.readUInt32LE(at) : undefined
}
