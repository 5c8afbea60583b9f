import { describe, expect, test } from 'vitest'
import { cellsOf, readBook, refusal } from '../../test/evidence/read-book.ts'
import { archive, ODS_TYPE, ods, odsCell, odsParts, odsRow } from '../../test/evidence/workbooks.ts'

const HEAD = odsRow(['甲', '乙'])
const row = (...cells: string[]) => `<table:table-row>${cells.join('')}</table:table-row>`
const p = (text: string) => `<text:p>${text}</text:p>`
/** What a cell with this content and these attributes reads as. */
const cellOf = async (content: string, attributes?: string): Promise<string | undefined> =>
  cellsOf(await readBook(ods(HEAD + row(odsCell(content, attributes), odsCell(p('7'))))))[0]?.[0]
const typed = (type: string, value: string, shown: string) =>
  cellOf(
    p(shown),
    `office:value-type="${type}" office:${type === 'date' || type === 'time' || type === 'boolean' ? `${type}-` : ''}value="${value}"`,
  )

describe('a cell is read for its value', () => {
  test.each([
    [
      'a comment',
      `<office:annotation><dc:date>2026-11-06T00:00:00</dc:date>${p('請確認')}</office:annotation>${p('0412')}`,
      '0412',
    ],
    ['a comment behind the value', `${p('0412')}<office:annotation>${p('請確認')}</office:annotation>`, '0412'],
    ['a comment inside the paragraph', p(`04<office:annotation>${p('請確認')}</office:annotation>12`), '0412'],
    ['a drawing with text', `<draw:frame><draw:text-box>${p('圖')}</draw:text-box></draw:frame>${p('0412')}`, '0412'],
    [
      'a reading guide',
      p('<text:ruby><text:ruby-base>陳</text:ruby-base><text:ruby-text>ㄔㄣˊ</text:ruby-text></text:ruby>小明'),
      '陳小明',
    ],
    [
      'a table inside',
      `${p('0412')}<table:table><table:table-row>${odsCell(p('9'))}</table:table-row></table:table>`,
      '0412',
    ],
  ])('%s is no part of the value', async (_, content, read) => {
    expect(await cellOf(content)).toBe(read)
  })

  test.each([
    ['line breaks and tabs', p('甲<text:line-break/>乙<text:tab/>丙'), '甲\n乙\t丙'],
    ['repeated spaces', p('甲<text:s text:c="3"/>乙<text:s/>丙'), '甲   乙 丙'],
    ['paragraphs', p('甲') + p('') + p('乙'), '甲\n\n乙'],
    ['spans and links', p('<text:span>甲</text:span><text:a>乙</text:a>'), '甲乙'],
    ['runs of plain white space as one', p('\n   甲\n   乙  \n'), '甲 乙'],
    ['spaces that are signs of their own at both ends', p('<text:s/>甲<text:s/>'), ' 甲 '],
    [
      'text in lists',
      `<text:list><text:list-item>${p('甲')}</text:list-item><text:list-item>${p('乙')}</text:list-item></text:list>`,
      '甲\n乙',
    ],
  ])('keeps %s', async (_, content, read) => {
    expect(await cellOf(content)).toBe(read)
  })

  test.each([
    ['float', '22099131', '2.21E+07', '22099131'],
    ['float', '412.0', '412.00', '412'],
    ['float', '1234', '1,234', '1234'],
    ['float', '412', '0412', '0412'],
    ['float', '41203', '0412-03', '0412-03'],
    ['float', '0', '0', '0'],
    ['float', '0.5', '0.5', '0.5'],
    ['float', '0', '#N/A', ''],
    ['percentage', '0.5', '50%', '0.5'],
    ['currency', '1200', 'NT$1,200', '1200'],
    ['date', '2026-11-05', '115/11/05', '2026-11-05'],
    ['date', '2026-11-05T08:30:00', '115/11/05 08:30', '2026-11-05 08:30:00'],
    ['date', '2026-11-05T00:00:00', '115/11/05', '2026-11-05'],
    ['date', '2026-11-05T08:29:59.999999999', '08:30', '2026-11-05 08:30:00'],
    ['time', 'PT8H30M', '08:30', '08:30:00'],
    ['time', 'PT08H30M15S', '08:30:15', '08:30:15'],
    ['time', 'PT30M', '00:30', '00:30:00'],
    ['time', 'PT26H00M00S', '26:00', '26:00:00'],
    ['time', 'PT08H29M59.999999999S', '08:30', '08:30:00'],
    ['boolean', 'true', 'TRUE', 'TRUE'],
  ])('a %s of %s shown as %s reads %s', async (type, value, shown, read) => {
    expect(await typed(type, value, shown)).toBe(read)
  })

  test.each(['#N/A', '#REF!', '#NAME?', 'Err:502', '#VALUE!'])('%s is nobody', async (shown) => {
    expect(await cellOf(p(shown))).toBe('')
    expect(await cellOf(p('x'), 'office:value-type="string" calcext:value-type="error"')).toBe('')
  })

  test('a text kept in the attribute alone is the value', async () => {
    expect(await cellOf('', 'office:value-type="string" office:string-value="0412"')).toBe('0412')
  })
})

