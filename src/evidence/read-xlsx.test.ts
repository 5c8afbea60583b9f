import { describe, expect, test } from 'vitest'
import { cellsOf, readBook, refusal } from '../../test/evidence/read-book.ts'
import { archive, formats, MAIN, textRow, xlsx, xlsxParts } from '../../test/evidence/workbooks.ts'

const HEAD = textRow(1, ['甲', '乙'])
/** What the first column of the second row reads as. */
const cellOf = async (cell: string, parts: Parameters<typeof xlsx>[0] = {}): Promise<string | undefined> => {
  const outcome = await readBook(xlsx({ rows: `${HEAD}<row r="2">${cell}<c r="B2"><v>7</v></c></row>`, ...parts }))
  return cellsOf(outcome)[0]?.[0]
}
const styled = (value: string, ...codes: string[]) =>
  cellOf(`<c r="A2" s="1"><v>${value}</v></c>`, { styles: formats(...codes) })

describe('a cell is read for its value', () => {
  test.each([
    ['412.0', '412'],
    ['2.2E7', '22000000'],
    ['2.2099131E7', '22099131'],
    ['1.1000000000000001', '1.1'],
    ['411.99999999999994', '412'],
    ['12345678901234567890', '12345678901234567890'],
    ['-0.0', '0'],
    ['1E-3', '0.001'],
    ['.5', '0.5'],
  ])('a number stored as %s is %s: plain decimals, no digit of a whole number lost', async (stored, read) => {
    expect(await cellOf(`<c r="A2"><v>${stored}</v></c>`)).toBe(read)
  })

  test.each([
    ['0000', '412', '0412'],
    ['00000000', '412.0', '00000412'],
    ['0000-00', '41203', '0412-03'],
    ['000\\-000', '1234', '001-234'],
    ['"P"0000', '412', 'P0412'],
    ['"115偵"00000', '423', '115偵00423'],
    ['[$-404]0000', '412', '0412'],
    ['[Red]0000;-0000', '412', '0412'],
    ['[<=9999999]###-####;(0#) ####-####', '221234567', '(02) 2123-4567'],
    ['0000', '12345', '12345'],
    ['0000', '4.5', '4.5'],
    ['#,##0', '1234', '1234'],
    ['0.00', '412', '412'],
    ['0.00E+00', '22099131', '22099131'],
    ['0"筆"', '3', '3'],
    ['General', '412', '412'],
    ['@', '412', '412'],
  ])('in the number format %s the number %s reads %s', async (code, stored, read) => {
    expect(await styled(stored, code)).toBe(read)
  })

  test.each([
    ['yyyy/mm/dd', '46331', '2026-11-05'],
    ['[$-404]e/mm/dd', '46331', '2026-11-05'],
    ['[$-404]e"年"m"月"d"日";@', '46331', '2026-11-05'],
    ['yyyy/mm/dd hh:mm', '46331.354166666664', '2026-11-05 08:30:00'],
    ['yyyy/mm/dd hh:mm', '46331', '2026-11-05 00:00:00'],
    ['yyyy/mm/dd hh:mm:ss.000', '46331.354169560182', '2026-11-05 08:30:00.250'],
    ['上午/下午hh"時"mm"分"', '0.354166666666667', '08:30:00'],
    ['[h]:mm', '1.25', '30:00:00'],
    ['yyyy/mm/dd', '1', '1900-01-01'],
    ['yyyy/mm/dd', '1e12', '1000000000000'],
    ['yyyy/mm/dd', '-3', '-3'],
    ['0\\d', '46331', '46331'],
  ])('in the date format %s the day number %s reads %s', async (code, stored, read) => {
    expect(await styled(stored, code)).toBe(read)
  })

  test.each([
    ['14', '46331', '2026-11-05'],
    ['22', '46331.5', '2026-11-05 12:00:00'],
    ['27', '46331', '2026-11-05'],
    ['33', '0.5', '12:00:00'],
    ['49', '46331', '46331'],
  ])('a format known by its number only is one too: %s', async (id, stored, read) => {
    const styles = `<cellXfs><xf numFmtId="0"/><xf numFmtId="${id}"/></cellXfs>`
    expect(await cellOf(`<c r="A2" s="1"><v>${stored}</v></c>`, { styles })).toBe(read)
  })

  test('formats of cell styles that are not cells count for nothing', async () => {
    const styles =
      '<cellStyleXfs><xf numFmtId="14"/><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="1"/></cellXfs><dxfs><xf numFmtId="14"/></dxfs>'
    expect(await cellOf('<c r="A2" s="1"><v>46331</v></c>', { styles })).toBe('46331')
  })

  test.each(['1', 'true'])('counts days from 1904 where the workbook says so (%s)', async (said) => {
    const parts = { styles: formats('yyyy/mm/dd'), properties: `<workbookPr date1904="${said}"/>` }
    expect(await cellOf('<c r="A2" s="1"><v>44869</v></c>', parts)).toBe('2026-11-05')
    expect(await cellOf('<c r="A2" s="1"><v>0.5</v></c>', parts)).toBe('12:00:00')
  })

  test.each([
    ['2026-11-05T00:00:00', '2026-11-05'],
    ['2026-11-05', '2026-11-05'],
    ['2026-11-05T08:30:00', '2026-11-05 08:30:00'],
    ['2026-11-05T08:29:59.9999999', '2026-11-05 08:30:00'],
    ['2026-11-05T08:30', '2026-11-05 08:30:00'],
    ['08:30:00', '08:30:00'],
    ['2026-02-30T00:00:00', '2026-02-30 00:00:00'],
  ])('an ISO date cell %s reads %s, so that it can be joined with a time', async (stored, read) => {
    expect(await cellOf(`<c r="A2" t="d"><v>${stored}</v></c>`)).toBe(read)
  })

  test('leaves reading guides out of shared and inline strings and keeps all runs of rich text', async () => {
    const guided =
      '<r><t>陳</t></r><r><rPr/><t>小明</t></r><rPh sb="0" eb="1"><t>ㄔㄣˊ</t></rPh><phoneticPr fontId="1"/>'
    expect(await cellOf('<c r="A2" t="s"><v>0</v></c>', { strings: `<si>${guided}</si>` })).toBe('陳小明')
    expect(await cellOf(`<c r="A2" t="inlineStr"><is>${guided}</is></c>`)).toBe('陳小明')
  })

  test('keeps line breaks, tabs and repeated spaces, written plainly, escaped or as CDATA', async () => {
    expect(await cellOf('<c r="A2" t="inlineStr"><is><t xml:space="preserve"> 甲\n乙\t丙  丁 </t></is></c>')).toBe(
      ' 甲\n乙\t丙  丁 ',
    )
    expect(await cellOf('<c r="A2" t="inlineStr"><is><t>甲_x000D_\n乙_x005F_x000D_</t></is></c>')).toBe('甲\n乙_x000D_')
    expect(await cellOf('<c r="A2" t="inlineStr"><is><t><![CDATA[0412]]></t></is></c>')).toBe('0412')
  })

  test('a boolean reads as Excel shows it', async () => {
    expect(await cellOf('<c r="A2" t="b"><v>1</v></c>')).toBe('TRUE')
    expect(await cellOf('<c r="A2" t="b"><v>0</v></c>')).toBe('FALSE')
  })

  test.each(['#N/A', '#REF!', '#VALUE!', '#NAME?', '#DIV/0!', '#NULL!', '#NUM!', '#SPILL!'])(
    '%s is nobody, and the row is still read',
    async (error) => {
      for (const cell of [
        `t="e"><v>${error}</v>`,
        `t="str"><f>A1</f><v>${error}</v>`,
        `t="inlineStr"><is><t>${error}</t></is>`,
      ])
        expect(await cellOf(`<c r="A2" ${cell}</c>`)).toBe('')
    },
  )

  test('a row of nothing but failed formulas is a row', async () => {
    const outcome = await readBook(xlsx({ rows: `${HEAD}<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>` }))
    expect(cellsOf(outcome)).toEqual([['', '']])
    expect(outcome).toMatchObject({ notes: { errorCells: 1 } })
  })

  test('takes the stored result of a formula', async () => {
    expect(await cellOf('<c r="A2"><f>1+1</f><v>2</v></c>')).toBe('2')
    expect(await cellOf('<c r="A2" t="str"><f>A1&amp;"x"</f><v>甲x</v></c>')).toBe('甲x')
  })

  test('a cell that points at no shared string, or at one too many, refuses the file rather than read as empty', async () => {
    const cell = '<c r="A2" t="s"><v>5</v></c>'
    await expect(cellOf(cell, { strings: '<si><t>a</t></si>' })).rejects.toThrow('damaged')
    await expect(cellOf(cell)).rejects.toThrow('damaged')
  })

  test('rejects the row of a cell that holds a separator or is longer than Excel allows', async () => {
    const text = (content: string) => `<c t="inlineStr"><is><t>${content}</t></is></c>`
    const rows = [text('a_x001F_b'), text('長'.repeat(40_000)), text('好')].map(
      (cell, i) => `<row r="${i + 2}">${cell}</row>`,
    )
    const outcome = await readBook(xlsx({ rows: HEAD + rows.join('') }))
    expect(outcome).toMatchObject({
      rows: [['4', '好', '']],
      rejects: [
        { line: 2, reason: 'control-character' },
        { line: 3, reason: 'cell-too-long' },
      ],
    })
  })
})

