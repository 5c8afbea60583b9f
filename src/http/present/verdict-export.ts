import { formatRocDay, taipeiDay } from '../../base/roc-date.ts'
import type { VerdictName, VerdictRow } from '../../wire/verdict.ts'

export const verdictWords: Readonly<Record<VerdictName, string>> = {
  contradicted: '相牴觸',
  unexplained: '待說明',
  weak: '佐證薄弱',
  explained: '有據',
}

export const exportHeader = [
  '判定',
  '分數',
  '日期',
  '時間',
  '機關',
  '系統',
  '查詢人',
  '單位',
  '職稱',
  '登載事由',
  '登載案號',
  '對象類別',
  '對象代碼',
  '為何列於此',
  '紀錄編號',
  '排序值',
  '命中範本',
  '查詢識別碼',
] as const

/** The list's rows as an office reads them: words in Chinese, ROC dates, Taipei time, pseudonyms only. */
export async function* exportRows(rows: AsyncIterable<VerdictRow>): AsyncIterable<readonly string[]> {
  for await (const row of rows) {
    const at = new Date(row.at)
    yield [
      verdictWords[row.verdict],
      String(row.score),
      formatRocDay(taipeiDay(at), 'slash'),
      taipeiTime(at),
      row.agencyName,
      row.systemName,
      row.officerLabel,
      row.unit,
      row.title,
      row.purpose,
      row.caseNo,
      row.subjectKind,
      row.subjectLabel,
      row.why,
      row.sourceId,
      String(row.rank),
      row.rules.join(' '),
      row.accessId,
    ]
  }
}

const clock = new Intl.DateTimeFormat('zh-TW', {
  timeZone: 'Asia/Taipei',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const taipeiTime = (at: Date): string => clock.format(at)
