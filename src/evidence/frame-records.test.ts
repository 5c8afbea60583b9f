import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SourceFailure } from './failure.ts'
import { frameRecords } from './frame-records.ts'
import { FIELD, INNER_LINE, type RejectReason, textOf } from './staged-chunk.ts'

interface Framed {
  header: readonly string[]
  headerEnd: number
  readonly rows: { readonly line: number; readonly lastLine: number; readonly fields: readonly string[] }[]
  readonly rejects: { readonly line: number; readonly lastLine: number; readonly reason: RejectReason }[]
}

async function* piecesOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  // One buffer serves all pieces, as when a file is read.
  const buffer = Buffer.alloc(size)
  for (let at = 0; at < bytes.length; at += size) {
    const length = bytes.copy(buffer, 0, at, at + size)
    yield buffer.subarray(0, length)
  }
}

async function frame(
  text: string,
  options: { size?: number; delimiter?: string; shape?: 'delimited' | 'json'; skipRows?: number } = {},
): Promise<Framed> {
  const { size = 1024 * 1024, delimiter = ',', shape = 'delimited', skipRows = 0 } = options
  const framed: Framed = { header: [], headerEnd: 0, rows: [], rejects: [] }
  const onHeader = (header: readonly string[], lastLine: number) =>
    Object.assign(framed, { header, headerEnd: lastLine })
  for await (const chunk of frameRecords(piecesOf(Buffer.from(text), size), { shape, delimiter, skipRows, onHeader })) {
    const records = textOf(chunk).split('\n').slice(0, -1)
    expect(records).toHaveLength(chunk.rows)
    for (const [i, record] of records.entries()) {
      if (chunk.shape !== 'numbered') {
        const [line, fields] = [chunk.firstLine + i, chunk.shape === 'json' ? [record] : record.split(delimiter)]
        framed.rows.push({ line, lastLine: line, fields })
        continue
      }
      const [number = '', ...fields] = record.split(FIELD)
      const lastLine = chunk.lastLines?.[i] ?? 0
      framed.rows.push({
        line: Number(number),
        lastLine,
        fields: fields.map((each) => each.replaceAll(INNER_LINE, '\n')),
      })
    }
    for (const { line, lastLine, reason } of chunk.rejects)
      framed.rejects.push({ line, lastLine: lastLine ?? line, reason })
  }
  return framed
}
const rowsOf = async (text: string, options = {}) =>
  (await frame(text, options)).rows.map(({ fields }) => fields.join('|'))
const rejectsOf = async (text: string, options = {}) =>
  (await frame(text, options)).rejects.map(({ line, reason }) => `${line} ${reason}`)

const HEADER = '編號,日期,員工,事由,案號'
const row = (n: number, purpose = '查詢') => `R${n},1150105,0412,${purpose},115-${n}`
const many = (from: number, count: number) => Array.from({ length: count }, (_, i) => row(from + i))
const file = (...lines: string[]) => `${[HEADER, ...lines].join('\n')}\n`

