import type { QualityFinding } from '../wire/import.ts'
import type { EvidenceContext } from './import-job.ts'
import type { Told } from './settle-columns.ts'

// Below these shares a missing identifier is everyday untidiness.
const WARN_SHARE = 0.01
const SERIOUS_SHARE = 0.1

/** A finding with its weight by the share of rows; undefined when there is none. */
export function shareOf(
  code: QualityFinding['code'],
  count: number,
  total: number,
  zh: string,
  en: string,
): QualityFinding | undefined {
  if (count === 0) return undefined
  const part = count / Math.max(total, 1)
  const severity = part >= SERIOUS_SHARE ? 'serious' : part >= WARN_SHARE ? 'warning' : 'note'
  const number = count.toLocaleString('en')
  return { code, severity, count, sentence: `${number} ${zh}`, sentenceEn: `${number} ${en}` }
}

interface Question {
  readonly importId: string
  readonly rowsRead: number
  readonly told: Told
}

const percent = (count: number, total: number): string => `${((100 * count) / Math.max(total, 1)).toFixed(1)} %`

type Words = readonly [code: QualityFinding['code'], count: number, zh: string, en: string]

/** What the values themselves tell: identifiers that cannot be right, times outside reason, intervals without length. */
export async function valueFindings(
  context: EvidenceContext,
  { importId, rowsRead, told }: Question,
): Promise<readonly (QualityFinding | undefined)[]> {
  const rejected = await rejectedFor(context, importId)
  const { odd } = told
  const found: readonly Words[] = [
    [
      'check-digit',
      odd.checkDigit + odd.companyCheck,
      '個識別碼檢查碼不符，可能打錯；已載入，但很可能對不到任何人或公司。',
      'identifiers fail their check digit, so are probably mistyped; loaded, though they will hardly match anybody.',
    ],
    [
      'masked-identifier',
      odd.masked,
      '個識別碼已遮蔽，不知是誰；不與任何紀錄相比。請來源機關提供完整識別碼。',
      'identifiers are masked: they are compared with nothing. Ask for an export with whole identifiers.',
    ],
    [
      'odd-form',
      odd.form,
      '個識別碼不是身分證、居留證、統一編號、地號、車牌或護照的寫法。',
      'identifiers have the form of none that is known.',
    ],
    [
      'ambiguous-time',
      told.doubtful,
      '列的日期或時間有兩種讀法，整欄也看不出是哪一種，已退件；請在對應檔寫明 order（年在最後）或 era（兩位數年份），或改匯出完整格式。',
      'rows have a time that reads two ways, and the column does not tell which: rejected. Say order (year last) or era (two-digit years) in the mapping, or export whole dates and times.',
    ],
    ...intervalWords(told),
    ...rejectWords(rejected),
  ]
  return found.map(([code, count, zh, en]) => {
    const part = percent(count, rowsRead)
    return shareOf(code, count, rowsRead, `${zh}（${part}）`, `${en} (${part})`)
  })
}

const intervalWords = ({ intervals }: Told): readonly Words[] => [
  [
    'no-length',
    intervals.wholeDays,
    '列起迄都寫當日零時，該欄又沒有任何時刻，已讀為整天。',
    'rows begin and end at midnight of one day in a column without any time of day: read as the whole day.',
  ],
  [
    'no-length',
    intervals.empty,
    '列結束等於開始，沒有長度，不會與任何紀錄相符。',
    'rows end when they begin, and so match nothing.',
  ],
  [
    'overnight',
    intervals.overnight,
    '列勤務結束早於開始而同日，已讀為跨夜，結束於隔日。',
    'rows of duty end before they begin on one day: read as ending the day after.',
  ],
  ['interval-reversed', intervals.reversed, '列結束早於開始，已退件。', 'rows end before they begin: rejected.'],
]

const rejectWords = (rejected: ReadonlyMap<string, number>): readonly Words[] => [
  [
    'out-of-window',
    rejected.get('out-of-window') ?? 0,
    '列的日期過早或過晚（查詢與事實自民國 79 年起、至兩年後），已退件。',
    'rows are dated outside reason (facts from 1990 to two years ahead): rejected.',
  ],
  [
    'lost-digits',
    rejected.get('lost-digits') ?? 0,
    '列的號碼被試算表改成科學記號（如 1.15E+09），後面的位數已失，已退件；請以文字格式重新匯出。',
    'rows have a number a spreadsheet turned into E notation, its last digits lost: rejected. Export the column as text.',
  ],
  [
    'bad-number',
    rejected.get('bad-number') ?? 0,
    '列的數量無法判讀，已退件。',
    'rows have a count that cannot be read: rejected.',
  ],
]

async function rejectedFor({ analytics }: EvidenceContext, importId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await analytics.rows<{ code: string; n: string }>(
    `SELECT splitByChar(':', reason)[2] AS code, uniqExact(line) AS n FROM
       (SELECT line, arrayJoin(reasons) AS reason FROM import_reject WHERE import_id = {id:String}) GROUP BY code`,
    { params: { id: importId } },
  )
  return new Map(rows.map(({ code, n }) => [code, Number(n)]))
}
