import { crc32, createDeflateRaw } from 'node:zlib'
import { archive, MAIN, ODS_TYPE, odsParts, type XlsxParts, xlsxParts } from './workbooks.ts'

/*
 * Workbooks made to exhaust whoever reads them: small on disk, huge once unfolded. Each is a way in which a limit that is
 * counted too late costs the program its memory or its time.
 */

/** The sheet's XML in pieces: `before`, `piece` so many times, `after`. */
interface Unfolding {
  readonly before: string
  readonly piece: string
  readonly times: number
  readonly after: string
}

/** One deflated part without ever holding it whole. */
async function deflated({
  before,
  piece,
  times,
  after,
}: Unfolding): Promise<{ packed: Buffer; bytes: number; crc: number }> {
  const stream = createDeflateRaw()
  const block = piece.repeat(Math.max(1, Math.floor(65_536 / piece.length)))
  const perBlock = block.length / piece.length
  let [bytes, crc] = [0, 0]
  const write = async (text: string) => {
    const chunk = Buffer.from(text)
    crc = crc32(chunk, crc)
    bytes += chunk.length
    if (!stream.write(chunk)) await new Promise((resolve) => stream.once('drain', resolve))
  }
  const packed = (async () => {
    const parts: Buffer[] = []
    for await (const part of stream as AsyncIterable<Buffer>) parts.push(part)
    return Buffer.concat(parts)
  })()
  await write(before)
  for (let done = 0; done < times; done += perBlock)
    await write(times - done < perBlock ? piece.repeat(times - done) : block)
  await write(after)
  stream.end()
  return { packed: await packed, bytes, crc }
}

/** Adds a deflated part to an archive whose directory is at its end: local header and data before it, entry into it. */
function withPart(whole: Uint8Array, name: string, part: { packed: Buffer; bytes: number; crc: number }): Buffer {
  const file = Buffer.from(whole)
  const end = file.length - 22
  const [entries, size, at] = [file.readUInt16LE(end + 10), file.readUInt32LE(end + 12), file.readUInt32LE(end + 16)]
  const shared = Buffer.alloc(26)
  shared.writeUInt16LE(20, 0)
  shared.writeUInt16LE(8, 4)
  shared.writeUInt32LE(part.crc, 10)
  shared.writeUInt32LE(part.packed.length, 14)
  shared.writeUInt32LE(part.bytes, 18)
  shared.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, Buffer.from(name), part.packed])
  const tail = Buffer.alloc(14)
  tail.writeUInt32LE(at, 10)
  const entry = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), shared, tail, Buffer.from(name)])
  const last = Buffer.from(file.subarray(end))
  last.writeUInt16LE(entries + 1, 8)
  last.writeUInt16LE(entries + 1, 10)
  last.writeUInt32LE(size + entry.length, 12)
  last.writeUInt32LE(at + local.length, 16)
  return Buffer.concat([file.subarray(0, at), local, file.subarray(at, at + size), entry, last])
}

async function xlsxUnfolding(part: string, unfolding: Unfolding, others: XlsxParts = {}): Promise<Buffer> {
  const { [part]: _, ...parts } = xlsxParts(others)
  return withPart(archive(parts), part, await deflated(unfolding))
}

const SHEET = 'xl/worksheets/sheet1.xml'
const OPEN = `<worksheet xmlns="${MAIN}"><sheetData>`
const CLOSE = '</sheetData></worksheet>'
const cell = (times: number, piece = '長') => ({
  before: `${OPEN}<row><c t="inlineStr"><is><t>`,
  piece,
  times,
  after: `</t></is></c></row>${CLOSE}`,
})