describe('a quote that is never closed', () => {
  const damaged: Record<string, { lines: string[]; bad: number[] }> = {
    'alone among plain rows': { lines: [...many(1, 5), row(6, '"速件'), ...many(7, 300)], bad: [6] },
    'before a row that is quoted properly': { lines: [row(1, '"速件'), row(2, '"查,核"'), ...many(3, 20)], bad: [1] },
    'long before a row that is quoted properly': {
      lines: [row(1, '"速件'), ...many(2, 150), row(152, '"查,核"'), row(153)],
      bad: [1],
    },
    'several in a row': { lines: [row(1, '"甲'), row(2, '"乙'), row(3, '"丙'), ...many(4, 10)], bad: [1, 2, 3] },
    'two, of which the second ends its field': {
      lines: [row(1, '"甲'), ...many(2, 30), 'R32,1150105,0412,查詢,乙"', ...many(33, 5)],
      bad: [1, 32],
    },
    'at the end of a line, twice': { lines: ['R1,1150105,0412,查詢,"', 'R2,1150105,0412,查詢,"', row(3)], bad: [1, 2] },
    'in the last line': { lines: [...many(1, 3), row(4, '"速件')], bad: [4] },
    'in the first field': { lines: [`"${row(1)}`, `"${row(2)}`, ...many(3, 9)], bad: [1, 2] },
    'with a comma behind it': { lines: [row(1, '"甲,乙'), ...many(2, 20), row(22, '"丙,丁"')], bad: [1] },
    'every other row': {
      lines: Array.from({ length: 40 }, (_, i) => row(i + 1, i % 2 === 0 ? '"急' : '查')),
      bad: Array.from({ length: 20 }, (_, i) => i * 2 + 1),
    },
  }
  test.each(Object.entries(damaged))('costs its own line and no other: %s', async (_name, { lines, bad }) => {
    for (const [delimiter, size] of [
      [',', 1_000_000],
      [',', 7],
      ['\t', 64],
    ] as const) {
      // In a file with tabs a comma is text.
      const text = file(...lines).replaceAll(',', delimiter === ',' ? ',' : delimiter)
      const framed = await frame(text, { delimiter, size })
      expect(framed.rejects.map(({ line }) => line - 1)).toEqual(bad)
      expect(framed.rows.map(({ line }) => line - 1)).toEqual(
        lines.map((_, i) => i + 1).filter((n) => !bad.includes(n)),
      )
    }
  })

  test('costs its own line where the header has one column', async () => {
    expect(await rejectsOf('事由\n甲\n"乙\n丙\n"查,核"\n丁\n')).toEqual(['3 unclosed-quote'])
    expect(await rowsOf('事由\n甲\n"乙\n丙\n"查,核"\n丁\n')).toEqual(['甲', '丙', '查,核', '丁'])
  })
})

describe('a field over several lines', () => {
  const wide = ['甲\n乙', '甲\n\n乙\n', '一,二,三\n四,五', '\n甲', '甲\n', '說 ""停""\n走', '甲,\n,乙']
  test.each(wide)('is one field: %j', async (text) => {
    for (const size of [1_000_000, 5]) {
      const lines = [row(1), row(2, `"${text}"`), row(3, '"x"'), row(4, `"${text}"`)]
      const framed = await frame(file(...lines), { size })
      expect(framed.rejects).toEqual([])
      const read = text.replaceAll('""', '"')
      expect(framed.rows.map(({ fields }) => fields[3])).toEqual(['查詢', read, 'x', read])
      const span = text.split('\n').length
      expect(framed.rows.map(({ line, lastLine }) => [line, lastLine])).toEqual([
        [2, 2],
        [3, 2 + span],
        [3 + span, 3 + span],
        [4 + span, 3 + 2 * span],
      ])
    }
  })

  test('may hold what looks like a row, when its quoting is right', async () => {
    const pasted = row(9, `"轉貼：\n${row(1)}\n以上"`)
    expect(await rowsOf(file(pasted, row(10)))).toHaveLength(2)
  })

  test('may be in the last or the only column, or the first', async () => {
    expect(await rowsOf('編號,事由\n1,"甲\n乙"\n2,"丙\n丁\n戊"\n')).toEqual(['1|甲\n乙', '2|丙\n丁\n戊'])
    expect(await rowsOf('編號,事由\n1,"甲\n乙,丙\n丁,戊"\n2,x\n')).toEqual(['1|甲\n乙,丙\n丁,戊', '2|x'])
    expect(await rowsOf('事由\n"甲\n乙\n丙"\n丁\n')).toEqual(['甲\n乙\n丙', '丁'])
    expect(await rowsOf('事由,編號\n"甲\n乙",1\n"丙\n",2\n')).toEqual(['甲\n乙|1', '丙\n|2'])
  })
})

