import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Outcome, readBook } from '../../test/evidence/read-book.ts'
import { archive, formats, ods, odsRow, textRow, xlsxParts } from '../../test/evidence/workbooks.ts'

/* Damage at random: what comes out is a refusal in words or the rows that are there, counted independently. */

const COUNT = 40
const line = (i: number) => [`B${i}`, '115/11/05', `身分${i}`]
const xlsxEntries = () =>
  xlsxParts({
    rows: [
      textRow(1, ['甲', '乙', '丙']),
      ...Array.from(
        { length: COUNT },
        (_, i) =>
          `<row r="${i + 2}"><c r="A${i + 2}" t="s"><v>${i}</v></c><c r="B${i + 2}" s="1"><v>46331</v></c><c r="C${i + 2}"><v>${i}</v></c></row>`,
      ),
    ].join(''),
    strings: Array.from({ length: COUNT }, (_, i) => `<si><t>B${i}</t></si>`).join(''),
    styles: formats('yyyy/mm/dd'),
  })
const books: readonly Uint8Array[] = [
  archive(xlsxEntries()),
  archive(xlsxEntries(), 0),
  ods([['甲', '乙', '丙'], ...Array.from({ length: COUNT }, (_, i) => line(i))].map((row) => odsRow(row)).join('')),
]

function expectRefusedOr(count: number, outcome: Outcome): void {
  if ('failure' in outcome) {
    expect(outcome.failure.message).toMatch(/[\u4e00-\u9fff]/)
    expect(outcome.failure.messageEn).not.toBe('')
  } else expect(outcome.rows.length + outcome.rejects.length).toBe(count)
}

const book = fc.constantFrom(...books)

test('a workbook cut short anywhere is refused in words', async () => {
  await fc.assert(
    fc.asyncProperty(book, fc.double({ min: 0, max: 0.999, noNaN: true }), async (whole, share) => {
      const outcome = await readBook(whole.subarray(0, Math.floor(whole.length * share)))
      expect(outcome).toHaveProperty('failure')
      expectRefusedOr(-1, outcome)
    }),
    { numRuns: 200 },
  )
})

test('with bytes flipped, a workbook is refused in words or has all its rows', async () => {
  const flips = fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  })
  await fc.assert(
    fc.asyncProperty(book, flips, async (whole, changes) => {
      const damaged = Uint8Array.from(whole)
      for (const [share, mask] of changes) {
        const at = Math.floor(share * damaged.length)
        damaged[at] = (damaged[at] ?? 0) ^ mask
      }
      expectRefusedOr(COUNT, await readBook(damaged))
    }),
    { numRuns: 600 },
  )
})

test('with parts missing, a workbook is refused in words or has all its rows', async () => {
  const names = Object.keys(xlsxEntries())
  await fc.assert(
    fc.asyncProperty(fc.subarray(names), fc.constantFrom<0 | 6>(0, 6), async (kept, level) => {
      const parts = Object.fromEntries(Object.entries(xlsxEntries()).filter(([name]) => kept.includes(name)))
      expectRefusedOr(COUNT, await readBook(archive(parts, level)))
    }),
    { numRuns: 100 },
  )
})

/** Rows of cells by element, which are counted by the number of the row they name. */
test('with elements and attributes lost or shuffled, every row that still names itself is there', async () => {
  const cell = fc.record({ named: fc.boolean(), typed: fc.boolean(), value: fc.stringMatching(/^[0-9a-z]{1,6}$/) })
  const row = fc.record({
    named: fc.boolean(),
    cells: fc.array(cell, { minLength: 1, maxLength: 5 }),
    swapped: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), async (rows) => {
      const xml = rows.map(({ named, cells, swapped }, i) => {
        const written = cells.map((each, c) => {
          const attributes = [...(each.named ? [`r="${'ABCDE'[c]}${i + 2}"`] : []), each.typed ? 't="str"' : 't="n"']
          return `<c ${(swapped ? attributes.reverse() : attributes).join(' ')}><v>${each.value}</v></c>`
        })
        return `<row${named ? ` r="${i + 2}"` : ''}>${written.join('')}</row>`
      })
      const parts = xlsxParts({ rows: textRow(1, ['甲', '乙', '丙', '丁', '戊']) + xml.join('') })
      expectRefusedOr(rows.length, await readBook(archive(parts)))
    }),
    { numRuns: 200 },
  )
})
