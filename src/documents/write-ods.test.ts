import fc from 'fast-check'
import { readOds } from 'odf-kit/ods-reader'
import { describe, expect, test } from 'vitest'
import { MAX_ODS_ROWS, type OdsCell, odsBytes } from './write-ods.ts'

async function odsOf(header: readonly string[], rows: readonly (readonly OdsCell[])[]): Promise<Buffer> {
  const feed = async function* () {
    yield* rows
  }
  const pieces: Uint8Array[] = []
  for await (const piece of odsBytes('判定清單', header, feed())) pieces.push(piece)
  return Buffer.concat(pieces)
}

const sheetOf = (file: Buffer) => readOds(file).sheets[0]

describe('an OpenDocument spreadsheet', () => {
  test('begins with its stored media type, as the standard asks of the first bytes', async () => {
    const file = await odsOf(['a'], [])
    expect(file.subarray(30, 84).toString('latin1')).toBe('mimetypeapplication/vnd.oasis.opendocument.spreadsheet')
    expect(file.readUInt16LE(6) & 0x0008).toBe(0)
  })

  test('is read back cell by cell by an independent reader', async () => {
    const sheet = sheetOf(
      await odsOf(['判定', '分數', '時間'], [['相牴觸 <x> & "y"', 41.5, new Date('2026-09-03T06:02:13Z')]]),
    )
    expect(sheet?.name).toBe('判定清單')
    const [head, row] = sheet?.rows ?? []
    expect(head?.cells.map((cell) => cell.value)).toEqual(['判定', '分數', '時間'])
    expect(row?.cells.slice(0, 2).map((cell) => cell.value)).toEqual(['相牴觸 <x> & "y"', 41.5])
    expect(row?.cells[2]?.type).toBe('date')
  })

  test('types text that looks like a formula as text', async () => {
    const cell = sheetOf(await odsOf(['a'], [['=HYPERLINK("https://example.org")']]))?.rows[1]?.cells[0]
    expect(cell).toMatchObject({ type: 'string', value: '=HYPERLINK("https://example.org")' })
    expect(cell?.formula).toBeUndefined()
  })

  test('names a character XML cannot hold instead of breaking the file', async () => {
    expect(sheetOf(await odsOf(['a'], [['a\u0001b\uD800c']]))?.rows[1]?.cells[0]?.value).toBe('a〔U+0001〕b〔U+D800〕c')
  })

  test('keeps any printable text, 罕用字 included', async () => {
    const text = fc
      .string({ unit: fc.constantFrom(...'甲𠮷堃&<>"\'=+@ ab1。，'), minLength: 1, maxLength: 20 })
      .filter((each) => each.trim() === each && !/ {2}/.test(each))
    await fc.assert(
      fc.asyncProperty(text, async (cell) => {
        expect(sheetOf(await odsOf(['a'], [[cell]]))?.rows[1]?.cells[0]?.value).toBe(cell)
      }),
      { numRuns: 40 },
    )
  })

  test('refuses the row after the last one it may hold', async () => {
    const feed = async function* () {
      for (let i = 0; i <= MAX_ODS_ROWS; i++) yield ['x']
    }
    const drain = async () => {
      for await (const piece of odsBytes('s', ['a'], feed())) void piece
    }
    await expect(drain()).rejects.toThrow(RangeError)
  })

  test('passes a failure of the rows on to the reader', async () => {
    const feed = async function* (): AsyncGenerator<string[]> {
      for (let i = 0; i < 400; i++) yield ['x']
      throw new Error('store gone')
    }
    const drain = async () => {
      for await (const piece of odsBytes('s', ['a'], feed())) void piece
    }
    await expect(drain()).rejects.toThrow('store gone')
  })
})
