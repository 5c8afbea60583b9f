import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asTyped, plainSentence } from '../wire/typed-text.ts'
import { csvLines } from './write-csv.ts'

async function csvOf(header: readonly string[], rows: readonly (readonly string[])[]): Promise<string> {
  const feed = async function* () {
    yield* rows
  }
  let text = ''
  for await (const piece of csvLines(header, feed())) text += piece
  return text
}

test('starts with a BOM and ends every line with CRLF', async () => {
  expect(await csvOf(['判定', '分數'], [['相牴觸', '41']])).toBe('\uFEFF判定,分數\r\n相牴觸,41\r\n')
})

test.each(['=1+1', '+cmd', '-A1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '　=1', '＝1+1', '＠SUM', '|calc'])(
  'puts an apostrophe before %j so that it never runs as a formula',
  async (cell) => {
    const [, row] = parse(await csvOf(['a'], [[cell]]), {
      bom: true,
      relax_column_count: true,
    }) as string[][]
    expect(row).toEqual([`'${asTyped(cell, { keepsLines: true })}`])
  },
)

test.each(['-5', '+5', '-0.25', '0412', '115-0423', 'A=1'])('leaves %j as it is', async (cell) => {
  expect(await csvOf(['a'], [[cell]])).toBe(`\uFEFFa\r\n${cell}\r\n`)
})

test('gives back every cell through an independent reader, whatever it holds', async () => {
  const cell = fc.string({ unit: 'grapheme', maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), async (rows) => {
      // What nobody could see stands there by its number.
      const shown = rows.map((cells) => cells.map((text) => asTyped(plainSentence(text), { keepsLines: true })))
      const read = parse(await csvOf(['甲', '乙'], rows), {
        bom: true,
        record_delimiter: '\r\n',
      }) as string[][]
      const plain = read
        .slice(1)
        .map((cells, i) => cells.map((text, j) => (text === `'${shown[i]?.[j]}` ? text.slice(1) : text)))
      expect(plain).toEqual(shown)
    }),
  )
})

test('yields long lists in pieces instead of one text', async () => {
  const feed = async function* () {
    for (let i = 0; i < 5000; i++) yield ['雲山地政事務所', `第 ${i} 列`, 'x'.repeat(40)]
  }
  const lengths: number[] = []
  for await (const piece of csvLines(['a', 'b', 'c'], feed())) lengths.push(piece.length)
  expect(lengths.length).toBeGreaterThan(3)
  expect(Math.max(...lengths)).toBeLessThan(70_000)
})
