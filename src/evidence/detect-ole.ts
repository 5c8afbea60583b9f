import { type FileHandle, open } from 'node:fs/promises'

/* The container of old Office files and of encrypted new ones (MS-CFB): only as far as the names in its directory. */

const MAGIC = Buffer.from('d0cf11e0a1b11ae1', 'hex')
const HEADER_BYTES = 512
const SECTOR_SIZES: readonly number[] = [512, 4096]
const ENTRY_BYTES = 128
const MAX_NAME_BYTES = 64
const SECTOR_POWER_AT = 30
const DIRECTORY_SECTOR_AT = 48
const TABLE_SECTORS_AT = 76
const MAX_DIRECTORY_SECTORS = 64
const BYTES_PER_NUMBER = 4
const SEARCHED_BYTES = 256 * 1024

export type OleKind = 'encrypted' | 'workbook' | 'other'

export const isOle = (head: Buffer): boolean => head.subarray(0, MAGIC.length).equals(MAGIC)

/**
 * What is in the container. Where its directory cannot be read, its beginning is searched for the name; failing that it
 * counts as a workbook of old Excel, which it is most often.
 */
export async function oleKind(path: string): Promise<OleKind> {
  const file = await open(path, 'r')
  try {
    const names = await directoryNames(file)
    if (names.has('EncryptedPackage') || names.has('EncryptionInfo')) return 'encrypted'
    if (names.has('Workbook') || names.has('Book')) return 'workbook'
    if (names.size > 0) return 'other'
    const head = await bytesAt(file, 0, SEARCHED_BYTES)
    return head.includes(Buffer.from('EncryptedPackage', 'utf16le')) ? 'encrypted' : 'workbook'
  } finally {
    await file.close()
  }
}

async function directoryNames(file: FileHandle): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  const header = await bytesAt(file, 0, HEADER_BYTES)
  const sectorBytes = 2 ** header.readUInt16LE(SECTOR_POWER_AT)
  if (!SECTOR_SIZES.includes(sectorBytes)) return names
  let sector: number | undefined = header.readUInt32LE(DIRECTORY_SECTOR_AT)
  for (let turn = 0; turn < MAX_DIRECTORY_SECTORS && sector !== undefined; turn++) {
    const entries = await bytesAt(file, (sector + 1) * sectorBytes, sectorBytes)
    for (let at = 0; at < sectorBytes; at += ENTRY_BYTES) {
      const length = entries.readUInt16LE(at + MAX_NAME_BYTES)
      if (length > 2 && length <= MAX_NAME_BYTES) names.add(entries.toString('utf16le', at, at + length - 2))
    }
    sector = await nextSector(file, header, sector, sectorBytes)
  }
  return names
}

/** The sector after this one in its chain, by the allocation table; undefined where its part of the table is not in the header. */
async function nextSector(
  file: FileHandle,
  header: Buffer,
  sector: number,
  sectorBytes: number,
): Promise<number | undefined> {
  const perSector = sectorBytes / BYTES_PER_NUMBER
  const listedAt = TABLE_SECTORS_AT + Math.floor(sector / perSector) * BYTES_PER_NUMBER
  if (listedAt + BYTES_PER_NUMBER > HEADER_BYTES) return undefined
  const at = (header.readUInt32LE(listedAt) + 1) * sectorBytes + (sector % perSector) * BYTES_PER_NUMBER
  return (await bytesAt(file, at, BYTES_PER_NUMBER)).readUInt32LE(0)
}

/** Bytes at a place; zeros where the file has ended, which name nothing. */
async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer
}
