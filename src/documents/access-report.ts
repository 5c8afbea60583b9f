import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result } from '../base/result.ts'
import { formatRocDay, taipeiDay } from '../base/roc-date.ts'
import type { AccessHit, AccessPage } from '../wire/access.ts'
import { asTyped, breakable, partsOf, plainSentence } from '../wire/typed-text.ts'
import type { VerdictName } from '../wire/verdict.ts'
import { drawDay } from './draw-day.ts'
import { drawPath } from './draw-path.ts'
import { taipeiTime } from './taipei-time.ts'
import { type PdfFailure, renderPdf } from './write-pdf.ts'

export interface ReportContext {
  readonly organisation: string
  /** post and name of who prints */
  readonly printedBy: string
  readonly printedAt: Date
  /** stands at the foot of every page */
  readonly disclosureNote?: string
  readonly fontFolders?: readonly string[]
}

const TEMPLATE = readFileSync(join(import.meta.dirname, 'access-report.typ'), 'utf8')
const MAX_REASONS = 12
const MAX_EVIDENCE_PER_REASON = 6
const MAX_HISTORY = 10
const DISCLOSURE_NOTE = '本報告以代碼呈現當事人；列印已留存紀錄，請依機密檔案程序保管與銷毀。'
const VERDICT_WORDS: Readonly<Record<VerdictName, string>> = {
  contradicted: '相牴觸',
  unexplained: '待說明',
  weak: '佐證薄弱',
  explained: '有據',
}
const HIT_WORDS: Readonly<Record<AccessHit['kind'], string>> = {
  contradiction: '牴觸',
  flag: '徵候',
  template: '說明',
}

/**
 * One access as A4 pages for the chief's desk: the sentence, the verdict, the evidence path and the day as drawings, the
 * reasons with their sources, the record, the verdict's history. Returns the PDF's bytes. Pseudonyms only, as on the page.
 */
export async function accessReportPdf(
  page: AccessPage,
  context: ReportContext,
): Promise<Result<Uint8Array, PdfFailure>> {
  const pdf = renderPdf({
    template: TEMPLATE,
    data: reportData(page, context),
    date: context.printedAt,
    ...(context.fontFolders && { fontFolders: context.fontFolders }),
  })
  return pdf.ok ? ok(pdf.value.bytes) : pdf
}

/** Everything the template shows, as words and millimetres: the template itself decides nothing. */
export function reportData(page: AccessPage, context: ReportContext) {
  const { row } = page
  return {
    organisation: context.organisation,
    title: '查詢判定報告',
    reference: row.accessId.slice(0, 12).toUpperCase(),
    verdict: row.verdict,
    verdictWord: VERDICT_WORDS[row.verdict],
    // What the sentence quotes is set apart from its own words.
    sentence: partsOf(page.sentence).map((part) => ({ ...part, text: breakable(part.text) })),
    summary: page.summary,
    path: drawPath(page.path),
    day: drawDay(page),
    reasons: [...page.hits]
      .sort((a, b) => b.points - a.points)
      .slice(0, MAX_REASONS)
      .map(reasonOf),
    moreReasons: Math.max(0, page.hits.length - MAX_REASONS),
    record: recordOf(page),
    history: page.history.slice(-MAX_HISTORY).map((each) => ({
      at: rocTime(each.at),
      verdict: each.verdict,
      word: VERDICT_WORDS[each.verdict],
      score: String(each.score),
      ruleSet: each.ruleSet,
    })),
    printed: `${context.printedBy}　${rocTime(context.printedAt.toISOString())} 列印`,
    note: context.disclosureNote ?? DISCLOSURE_NOTE,
  }
}

const recordedWords = ({ recordedAt, knownAt }: AccessHit['evidence'][number]): string =>
  recordedAt ? `${rocTime(recordedAt)} 登錄` : `登錄時間未載，本系統 ${rocTime(knownAt)} 取得`

function reasonOf(hit: AccessHit) {
  return {
    kind: hit.kind,
    word: HIT_WORDS[hit.kind],
    sentence: breakable(plainSentence(hit.sentence)),
    points: hit.points > 0 ? `+${hit.points}` : String(hit.points).replace('-', '−'),
    evidence: hit.evidence
      .slice(0, MAX_EVIDENCE_PER_REASON)
      .map(
        (each) =>
          `${each.kindTitle}　${breakable(asTyped(each.summary))}　（${recordedWords(each)}，檔案第 ${each.line} 列）`,
      ),
    more: Math.max(0, hit.evidence.length - MAX_EVIDENCE_PER_REASON),
  }
}

/** Label, value, and whether the value takes the whole width; half-width ones come in pairs. */
function recordOf(page: AccessPage): readonly (readonly [string, string, boolean])[] {
  const { row } = page
  return [
    ['查詢時間', rocTime(row.at, true), false],
    ['終端機', typed(page.terminal) || '未記載', false],
    ['查詢人', [row.officerLabel, row.unit, row.title].filter(Boolean).join('　'), false],
    ['當事人', [row.subjectKind, row.subjectLabel].filter(Boolean).join('　'), false],
    ['系統', row.systemName || row.system, false],
    ['動作與條件', [page.action, page.queryKind].filter(Boolean).join('　') || '未記載', false],
    ['登載案號', typed(row.caseNo) || '未登載', false],
    ['回傳筆數', String(page.rowCount), false],
    ['登載事由', typed(row.purpose) || '未登載', true],
    ['取得欄位', typed(page.fields.join('、')) || '未記載', true],
    [
      '來源',
      `${row.agencyName}　原始編號 ${page.sourceId || '無'}　匯入批次 ${page.importId} 第 ${page.line} 列`,
      true,
    ],
    ['識別碼', row.accessId, true],
  ]
}

const typed = (text: string): string => breakable(asTyped(text))

function rocTime(iso: string, withSeconds = false): string {
  const at = new Date(iso)
  return `${formatRocDay(taipeiDay(at), 'formal')} ${taipeiTime(at, withSeconds)}`
}