describe('a sheet is read by its structure', () => {
  const row = '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>'

  test.each([
    ['x', MAIN],
    ['ss', MAIN],
    ['main', 'http://purl.oclc.org/ooxml/spreadsheetml/main'],
  ])('knows elements by their namespace, whatever the prefix (%s)', async (prefix, uri) => {
    const prefixed = (xml: string) => xml.replace(/<(\/?)(?=[a-z])/g, `<$1${prefix}:`)
    const parts = xlsxParts({
      sheet: prefixed(`<worksheet xmlns:${prefix}="${uri}"><sheetData>${HEAD}${row}</sheetData></worksheet>`),
    })
    parts['xl/workbook.xml'] = prefixed(
      `<workbook xmlns:${prefix}="${uri}" xmlns:rel="http://purl.oclc.org/ooxml/officeDocument/relationships"><sheets><sheet name="s" sheetId="1" rel:id="rId1"/></sheets></workbook>`,
    )
    expect(cellsOf(await readBook(archive(parts)))).toEqual([['1', '2']])
  })

  test('passes over elements of other namespaces, though they are named alike', async () => {
    const foreign =
      '<row r="3" xmlns="urn:other"><c r="A3"><v>9</v></c></row><y:row xmlns:y="urn:other"><y:c><y:v>9</y:v></y:c></y:row>'
    expect(cellsOf(await readBook(xlsx({ rows: HEAD + row + foreign })))).toEqual([['1', '2']])
  })

  test('finds workbook, sheet, strings and styles by their relationships, not by names', async () => {
    const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
    const relations = (...each: [string, string, string][]) =>
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${each.map(([id, type, target]) => `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`).join('')}</Relationships>`
    const parts = {
      '[Content_Types].xml': '<Types/>',
      '_rels/.rels': relations(['a', 'officeDocument', '/book/main.xml']),
      'book/main.xml': `<workbook xmlns="${MAIN}" xmlns:r="${office}"><sheets><sheet name="s" sheetId="1" r:id="q"/></sheets></workbook>`,
      'book/_rels/main.xml.rels': relations(
        ['q', 'worksheet', '../data/one%20sheet.xml'],
        ['t', 'sharedStrings', 'texts.xml'],
        ['u', 'styles', './look.xml'],
      ),
      'data/one sheet.xml': `<worksheet xmlns="${MAIN}"><sheetData>${HEAD}<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="1"><v>7</v></c></row></sheetData></worksheet>`,
      'book/texts.xml': `<sst xmlns="${MAIN}"><si><t>0412</t></si></sst>`,
      'book/look.xml': `<styleSheet xmlns="${MAIN}">${formats('000')}</styleSheet>`,
    }
    expect(cellsOf(await readBook(archive(parts)))).toEqual([['0412', '007']])
  })

  test.each([
    ['a leading slash', (name: string) => `/${name}`],
    ['backslashes', (name: string) => name.replaceAll('/', '\\')],
    ['other letters', (name: string) => name.toUpperCase()],
  ])('opens an archive whose names have %s', async (_, spelt) => {
    const parts = Object.entries(xlsxParts({ rows: HEAD + row })).map(([name, part]) => [spelt(name), part])
    expect(cellsOf(await readBook(archive(Object.fromEntries(parts))))).toEqual([['1', '2']])
  })

  test('two rows of one number, each with the same cells, are a damaged workbook: none of them is lost', async () => {
    const twice = ['1', '2'].map((value) => `<row r="2"><c r="A2"><v>${value}</v></c></row>`).join('')
    expect(refusal(await readBook(xlsx({ rows: HEAD + twice })))).toContain('已損毀')
  })

  test('row elements of one number are one row; cells may lack their place, come in any order, or leave gaps', async () => {
    const apart = '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>'
    const bare = '<row><c><v>3</v></c><c><v>4</v></c></row>'
    const mixed = '<row r="9"><c r="B9"><v>6</v></c><c r="A9"><v>5</v></c></row><row><c r="B10"><v>8</v></c></row>'
    const outcome = await readBook(xlsx({ rows: HEAD + apart + bare + mixed }))
    expect('rows' in outcome && outcome.rows).toEqual([
      ['2', '1', '2'],
      ['3', '3', '4'],
      ['9', '5', '6'],
      ['10', '', '8'],
    ])
  })

  test('bordered empty cells right of the header are no columns; text there is a row of another width', async () => {
    const cells = (line: number, end: string) =>
      `<row r="${line}"><c r="A${line}"><v>1</v></c><c r="B${line}"><v>2</v></c><c r="C${line}" s="1"/><c r="Z${line}" s="1"/>${end}</row>`
    const head = HEAD.replace('</row>', '<c r="C1" s="1"/><c r="IV1" s="1"/></row>')
    const outcome = await readBook(
      xlsx({
        rows: head + cells(2, '<c r="AA2" t="inlineStr"><is><t> </t></is></c>') + cells(3, '<c r="ZZ3"><v>3</v></c>'),
      }),
    )
    expect(outcome).toMatchObject({
      header: ['甲', '乙'],
      rows: [['2', '1', '2']],
      rejects: [{ line: 3, reason: 'field-count' }],
    })
  })

  test.each(['hidden', 'veryHidden'])('reads the first sheet that is shown, not a %s one before it', async (state) => {
    const book = xlsx({
      rows: textRow(1, ['參數']),
      sheets: `<sheet name="參數" sheetId="1" state="${state}" r:id="rId1"/><sheet name="紀錄" sheetId="2" r:id="rId2"/>`,
      others: {
        'xl/worksheets/sheet2.xml': `<worksheet xmlns="${MAIN}"><sheetData>${HEAD}${row}</sheetData></worksheet>`,
      },
    })
    expect(await readBook(book)).toMatchObject({ header: ['甲', '乙'], notes: { sheet: { name: '紀錄' } } })
    expect(await readBook(book, { sheet: ' 參數 ' })).toMatchObject({ header: ['參數'] })
    expect(refusal(await readBook(book, { sheet: '勤務' }))).toContain('「參數」（隱藏）、「紀錄」')
  })

  test('says that every sheet is hidden', async () => {
    expect(
      refusal(
        await readBook(xlsx({ rows: HEAD, sheets: '<sheet name="甲" sheetId="1" state="hidden" r:id="rId1"/>' })),
      ),
    ).toContain('都是隱藏的：「甲」')
  })

  test('a merged cell stands for every row and column it covers, but makes no row of its own', async () => {
    const rows = `${textRow(1, ['甲', '乙', '丙'])}${textRow(2, ['0412', 'a', '1'])}<row r="3"><c r="A3"/><c r="B3"><v>5</v></c></row><row r="4"><c r="A4"><v>9</v></c><c r="B4"><v>6</v></c></row>`
    const behind = '<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="B4:C4"/><mergeCell ref="A4:A9"/></mergeCells>'
    const outcome = await readBook(xlsx({ rows, behind }))
    expect(cellsOf(outcome)).toEqual([
      ['0412', 'a', '1'],
      ['0412', '5', ''],
      ['9', '6', '6'],
    ])
    expect(outcome).toMatchObject({ notes: { filledRows: 1 } })
  })

  test('merged ranges that overlap, which no program writes, refuse the file', async () => {
    const behind = `<mergeCells>${'<mergeCell ref="A2:IV9"/>'.repeat(3)}</mergeCells>`
    expect(refusal(await readBook(xlsx({ rows: HEAD + row, behind })))).toContain('損毀')
  })
})
