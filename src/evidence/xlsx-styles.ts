import { builtInFormat, type NumberFormat, PLAIN, parseNumberFormat } from './number-format.ts'
import type { Archive } from './open-archive.ts'
import { visitXml } from './parse-xml.ts'
import { MAX_LISTED, MAX_SMALL_PART_BYTES } from './source-limits.ts'
import { tooLarge } from './workbook-words.ts'
import { XLSX } from './xlsx-package.ts'

/** How each cell style shows numbers, by the style's place in the list. */
export async function readStyles(archive: Archive, part: string | undefined): Promise<readonly NumberFormat[]> {
  const own = new Map<number, NumberFormat>()
  const formatIds: number[] = []
  let isInCells = false
  const bytes = part === undefined ? undefined : await archive.read(part, MAX_SMALL_PART_BYTES)
  const open = (name: string, attributes: Readonly<Record<string, string>>) => {
    if (name === 'numFmt') own.set(Number(attributes['numFmtId']), parseNumberFormat(attributes['formatCode'] ?? ''))
    if (name === 'cellXfs') isInCells = true
    if (name === 'xf' && isInCells) formatIds.push(Number(attributes['numFmtId'] ?? 0))
    if (own.size > MAX_LISTED || formatIds.length > MAX_LISTED) throw tooLarge()
  }
  const close = (name: string) => {
    if (name === 'cellXfs') isInCells = false
  }
  await visitXml(bytes, XLSX, open, close)
  return formatIds.map((id) => own.get(id) ?? builtInFormat(id) ?? PLAIN)
}