/** Each kind, of the size asked for: a hundredth tells as much in a test, the whole is what killed the process. */
export const hostileBooks: Readonly<Record<string, (share: number) => Promise<Uint8Array>>> = {
  'twenty million tags, none of them closed': (share) =>
    xlsxUnfolding(SHEET, { before: OPEN, piece: '<a>', times: 20_000_000 * share, after: '' }),
  'tags nested and closed': (share) =>
    xlsxUnfolding(SHEET, {
      before: OPEN + '<a>'.repeat(1_000_000 * share),
      piece: '</a>',
      times: 1_000_000 * share,
      after: CLOSE,
    }),
  'two million attributes on one element': async (share) => {
    const names = Array.from({ length: 2_000_000 * share }, (_, i) => `a${i}="1"`).join(' ')
    return xlsxUnfolding(SHEET, { before: `${OPEN}<row ${names}>`, piece: ' ', times: 1, after: `</row>${CLOSE}` })
  },
  'one attribute of sixty megabytes': (share) =>
    xlsxUnfolding(SHEET, { before: `${OPEN}<row r="`, piece: '1', times: 60_000_000 * share, after: `"/>${CLOSE}` }),
  'one name of sixty megabytes': (share) =>
    xlsxUnfolding(SHEET, { before: `${OPEN}<`, piece: 'a', times: 60_000_000 * share, after: `/>${CLOSE}` }),
  'one comment of sixty megabytes': (share) =>
    xlsxUnfolding(SHEET, { before: `${OPEN}<!--`, piece: 'a', times: 60_000_000 * share, after: `-->${CLOSE}` }),
  'one cell of sixty megabytes': (share) => xlsxUnfolding(SHEET, cell(20_000_000 * share)),
  'one cell of sixty megabytes as character data': (share) =>
    xlsxUnfolding(SHEET, {
      before: `${OPEN}<row><c t="inlineStr"><is><t><![CDATA[`,
      piece: 'a',
      times: 60_000_000 * share,
      after: `]]></t></is></c></row>${CLOSE}`,
    }),
  'a header of a million columns': (share) =>
    xlsxUnfolding(SHEET, {
      before: `${OPEN}<row>`,
      piece: '<c><v>1</v></c>',
      times: 1_000_000 * share,
      after: `</row>${CLOSE}`,
    }),
  'entities that unfold': async () =>
    archive(
      xlsxParts({
        sheet: `<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet xmlns="${MAIN}"><sheetData><row><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>`,
      }),
    ),
  'a shared string of sixty megabytes': (share) =>
    xlsxUnfolding(
      'xl/sharedStrings.xml',
      { before: `<sst xmlns="${MAIN}"><si><t>`, piece: '長', times: 20_000_000 * share, after: '</t></si></sst>' },
      { strings: '', rows: '<row><c t="s"><v>0</v></c></row>' },
    ),
  'a list of a hundred thousand formats': (share) =>
    xlsxUnfolding(
      'xl/styles.xml',
      {
        before: `<styleSheet xmlns="${MAIN}"><cellXfs>`,
        piece: '<xf numFmtId="1"/>',
        times: 10_000_000 * share,
        after: '</cellXfs></styleSheet>',
      },
      { styles: '' },
    ),
  'two million merged ranges': (share) =>
    xlsxUnfolding(SHEET, {
      before: `${OPEN}</sheetData><mergeCells>`,
      piece: '<mergeCell ref="A1:B9"/>',
      times: 21_000_000 * share,
      after: '</mergeCells></worksheet>',
    }),
  'a row repeated a thousand million times': async () =>
    archive(
      odsParts(
        `<table:table><table:table-row table:number-rows-repeated="999999999"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>`,
      ),
    ),
  'spaces repeated without end': async () =>
    archive(
      odsParts(
        `<table:table><table:table-row><table:table-cell><text:p>${'<text:s text:c="999999"/>'.repeat(200)}</text:p></table:table-cell></table:table-row></table:table>`,
      ),
    ),
  'an archive of a hundred thousand parts': async () =>
    archive({ mimetype: ODS_TYPE, ...Object.fromEntries(Array.from({ length: 12_000 }, (_, i) => [`p${i}`, ''])) }, 0),
}
