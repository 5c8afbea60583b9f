import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { cellsOf, readBook, readFileAs, refusal } from '../../test/evidence/read-book.ts'
import { archive, textRow, xlsx } from '../../test/evidence/workbooks.ts'

const SECTOR = 512
/** A container of old Office files whose directory, in the sector given, lists these names. */
function container(names: readonly string[], directorySector: number): Buffer {
  const file = Buffer.alloc((directorySector + 3) * SECTOR, 0xff)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(file)
  file.writeUInt16LE(9, 30)
  file.writeUInt32LE(directorySector, 48)
  file.writeUInt32LE(0, 76)
  const directory = file.subarray((directorySector + 1) * SECTOR, (directorySector + 2) * SECTOR).fill(0)
  ;['Root Entry', ...names].forEach((name, i) => {
    directory.write(name, i * 128, 'utf16le')
    directory.writeUInt16LE((name.length + 1) * 2, i * 128 + 64)
  })
  return file
}
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')

test.each<[what: string, content: Buffer | string, name: string, words: string]>([
  ['a workbook with a password', container(['EncryptionInfo', 'EncryptedPackage'], 1), 'log.xlsx', '密碼'],
  ['one whose directory lies far behind', container(['EncryptedPackage'], 900), 'log.xlsx', '密碼'],
  ['a workbook of old Excel', container(['Workbook'], 1), 'log.xls', 'XLS'],
  ['one of older Excel', container(['Book'], 2), 'log.xls', 'XLS'],
  ['one without a container', Buffer.from([9, 8, 8, 0, 0, 5, 5, 0]), 'log.xls', 'XLS'],
  ['an old Word document', container(['WordDocument'], 1), 'log.doc', '不是活頁簿'],
  [
    'a web page',
    '<html><head><meta charset="utf-8"></head><body><table><tr><td>甲</td></tr></table></body></html>',
    'log.xls',
    '網頁',
  ],
  ['a bare table', '\ufeff\r\n  <TABLE border=1><tr><td>甲', 'log.xlsx', '網頁'],
  ['a web page behind a comment', '<!-- made by report --><table><tr>', 'log.csv', '網頁'],
  ['a web page in UTF-16', utf16('<html><body>'), 'log.xls', '網頁'],
  ['XHTML', '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">', 'log.xls', '網頁'],
  ['a web archive', 'MIME-Version: 1.0\r\nContent-Type: multipart/related', 'log.xls', '網頁'],
  [
    'an XML table of 2003',
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
    'log.xls',
    'XML 試算表',
  ],
  [
    'a flat ODS',
    '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">',
    'log.fods',
    'FODS',
  ],
  ['another XML', '<?xml version="1.0"?><rows><row/></rows>', 'log.xml', 'XML'],
  ['a PDF', '%PDF-1.7\n', 'log.pdf', 'PDF'],
  ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'log.png', 'PNG'],
  ['another picture', Buffer.from('ffd8ffe000104a464946', 'hex'), 'log.jpg', 'JPEG'],
  ['RTF', '{\\rtf1\\ansi', 'log.rtf', 'RTF'],
  ['a database', 'SQLite format 3\0', 'log.csv', 'SQLite'],
  ['a 7z archive', Buffer.from("7z\xbc\xaf'\x1c\0\0", 'latin1'), 'log.7z', '7z'],
  ['a packed workbook', gzipSync(xlsx({ rows: textRow(1, ['甲']) })), 'log.xlsx.gz', '解壓縮'],
  [
    'a binary workbook',
    Buffer.from(archive({ '[Content_Types].xml': '<Types/>', 'xl/workbook.bin': 'x' })),
    'log.xlsb',
    'XLSB',
  ],
  [
    'a Word document',
    Buffer.from(archive({ '[Content_Types].xml': '<Types/>', 'word/document.xml': '<w/>' })),
    'log.docx',
    'Word',
  ],
  ['an archive of files', Buffer.from(archive({ 'log.csv': 'a,b\n1,2\n' })), 'log.zip', '解壓縮'],
])('says what the file is and what to do: %s', async (_, content, name, words) => {
  const outcome = await readFileAs(content, name)
  expect(refusal(outcome)).toContain(words)
  expect(refusal(outcome)).not.toContain('UTF-8')
})

test('a table whose first column is called PK is a table', async () => {
  expect(await readFileAs('PK,日期\n1,115/11/05\n', 'log.csv')).toMatchObject({ header: ['PK', '日期'] })
})

test('a text file that the mapping calls a workbook is refused for that', async () => {
  expect(refusal(await readFileAs('甲,乙\n1,2\n', 'log.csv', { format: 'xlsx' }))).toContain('對應檔')
})

test('what a workbook is, its parts say and not its name', async () => {
  const outcome = await readFileAs(xlsx({ rows: textRow(1, ['甲']) + textRow(2, ['1']) }), 'log.ods')
  expect(cellsOf(outcome)).toEqual([['1']])
  expect(await readBook(xlsx({ rows: textRow(1, ['甲']) }))).toMatchObject({ header: ['甲'], rows: [] })
})
