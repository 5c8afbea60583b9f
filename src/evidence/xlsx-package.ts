import { type Archive, partName } from './open-archive.ts'
import { visitXml } from './parse-xml.ts'
import type { SheetListed } from './sheet-row.ts'
import { MAX_LISTED, MAX_SMALL_PART_BYTES } from './source-limits.ts'
import { damaged, noSuchSheet, tooLarge } from './workbook-words.ts'
import type { Vocabulary } from './xml-names.ts'

const OFFICE = 'http://schemas.openxmlformats.org'
const STRICT = 'http://purl.oclc.org/ooxml'

/** Excel's own vocabulary without a prefix, transitional and strict; the relationship attribute as `r:`. */
export const XLSX: Vocabulary = new Map([
  [`${OFFICE}/spreadsheetml/2006/main`, ''],
  [`${STRICT}/spreadsheetml/main`, ''],
  [`${OFFICE}/officeDocument/2006/relationships`, 'r'],
  [`${STRICT}/officeDocument/relationships`, 'r'],
])
const RELATIONS: Vocabulary = new Map([[`${OFFICE}/package/2006/relationships`, '']])

/** What a workbook's parts say of each other: which sheet is read and where strings and styles are. */
export interface XlsxPackage {
  readonly sheetPart: string
  readonly sheet: SheetListed
  readonly sheets: readonly SheetListed[]
  readonly is1904: boolean
  readonly stringsPart: string | undefined
  readonly stylesPart: string | undefined
}

interface Relation {
  readonly id: string
  readonly type: string
  readonly target: string
}

/** Follows the relationships from the root to the sheet wanted, or to the first that is not hidden. */
export async function openXlsx(archive: Archive, wanted: string | undefined): Promise<XlsxPackage> {
  const root = await relationsOf(archive, '')
  const workbook = root.find(({ type }) => type === 'officedocument')?.target ?? 'xl/workbook.xml'
  const relations = await relationsOf(archive, workbook)
  const { listed, is1904 } = await readWorkbook(archive, workbook)
  const sheets = listed.map((each, i) => {
    const relation = relations.find(({ id }) => id === each.id)
    const part = relation ? relation.target : resolved(workbook, `worksheets/sheet${i + 1}.xml`)
    return { ...each, part, isTable: relation === undefined || relation.type === 'worksheet' }
  })
  const tables = sheets.filter(({ isTable }) => isTable)
  const chosen = wanted === undefined ? tables.find(({ isHidden }) => !isHidden) : named(tables, wanted)
  if (!chosen) throw noSuchSheet(wanted, tables)
  const partOf = (type: string, usual: string): string | undefined =>
    relations.find((each) => each.type === type)?.target ?? (archive.names.has(usual) ? usual : undefined)
  const stylesPart = partOf('styles', 'xl/styles.xml')
  // Without its styles a date is a mere number. Missing strings are told by the first cell that points at one.
  if (stylesPart !== undefined && !archive.names.has(partName(stylesPart))) throw damaged()
  return {
    sheetPart: chosen.part,
    sheet: told(chosen),
    sheets: tables.map(told),
    is1904,
    stringsPart: partOf('sharedstrings', 'xl/sharedstrings.xml'),
    stylesPart,
  }
}

const told = ({ name, isHidden }: SheetListed): SheetListed => ({ name, isHidden })

/** A sheet by its name; spaces around it and case do not count, as for Excel. */
function named<S extends SheetListed>(sheets: readonly S[], wanted: string): S | undefined {
  const plain = (name: string) => name.trim().toLowerCase()
  return sheets.find(({ name }) => name === wanted) ?? sheets.find(({ name }) => plain(name) === plain(wanted))
}

async function readWorkbook(archive: Archive, part: string) {
  const listed: { name: string; id: string; isHidden: boolean }[] = []
  let is1904 = false
  const bytes = await archive.read(part, MAX_SMALL_PART_BYTES)
  if (!bytes) throw damaged()
  await visitXml(bytes, XLSX, (name, attributes) => {
    if (name === 'workbookPr') is1904 = /^(?:1|true|on)$/i.test(attributes['date1904'] ?? '')
    if (name !== 'sheet') return
    const isHidden = /hidden/i.test(attributes['state'] ?? '')
    if (listed.push({ name: attributes['name'] ?? '', id: attributes['r:id'] ?? '', isHidden }) > MAX_LISTED)
      throw tooLarge()
  })
  return { listed, is1904 }
}

/** The relationships of a part, targets as names of parts; of the package itself for ''. */
async function relationsOf(archive: Archive, part: string): Promise<readonly Relation[]> {
  const slash = part.lastIndexOf('/') + 1
  const found: Relation[] = []
  const bytes = await archive.read(`${part.slice(0, slash)}_rels/${part.slice(slash)}.rels`, MAX_SMALL_PART_BYTES)
  await visitXml(bytes, RELATIONS, (name, attributes) => {
    if (name !== 'Relationship' || /external/i.test(attributes['TargetMode'] ?? '')) return
    const type = (attributes['Type'] ?? '').toLowerCase().split('/').at(-1) ?? ''
    const target = resolved(part, attributes['Target'] ?? '')
    if (found.push({ id: attributes['Id'] ?? '', type, target }) > MAX_LISTED) throw tooLarge()
  })
  return found
}

/** A relationship's target, which is relative to the folder of the part that names it. */
function resolved(part: string, target: string): string {
  const plain = percentDecoded(target).replaceAll('\\', '/')
  const steps = plain.startsWith('/') ? [] : part.split('/').slice(0, -1)
  for (const step of plain.split('/')) {
    if (step === '..') steps.pop()
    else if (step !== '' && step !== '.') steps.push(step)
  }
  return steps.join('/')
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
