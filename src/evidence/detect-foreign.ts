import { isOle, oleKind } from './detect-ole.ts'
import { SourceFailure } from './failure.ts'
import { passwordProtected } from './workbook-words.ts'

/* Files that are no table to be read, told by their first bytes: a person needs to hear what it is and what to do. */

const SAVE_AS = '請開啟後另存新檔為 XLSX 或 CSV 再匯入。'
const SAVE_AS_EN = 'Open it, save it as XLSX or CSV, and import that.'

const foreign = (what: string, whatEn: string, advice = SAVE_AS, adviceEn = SAVE_AS_EN): SourceFailure =>
  new SourceFailure('unknown-format', `這是${what}；${advice}`, `This is ${whatEn}. ${adviceEn}`)

const EXPORT = '請由原系統匯出為 XLSX、ODS 或 CSV 再匯入。'
const EXPORT_EN = 'Have its source export XLSX, ODS or CSV, and import that.'
const UNPACK = '請先解壓縮，再匯入裡面的檔案。'
const UNPACK_EN = 'Unpack it first and import the file inside.'

/** First bytes as Latin-1 text, what such a file is, and what to do. */
const MAGIC: readonly (readonly [start: string, what: string, whatEn: string, advice: string, adviceEn: string])[] = [
  ['%PDF-', ' PDF 文件', 'a PDF document', EXPORT, EXPORT_EN],
  ['{\\rtf', ' RTF 文件', 'an RTF document', EXPORT, EXPORT_EN],
  ['%!PS', ' PostScript 列印檔', 'a PostScript print file', EXPORT, EXPORT_EN],
  ['\x89PNG\r\n', ' PNG 圖片', 'a PNG picture', EXPORT, EXPORT_EN],
  ['\xff\xd8\xff', ' JPEG 圖片', 'a JPEG picture', EXPORT, EXPORT_EN],
  ['GIF87a', ' GIF 圖片', 'a GIF picture', EXPORT, EXPORT_EN],
  ['GIF89a', ' GIF 圖片', 'a GIF picture', EXPORT, EXPORT_EN],
  ['II*\0', ' TIFF 圖片', 'a TIFF picture', EXPORT, EXPORT_EN],
  ['MM\0*', ' TIFF 圖片', 'a TIFF picture', EXPORT, EXPORT_EN],
  ["7z\xbc\xaf'\x1c", ' 7z 壓縮檔', 'a 7z archive', UNPACK, UNPACK_EN],
  ['Rar!\x1a\x07', ' RAR 壓縮檔', 'a RAR archive', UNPACK, UNPACK_EN],
  ['\xfd7zXZ\0', ' XZ 壓縮檔', 'an XZ archive', UNPACK, UNPACK_EN],
  ['BZh', ' bzip2 壓縮檔', 'a bzip2 archive', UNPACK, UNPACK_EN],
  ['\x28\xb5\x2f\xfd', ' Zstandard 壓縮檔', 'a Zstandard archive', UNPACK, UNPACK_EN],
  ['SQLite format 3\0', ' SQLite 資料庫', 'a SQLite database', EXPORT, EXPORT_EN],
  ['\0\x01\0\0Standard ', ' Access 資料庫', 'an Access database', EXPORT, EXPORT_EN],
  ['PAR1', ' Parquet 檔', 'a Parquet file', EXPORT, EXPORT_EN],
]
/** Excel before 1995, without a container around it: a record of type 9, whose length is 4 to 16. */
const isBareBiff = (head: Buffer): boolean =>
  head[0] === 9 && [0, 2, 4, 8].includes(head[1] ?? -1) && [4, 6, 8, 16].includes(head[2] ?? -1) && head[3] === 0
const ZIP = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08']

/** Whether the bytes begin a zip archive; a table whose first column is called PK does not. */
export const isZip = (head: Buffer): boolean => ZIP.includes(head.toString('latin1', 0, 4))

/** Throws a SourceFailure that says what the file is when its first bytes, unpacked, show that it is no table. */
export async function refuseForeign(path: string, head: Buffer, isPacked: boolean): Promise<void> {
  const start = head.toString('latin1', 0, 64)
  if (isPacked && (isOle(head) || isZip(head)))
    throw foreign('壓縮過的試算表', 'a workbook packed once more', UNPACK, UNPACK_EN)
  const kind = isOle(head) ? await oleKind(path) : undefined
  if (kind === 'encrypted') throw passwordProtected()
  if (kind === 'workbook' || isBareBiff(head))
    throw foreign('舊版 Excel 活頁簿（XLS）', 'a workbook of old Excel (XLS)')
  if (kind === 'other')
    throw foreign('舊版 Office 文件，不是活頁簿', 'an old Office document, no workbook', EXPORT, EXPORT_EN)
  const found = MAGIC.find(([magic]) => start.startsWith(magic))
  if (found) throw foreign(found[1], found[2], found[3], found[4])
  refuseMarkup(plainStart(head))
}

/** The beginning as plain letters whatever the encoding: without marks, white space and the NULs of UTF-16. */
const plainStart = (head: Buffer): string =>
  head
    .toString('latin1', 0, 4096)
    .replaceAll('\0', '')
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*/, '')

const HTML =
  /^(?:<!doctype\s+html|<(?:html|head|title|meta|body|style|script|table|thead|tbody|tr|div|form|center|font|span|p|br|h\d)[\s/>])/i
const MHTML = /^(?:MIME-Version:|Content-Type:\s*(?:multipart|text\/html))/i
const XML = /^(?:<\?xml\b|<\?mso-application|<(?:[\w-]+:)?Workbook[\s>]|<office:document[\s>])/i

function refuseMarkup(start: string): void {
  const marked = start.replace(/^(?:<!--[\s\S]*?-->\s*)+/, '')
  const isXml = XML.test(marked)
  if (isXml && /urn:schemas-microsoft-com:office:spreadsheet|mso-application/.test(start))
    throw foreign('另取副檔名的 XML 試算表 2003', 'an XML Spreadsheet 2003 under another name')
  if (isXml && /opendocument/.test(start)) throw foreign('單一 XML 的 ODS（FODS）', 'a flat ODS (FODS)')
  if (HTML.test(marked) || MHTML.test(marked) || (isXml && /<html[\s>]/i.test(start)))
    throw foreign('另取試算表副檔名的網頁（HTML）', 'a web page (HTML) under a spreadsheet’s name')
  if (isXml) throw foreign(' XML 檔，不是表格', 'an XML file, no table', EXPORT, EXPORT_EN)
}
