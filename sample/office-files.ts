import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import iconv from 'iconv-lite'
import { odsFile, xlsxFile } from './workbook.ts'

/** How an office's system exports: encoding and shape of one file. */
export type Style = 'big5' | 'utf8-bom' | 'jsonl' | 'tsv' | 'gzip' | 'ods' | 'xlsx'

const FLUSH_LENGTH = 1 << 20
// A character that the office made itself: in Big5 the bytes FA 40.
export const OWN_CHARACTER = '\ue000'
const OWN_BYTES = Buffer.from([0xfa, 0x40])
const EXTENSIONS: Readonly<Record<Style, string>> = {
  big5: 'csv',
  'utf8-bom': 'csv',
  jsonl: 'jsonl',
  tsv: 'tsv',
  gzip: 'csv.gz',
  ods: 'ods',
  xlsx: 'xlsx',
}

export interface OfficeFile {
  readonly path: string
  /** fields of one row, in the header's order */
  row(fields: readonly string[]): void
  rows(): number
  close(): void
}

export const fileNameOf = (name: string, style: Style): string => `${name}.${EXTENSIONS[style]}`

/** Opens a new file for writing row by row; workbooks are kept in memory and written at the end. */
export function officeFile(folder: string, name: string, style: Style, header: readonly string[]): OfficeFile {
  const path = fileNameOf(name, style)
  const handle = openSync(join(folder, path), 'wx', 0o600)
  let pending = style === 'utf8-bom' ? '\ufeff' : ''
  let count = 0
  const kept: (readonly string[])[] = []
  const isBook = style === 'ods' || style === 'xlsx'
  const flush = () => {
    if (pending !== '') writeSync(handle, encode(pending, style))
    pending = ''
  }
  const line = lineOf(style, header)
  const write = (fields: readonly string[]) => {
    if (isBook) return void kept.push(fields)
    pending += line(fields)
    if (pending.length > FLUSH_LENGTH) flush()
  }
  if (style !== 'jsonl') write(header)
  return {
    path,
    row: (fields) => {
      write(fields)
      count++
    },
    rows: () => count,
    close: () => {
      if (isBook) writeSync(handle, style === 'ods' ? odsFile(kept) : xlsxFile(kept))
      else flush()
      closeSync(handle)
    },
  }
}

// Nearly every row needs no escaping: asked once of the whole row, not of each field.
const NEEDS_QUOTES = /[",\n]/
const NEEDS_ESCAPES = /["\\\p{Cc}\p{Cs}]/u
const BETWEEN = ' '

function lineOf(style: Style, header: readonly string[]): (fields: readonly string[]) => string {
  if (style === 'tsv') return (fields) => `${fields.join('\t')}\n`
  if (style === 'jsonl') {
    const keys = header.map((name, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`)
    return (fields) => {
      const quote = NEEDS_ESCAPES.test(fields.join(BETWEEN)) ? JSON.stringify : (field: string) => `"${field}"`
      let text = ''
      for (let i = 0; i < fields.length; i++) text += (keys[i] ?? '') + quote(fields[i] ?? '')
      return `${text}}\n`
    }
  }
  const end = style === 'big5' ? '\r\n' : '\n'
  const quoted = (field: string) => (NEEDS_QUOTES.test(field) ? `"${field.replaceAll('"', '""')}"` : field)
  return (fields) => (NEEDS_QUOTES.test(fields.join(BETWEEN)) ? fields.map(quoted).join(',') : fields.join(',')) + end
}

function encode(text: string, style: Style): Buffer {
  if (style === 'gzip') return gzipSync(text)
  if (style !== 'big5') return Buffer.from(text)
  const parts = text.split(OWN_CHARACTER).map((part) => iconv.encode(part, 'cp950'))
  return Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [OWN_BYTES, part])))
}