describe('what Excel and reports put around rows', () => {
  test('reads a guarded value as what is guarded, quoted or not', async () => {
    expect(await rowsOf('a,b,c\n="0412","=""0412""",x\n="1,2",="",="a""b"\n')).toEqual(['0412|0412|x', '1,2||a"b'])
    expect(await rejectsOf('a,b\n="0412,x\n="04"12,x\n')).toEqual(['2 malformed-quotes', '3 malformed-quotes'])
  })

  test('reads a header with line breaks in its names, and does not take rows into a header with a stray quote', async () => {
    const framed = await frame('編號,"員工\r\n編號",事由\r\n1,2,"x"\r\n', { size: 9 })
    expect(framed).toMatchObject({ header: ['編號', '員工 編號', '事由'], headerEnd: 2 })
    expect(framed.rows).toMatchObject([{ line: 3, fields: ['1', '2', 'x'] }])
    const stray = await frame('編號,"員工,事由\n1,2,x\n3,4,"y"\n')
    expect([stray.header.length, stray.rows.length]).toEqual([3, 2])
  })

  test('tells totals, remarks, drawn lines and empty rows from records, and counts each of them', async () => {
    const lines = [
      row(1),
      ',,,,',
      ' , ,\u3000,,',
      '-----,-------,----,----,----',
      row(2),
      '合計：165000筆',
      '',
      '共 2 筆',
      '以下空白,,,,',
    ]
    for (const size of [1_000_000, 6]) {
      const framed = await frame(file(...lines), { size })
      expect(framed.rows.map(({ line }) => line)).toEqual([2, 6])
      expect(framed.rejects.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
        '3 blank',
        '4 blank',
        '5 blank',
        '7 footer',
        '9 footer',
        '10 footer',
      ])
    }
    expect(await rejectsOf(file(row(1), '總計,,,,12'))).toEqual(['3 footer'])
    expect(await rejectsOf(file(row(1), '"合計：1,200 筆"', '(12 rows affected)'))).toEqual(['3 footer', '4 footer'])
    expect(await rejectsOf(`編號\t日期\t事由\n1\t2\t3\n合計\t1\t\n`, { delimiter: '\t' })).toEqual(['3 footer'])
  })

  test('a total in the middle, or a last row that only mentions one, is no footer', async () => {
    expect(await rejectsOf(file(row(1), '合計,1', row(2)))).toEqual([])
    expect(await rejectsOf(file(row(1), row(2, '合計表查詢'), row(3, '備註')))).toEqual([])
    expect(await rejectsOf(file('備註1,1150105,0412,查詢,115-1'))).toEqual([])
  })

  test('marks of joined files are no part of their first value', async () => {
    const framed = await frame(`\ufeff${file(row(1))}\ufeff${file(row(2))}\ufeff"R3",1150105,0412,x,y\n`, { size: 11 })
    expect(framed.header[0]).toBe('編號')
    expect(framed.rows.map(({ fields }) => fields[0])).toEqual(['R1', '編號', 'R2', 'R3'])
  })
})

describe('limits', () => {
  test('refuses a header of over 256 columns with words, and takes empty ones on its right', async () => {
    const wide = Array.from({ length: 257 }, (_, i) => `c${i}`).join(',')
    await expect(frame(`${wide}\n1\n`)).rejects.toThrow(SourceFailure)
    await expect(frame(`${'c,'.repeat(200_000)}c\n`)).rejects.toThrow('200001 columns')
    expect((await frame(`a,b${','.repeat(16_382)}\n1,2\n`)).header).toHaveLength(256)
    await expect(frame(`${'長'.repeat(2_000_000)}\n1\n`, { size: 65_536 })).rejects.toThrow('million')
  })

  test('a line too long costs itself and not the open record above it', async () => {
    const text = file(row(1), row(2, '"甲'), `R3,"${'長'.repeat(1_100_000)}`, row(4))
    for (const size of [4_000_000, 65_536])
      expect(await rejectsOf(text, { size })).toEqual(['3 unclosed-quote', '4 line-too-long'])
  })

  test('rejects a record with a control character, over all its lines', async () => {
    const framed = await frame(file(row(1), row(2, '"甲\0\n乙"'), row(3, 'a\u001fb'), row(4)))
    expect(framed.rejects).toEqual([
      { line: 3, lastLine: 4, reason: 'control-character' },
      { line: 5, lastLine: 5, reason: 'control-character' },
    ])
    expect(framed.rows.map(({ line }) => line)).toEqual([2, 6])
  })
})

/** Lines by an independent count: of every system, marks taken off. */
const linesOf = (text: string): string[] => text.split(/\r\n|\r|\n/).map((line) => line.replace(/^\ufeff+/, ''))

/** INVARIANT of the framer: every line that is not empty lies in exactly one row or one reject. */
function expectAccounted(text: string, framed: Framed): void {
  const covered = new Map<number, number>()
  for (const { line, lastLine } of [...framed.rows, ...framed.rejects])
    for (let at = line; at <= lastLine; at++) covered.set(at, (covered.get(at) ?? 0) + 1)
  for (const [i, line] of linesOf(text).entries()) {
    const times = covered.get(i + 1) ?? 0
    expect(times, `line ${i + 1}`).toBeLessThanOrEqual(1)
    // Above a header, and in a file that has none, are empty lines only.
    const isAbove = framed.headerEnd === 0 ? line.trim() === '' : i + 1 <= framed.headerEnd
    if (line !== '' && !isAbove) expect(times, `line ${i + 1} ${JSON.stringify(line)}`).toBe(1)
  }
}

