import { type FileHandle, open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { isBinary } from './binary-text.ts'
import { big5Decoder } from './decode-big5.ts'
import { type Encoding, encodingOf } from './detect-encoding.ts'
import { isZip, refuseForeign } from './detect-foreign.ts'
import { SourceFailure } from './failure.ts'

export type Format = 'csv' | 'tsv' | 'jsonl' | 'xlsx' | 'ods'

export interface Detected {
  readonly isGzip: boolean
  readonly format: Format
  readonly encoding: Encoding
  /** bytes to skip at the start (byte order mark) */
  readonly markBytes: number
}

const SAMPLE_BYTES = 256 * 1024

/** Looks at a file's first bytes and says how to read it. Throws SourceFailure when it cannot tell. */
export async function detect(
  path: string,
  fileName: string,
  declared: { readonly encoding?: Encoding | undefined; readonly format?: Format | undefined },
): Promise<Detected> {
  const head = await readHead(path)
  if (head.length === 0) throw new SourceFailure('empty', '檔案是空的。', 'The file is empty.')
  if (isZip(head))
    return { isGzip: false, format: workbookFormat(head, fileName, declared.format), encoding: 'utf-8', markBytes: 0 }
  const isGzip = head[0] === 0x1f && head[1] === 0x8b
  const bytes = isGzip ? await gunzipHead(head) : head
  await refuseForeign(path, bytes, isGzip)
  refuseDeclaredWorkbook(declared.format)
  const mark = byteOrderMark(bytes)
  const encoding = mark?.encoding ?? encodingOf(bytes, declared.encoding)
  const text = sampleText(bytes.subarray(mark?.length ?? 0), encoding)
  return { isGzip, format: declared.format ?? textFormat(text, fileName), encoding, markBytes: mark?.length ?? 0 }
}

async function readHead(path: string): Promise<Buffer> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch {
    throw new SourceFailure(
      'unreadable',
      '無法開啟檔案；請確認路徑與權限。',
      'The file cannot be opened; check its path and permissions.',
    )
  }
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } catch {
    throw new SourceFailure('unreadable', '無法讀取檔案。', 'The file cannot be read.')
  } finally {
    await file.close()
  }
}

function gunzipHead(head: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    const gunzip = createGunzip()
    const parts: Buffer[] = []
    let size = 0
    const finish = () => {
      gunzip.destroy()
      resolve(Buffer.concat(parts).subarray(0, SAMPLE_BYTES))
    }
    gunzip.on('data', (chunk: Buffer) => {
      parts.push(chunk)
      size += chunk.length
      if (size >= SAMPLE_BYTES) finish()
    })
    // The head ends in the middle of the stream, so an "unexpected end" is expected here.
    gunzip.on('error', finish)
    gunzip.on('end', finish)
    gunzip.end(head)
  })
}

function byteOrderMark(bytes: Uint8Array): { readonly encoding: Encoding; readonly length: number } | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'utf-8', length: 3 }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', length: 2 }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', length: 2 }
  return undefined
}

/** Decodes a sample without complaint, for looking at it. */
function sampleText(bytes: Uint8Array, encoding: Encoding): string {
  return encoding === 'big5'
    ? big5Decoder().decode(bytes).toString()
    : new TextDecoder(encoding).decode(bytes, { stream: true })
}

function textFormat(text: string, fileName: string): Format {
  const name = fileName.toLowerCase().replace(/\.gz$/, '')
  if (isBinary(text))
    throw new SourceFailure(
      'unknown-format',
      '檔案內容含有大量 NUL 等控制字元，不是文字檔；請確認是否選錯檔案，或由原系統匯出為 CSV。',
      'The file is full of NUL and other control characters; it is not text. Check that it is the right file, or export it as CSV.',
    )
  if (/\.(jsonl|ndjson)$/.test(name) || /^\s*\{"/.test(text)) return 'jsonl'
  if (name.endsWith('.tsv')) return 'tsv'
  const firstLine = text.split('\n', 1)[0] ?? ''
  return firstLine.split('\t').length > firstLine.split(',').length ? 'tsv' : 'csv'
}

function refuseDeclaredWorkbook(declared: Format | undefined): void {
  if (declared !== 'xlsx' && declared !== 'ods') return
  throw new SourceFailure(
    'unknown-format',
    `對應檔說這是 ${declared.toUpperCase()}，檔案卻不是；請刪去對應檔的 format，或確認檔案。`,
    `The mapping says ${declared.toUpperCase()}, but the file is not; take format out of the mapping, or check the file.`,
  )
}

function workbookFormat(head: Buffer, fileName: string, declared: Format | undefined): Format {
  if (declared === 'xlsx' || declared === 'ods') return declared
  if (head.includes('application/vnd.oasis.opendocument.spreadsheet')) return 'ods'
  // Which of the two it is, the parts of the archive decide when it is read; this is its name for people.
  return /\.ods$/i.test(fileName) ? 'ods' : 'xlsx'
}