describe('a sheet is read by its structure', () => {
  test('counts every repeat of a row that holds something, and none of an empty one', async () => {
    const rows =
      HEAD +
      odsRow(['1', '2'], 'table:number-rows-repeated="1500"') +
      odsRow(['', ''], 'table:number-rows-repeated="1040000"') +
      odsRow(['3', '4'])
    const outcome = await readBook(ods(rows))
    expect(cellsOf(outcome)).toHaveLength(1501)
    expect('rows' in outcome && outcome.rows.at(-1)).toEqual(['1041502', '3', '4'])
  })

  test('refuses in words a sheet that unfolds to more than two million rows', async () => {
    const outcome = await readBook(ods(HEAD + odsRow(['1', '2'], 'table:number-rows-repeated="2000001"')))
    expect(refusal(outcome)).toContain('2,000,000')
  })

  test('repeats columns, and rejects a row that repeats something beyond the last column', async () => {
    const repeated = (times: number) =>
      `<table:table-cell office:value-type="string" table:number-columns-repeated="${times}">${p('x')}</table:table-cell>`
    const empty = '<table:table-cell table:number-columns-repeated="16000"/>'
    const outcome = await readBook(ods(HEAD + row(repeated(2), empty) + row(repeated(300)) + row(empty, repeated(1))))
    expect(outcome).toMatchObject({
      rows: [['2', 'x', 'x']],
      rejects: [
        { line: 3, reason: 'field-count' },
        { line: 4, reason: 'field-count' },
      ],
    })
  })

  test('a merged cell stands for what it covers', async () => {
    const spanned = (rows: number, columns: number) =>
      odsCell(
        p('0412'),
        `table:number-rows-spanned="${rows}" table:number-columns-spanned="${columns}" office:value-type="string"`,
      )
    const covered = '<table:covered-table-cell/>'
    const rows =
      HEAD + row(spanned(2, 1), odsCell(p('1'))) + row(covered, odsCell(p('2'))) + row(spanned(1, 2), covered)
    const outcome = await readBook(ods(rows))
    expect(cellsOf(outcome)).toEqual([
      ['0412', '1'],
      ['0412', '2'],
      ['0412', '0412'],
    ])
    expect(outcome).toMatchObject({ notes: { filledRows: 1 } })
  })

  test('reads hidden and filtered rows, rows in groups and header rows', async () => {
    const rows = `<table:table-header-rows>${HEAD}</table:table-header-rows><table:table-row-group>${odsRow(['1', '2'], 'table:visibility="filter"')}</table:table-row-group>${odsRow(['3', '4'], 'table:visibility="collapse"')}`
    expect(cellsOf(await readBook(ods(rows)))).toEqual([
      ['1', '2'],
      ['3', '4'],
    ])
  })

  test('neither tracked changes nor drawings on the sheet are rows', async () => {
    const old = `<table:tracked-changes><table:cell-content-change><table:previous><table:change-track-table-cell office:value-type="string">${p('舊')}</table:change-track-table-cell></table:previous></table:cell-content-change></table:tracked-changes>`
    const shapes = `<table:shapes><draw:frame><table:table table:name="x">${odsRow(['8', '9'])}</table:table></draw:frame></table:shapes>`
    const book = archive(
      odsParts(`${old}<table:table table:name="a">${shapes}${HEAD}${odsRow(['1', '2'])}</table:table>`),
    )
    expect(cellsOf(await readBook(book))).toEqual([['1', '2']])
  })

  test('reads the first sheet that is shown, or the one named, and names those there are', async () => {
    const style =
      '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    const table = (name: string, rows: string, look = 'ta1') =>
      `<table:table table:name="${name}" table:style-name="${look}">${rows}</table:table>`
    const book = archive(
      odsParts(table('參數', odsRow(['丙']), 'ta2') + table('紀錄', HEAD + odsRow(['1', '2'])), style),
    )
    expect(await readBook(book)).toMatchObject({ header: ['甲', '乙'], notes: { sheet: { name: '紀錄' } } })
    expect(await readBook(book, { sheet: '參數' })).toMatchObject({ header: ['丙'] })
    expect(refusal(await readBook(book, { sheet: '勤務' }))).toContain('「參數」（隱藏）、「紀錄」')
  })

  test('knows elements by their namespace, whatever the prefix', async () => {
    const parts = odsParts(`<table:table table:name="a">${HEAD}${odsRow(['1', '2'])}</table:table>`)
    parts['content.xml'] = (parts['content.xml'] ?? '')
      .replace(/(<\/?|\s)(table|text|office):/g, '$1n$2:')
      .replace(/xmlns:(table|text|office)=/g, 'xmlns:n$1=')
    expect(parts['content.xml']).toContain('<ntable:table-row')
    expect(cellsOf(await readBook(archive(parts)))).toEqual([['1', '2']])
  })

  test.each([
    ['each part', { mimetype: ODS_TYPE, 'content.xml': '\u0001\u0002' }, 'content.xml'],
    ['the whole package', { mimetype: ODS_TYPE, 'encrypted-package': '\u0001\u0002' }, 'encrypted-package'],
  ])('says that a workbook has a password where %s is encrypted', async (_, parts, path) => {
    const space = 'urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'
    const manifest = `<m:manifest xmlns:m="${space}"><m:file-entry m:full-path="${path}"><m:encryption-data/></m:file-entry></m:manifest>`
    expect(refusal(await readBook(archive({ ...parts, 'META-INF/manifest.xml': manifest })))).toContain('密碼')
  })
})

test.each(['-5', '0', '1e3', '3.0', 'x', ''])(
  'a row that stands there %j times is a damaged file, not one row',
  async (times) => {
    const outcome = await readBook(ods(HEAD + odsRow(['1', '2'], `table:number-rows-repeated="${times}"`)))
    expect(refusal(outcome)).toContain('已損毀')
  },
)
test.each(['2147483648', '4294967297', '9'.repeat(40)])('nor are %s rows one', async (times) => {
  const outcome = await readBook(ods(HEAD + odsRow(['1', '2'], `table:number-rows-repeated="${times}"`)))
  expect(refusal(outcome)).toContain('2,000,000')
})
test.each(['03', '+3', ' 3 '])('a row that stands there %j times stands there three times', async (times) => {
  const outcome = await readBook(ods(HEAD + odsRow(['1', '2'], `table:number-rows-repeated="${times}"`)))
  expect(cellsOf(outcome)).toHaveLength(3)
})