describe('properties', () => {
  const field = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom('0412', '1150105', '08:30', 'A123456789', '查詢', '', 'x', '甲乙', '="0412"'),
    },
    { weight: 2, arbitrary: fc.constantFrom('"a,b"', '"甲\n乙"', '"x ""y"""', '"\r\n"', '""', '合計', '備註') },
    { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('a', '1', ',', ' ', '查', '.', '-'), maxLength: 6 }) },
  )
  const table = fc
    .integer({ min: 1, max: 6 })
    .chain((width) =>
      fc.tuple(
        fc.constant(Array.from({ length: width }, (_, i) => `c${i}`)),
        fc.array(fc.array(field, { minLength: width, maxLength: width }), { maxLength: 40 }),
        fc.constantFrom(',', '\t'),
        fc.constantFrom('\n', '\r\n', '\r'),
      ),
    )
    .map(([header, rows, delimiter, end]) => ({
      delimiter,
      text: [header, ...rows].map((fields) => fields.join(delimiter) + end).join(''),
    }))
  const damage = fc.array(
    fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat({ max: 30 }),
      fc.constantFrom(
        '"',
        '""',
        ',',
        '\t',
        '\0',
        '\n',
        '\r',
        '\r\n',
        '\n\n',
        '\ufeff',
        '',
        '\u001f',
        '\ufffd',
        '   ',
        '\n,,,\n',
        '="',
        '\n合計\n',
      ),
    ),
    { maxLength: 12 },
  )
  const damaged = (text: string, cuts: readonly (readonly [number, number, string])[]) =>
    cuts.reduce((before, [place, length, put]) => {
      const at = Math.floor(place * before.length)
      return before.slice(0, at) + put + before.slice(at + (put === '' ? length : 0))
    }, text)

  test('every line of a damaged file is in exactly one row or one reject, however the file comes in pieces', async () => {
    await fc.assert(
      fc.asyncProperty(table, damage, fc.integer({ min: 1, max: 400 }), async ({ text, delimiter }, cuts, size) => {
        const whole = damaged(text, cuts)
        const framed = await frame(whole, { delimiter, size })
        expectAccounted(whole, framed)
        const other = await frame(whole, { delimiter })
        expect([framed.header, framed.rows, framed.rejects]).toEqual([other.header, other.rows, other.rejects])
      }),
      { numRuns: 1500 },
    )
  })

  test('every line of damaged JSON Lines is in exactly one row or one reject', async () => {
    const lines = fc.array(fc.constantFrom('{"a":"b"}', '{"a":', '', '   ', '{"a":"\0"}', '"', '[1,2]'), {
      maxLength: 30,
    })
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 50 }), async (list, size) => {
        const text = list.join('\r\n')
        expectAccounted(text, await frame(text, { shape: 'json', size }))
      }),
      { numRuns: 300 },
    )
  })

  test('a file quoted by the rules is read back as it was written', async () => {
    // Quotes and line ends apart: together they can be made to look like a log with stray quotes, and are then said so.
    const cell = (...signs: string[]) =>
      fc.string({ unit: fc.constantFrom('a', '1', ',', '查', ' ', '\t', '=', ...signs), maxLength: 12 })
    const rows = fc.array(fc.tuple(fc.nat().map(String), cell('"'), cell('\n'), fc.constantFrom('0412', '1150105')), {
      maxLength: 20,
    })
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 200 }), async (list, size) => {
        const text = `c0,c1,c2,c3\n${list.map((fields) => `${fields.map(quoted).join(',')}\n`).join('')}`
        const framed = await frame(text, { size })
        const isGuard = (each: string) => /^=".*"$/s.test(each)
        const isOdd = list.some((fields) => fields.some(isGuard))
        fc.pre(!isOdd)
        expect(framed.rejects).toEqual([])
        expect(framed.rows.map(({ fields }) => fields)).toEqual(list)
      }),
      { numRuns: 500 },
    )
  })
})
