import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { patrolPage } from './access-report.fixture.ts'
import { accessReportPdf, type ReportContext, reportData } from './access-report.ts'
import { findCjkFont, SYSTEM_FONT_FOLDERS } from './cjk-fonts.ts'
import { drawable, isDrawn, readCoverage } from './glyph-coverage.ts'
import { renderPdf } from './write-pdf.ts'

const context: ReportContext = {
  organisation: '雲山縣政府',
  printedBy: '政風室科員　林政風',
  printedAt: new Date('2026-11-23T06:05:00Z'),
}
const TEXT_TOOL = 'pdftotext'
const font = findCjkFont(SYSTEM_FONT_FOLDERS)
const hasTextTool = spawnSync(TEXT_TOOL, ['-v']).error === undefined

async function bytesOf(page: typeof patrolPage): Promise<Uint8Array> {
  const pdf = await accessReportPdf(page, context)
  expect(pdf).toMatchObject({ ok: true })
  return pdf.ok ? pdf.value : new Uint8Array()
}

function textOf(pdf: Uint8Array): string {
  const file = join(mkdtempSync(join(tmpdir(), 'shoumi-pdf-')), 'report.pdf')
  writeFileSync(file, pdf)
  return execFileSync(TEXT_TOOL, ['-layout', file, '-'], { encoding: 'utf8' })
}

describe('a report without a font', () => {
  test('is refused with advice instead of printed with blanks', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shoumi-no-font-'))
    const pdf = await accessReportPdf(patrolPage, {
      ...context,
      fontFolders: [folder, '/no/such/folder'],
    })
    expect(pdf).toMatchObject({
      ok: false,
      error: { code: 'font-missing', advice: expect.stringContaining('fonts-noto-cjk') },
    })
  })
})

describe('the words and positions of a report', () => {
  test('put the strongest reason first', () => {
    expect(reportData(patrolPage, context).reasons.map((reason) => reason.points)).toEqual(['+41', '+33', '+12', '−3'])
  })

  test('keep every bar of the day on the page and labels of one row apart', () => {
    const { day } = reportData(patrolPage, context)
    for (const item of day.lanes.flatMap((lane) => lane.items)) {
      expect(item.x).toBeGreaterThanOrEqual(day.axisLeft)
      expect(item.x + item.width).toBeLessThanOrEqual(day.width + 0.001)
    }
    const dispatch = day.lanes.find((lane) => lane.title === '派遣與盤查')
    expect(new Set(dispatch?.items.map((item) => item.row)).size).toBe(2)
  })

  test('draw a link over a column around below the boxes', () => {
    const { path } = reportData(patrolPage, context)
    const around = path.links.find((link) => link.label.startsWith('無親屬'))
    expect(around?.points).toHaveLength(4)
    expect(Math.max(...(around?.points ?? []).map((point) => point[1]))).toBeGreaterThan(
      Math.max(...path.nodes.map((node) => node.y + path.nodeHeight)),
    )
  })

  test('tell a screen reader the path in words', () => {
    expect(reportData(patrolPage, context).path.spoken).toContain('115偵00423與當事人 7F3A‥C21：相牴觸，非本案當事人')
  })
})

describe.skipIf(!font)('a report as PDF', () => {
  test('is tagged PDF/A-2a and the same bytes for the same page', async () => {
    const [first, second] = [await bytesOf(patrolPage), await bytesOf(patrolPage)]
    const text = Buffer.from(first).toString('latin1')
    expect(text.startsWith('%PDF-')).toBe(true)
    expect(text).toContain('<pdfaid:part>2</pdfaid:part>')
    expect(text).toContain('<pdfaid:conformance>A</pdfaid:conformance>')
    expect(Buffer.compare(first, second)).toBe(0)
  })

  test.skipIf(!hasTextTool)('holds the sentence, the verdict, the reasons, who printed it and when', async () => {
    const text = textOf(await bytesOf(patrolPage))
    for (const part of [
      '相牴觸',
      '所稱攔查時段查無盤查紀錄',
      '+41',
      '115偵00423',
      '林政風',
      '民國115年11月23日 14:05',
      '第 1 頁',
    ])
      expect(text).toContain(part)
  })

  test.skipIf(!hasTextTool)('prints markup in the data as it stands, since data is never source', async () => {
    const typed = '#panic("x") *粗* $y$ #include "/etc/passwd"'
    const text = textOf(await bytesOf({ ...patrolPage, row: { ...patrolPage.row, purpose: typed } }))
    expect(text).toContain(typed)
  })

  test.skipIf(!hasTextTool)('shows a character no font draws by its number instead of leaving it out', async () => {
    const text = textOf(await bytesOf({ ...patrolPage, summary: '姓名為\u{1F701}某' }))
    expect(text).toContain('姓名為〔U+1F701〕某')
    expect(text).toContain('下列字元本機字型未收')
  })

  test('reads no file of the machine from a template', () => {
    const pdf = renderPdf({ template: '#read("/etc/hostname")', data: {}, date: context.printedAt })
    expect(pdf).toEqual({ ok: false, error: { code: 'compile-failed', stage: 'layout' } })
  })

  test('draws 罕用字 of names and knows what it does not draw', () => {
    const coverage = readCoverage(font?.file ?? '')
    expect([...'堃喆瑠峯碁銹衞𠮷守密'].filter((sign) => !isDrawn(coverage, sign.codePointAt(0) ?? 0))).toEqual([])
    expect(drawable({ name: ['\uE000甲'] }, coverage)).toEqual({
      data: { name: ['〔U+E000〕甲'] },
      missing: ['\uE000'],
    })
  })
})
