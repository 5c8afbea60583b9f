import type { QualityFinding } from '../wire/import.ts'
import { brokenTexts } from './broken-text.ts'
import { type EvidenceContext, sqlTime, stageTable } from './import-job.ts'
import { sameIdOtherContent } from './same-id.ts'
import type { Told } from './settle-columns.ts'
import type { Target } from './target.ts'
import { shareOf, valueFindings } from './value-quality.ts'

const SILENCE_HOURS = 24
const CLOCK_JUMP_MINUTES = 10
const LINES_PER_LOOK = 200
interface Question {
  readonly importId: string
  readonly target: Target
  readonly agency: string
  readonly rowsRead: number
  readonly rowsRejected: number
  readonly duplicates: number
  readonly told: Told
}

/** What an ethics officer must know of a file before she trusts conclusions from it: each finding with its count. */
export async function qualityOf(context: EvidenceContext, question: Question): Promise<QualityFinding[]> {
  const stage = stageTable(question.importId)
  const found: (QualityFinding | undefined)[] = [
    shareOf(
      'rejected-rows',
      question.rowsRejected,
      question.rowsRead,
      '列無法載入，已列入退件。',
      'rows could not be loaded; see the rejects.',
    ),
    repeated(question),
    await unknownOfficers(context, question, stage),
    await futureTimes(context, question, stage),
    ...(await valueFindings(context, question)),
    await brokenTexts(context, question.importId, question.target),
  ]
  if (question.target.name === 'access') {
    found.push(await missing(context, stage, question), await gaps(context, stage), await clockJumps(context, stage))
    found.push(await sameIdOtherContent(context, question.importId))
  }
  return found.filter((each) => each !== undefined)
}

/** Registers have a line for each party and repeat the case in each: no doubt about the data, unlike a log that repeats itself. */
function repeated({ duplicates, rowsRead, target }: Question): QualityFinding | undefined {
  const found = shareOf(
    'duplicate-id',
    duplicates,
    rowsRead,
    '列與已有紀錄重複，未再載入。',
    'rows repeat records that are there already.',
  )
  return found && target.name !== 'access' ? { ...found, severity: 'note' } : found
}

async function missing(
  context: EvidenceContext,
  stage: string,
  question: Question,
): Promise<QualityFinding | undefined> {
  const [row] = await context.analytics.rows<{ n: string }>(
    `SELECT countIf(subject_kind = 'none' OR purpose = '') AS n FROM ${stage}`,
  )
  return shareOf(
    'missing-identifier',
    Number(row?.n),
    question.rowsRead,
    '筆查詢沒有當事人識別碼或事由。',
    'accesses name no subject or no purpose.',
  )
}

async function unknownOfficers(
  context: EvidenceContext,
  question: Question,
  stage: string,
): Promise<QualityFinding | undefined> {
  const hasOfficer = question.target.columns.some((each) => each.name === 'officer')
  if (!hasOfficer || question.target.name === 'post') return undefined
  const [posts] = await context.analytics.rows<{ n: string }>(
    'SELECT count() AS n FROM evidence_post WHERE agency = {agency:String}',
    {
      params: { agency: question.agency },
    },
  )
  if (posts?.n === '0') return undefined
  const known = '(SELECT officer FROM evidence_post WHERE agency = {agency:String})'
  // A number that is known with zeros before it was probably opened in a spreadsheet; whose it is, is not guessed.
  const bare = `concat({agency:String}, ':', replaceRegexpOne(substring(officer, position(officer, ':') + 1), '^0+', ''))`
  const [row] = await context.analytics.rows<{ n: string; padded: string }>(
    `SELECT countIf(officer NOT IN ${known}) AS n, countIf(officer NOT IN ${known} AND ${bare} IN (SELECT ${bare} FROM evidence_post WHERE agency = {agency:String})) AS padded
     FROM ${stage} WHERE officer != ''`,
    { params: { agency: question.agency } },
  )
  const isPadded = Number(row?.padded) > 0
  return shareOf(
    'unknown-officer',
    Number(row?.n),
    question.rowsRead,
    `列的員工編號不在職務資料中。${isPadded ? `其中 ${Number(row?.padded)} 列補零後即為已知編號，可能是試算表去掉了開頭的零；請以文字格式重新匯出。` : ''}`,
    `rows name an officer who has no post on record.${isPadded ? ` ${Number(row?.padded)} of them are known with zeros before the number: maybe leading zeros were lost in a spreadsheet; export the column as text.` : ''}`,
  )
}

async function futureTimes(
  context: EvidenceContext,
  question: Question,
  stage: string,
): Promise<QualityFinding | undefined> {
  const isFact =
    question.target.name === 'access' ||
    ['visit', 'stop', 'document', 'complaint', 'presence'].includes(question.target.name)
  if (!isFact) return undefined
  const [row] = await context.analytics.rows<{ n: string }>(
    `SELECT countIf(${question.target.timeColumn} > toDateTime64({now:String}, 3, 'UTC') + INTERVAL 1 DAY) AS n FROM ${stage}`,
    { params: { now: sqlTime(context.clock.now()) } },
  )
  return shareOf('future-time', Number(row?.n), question.rowsRead, '列的時間在未來。', 'rows are dated in the future.')
}

async function gaps(context: EvidenceContext, stage: string): Promise<QualityFinding | undefined> {
  const [row] = await context.analytics.rows<{ n: string; first: string }>(
    `SELECT count() AS n, toString(min(hour)) AS first FROM
       (SELECT hour, dateDiff('hour', lagInFrame(hour, 1, hour) OVER (ORDER BY hour), hour) AS silent FROM
         (SELECT DISTINCT toStartOfHour(at) AS hour FROM ${stage}))
     WHERE silent >= ${SILENCE_HOURS}`,
  )
  const count = Number(row?.n)
  if (count === 0) return undefined
  return {
    code: 'gap',
    severity: 'warning',
    count,
    sentence: `有 ${count} 段超過 ${SILENCE_HOURS} 小時沒有任何紀錄；請確認匯出是否完整。`,
    sentenceEn: `${count} stretches of over ${SILENCE_HOURS} hours without any record; check that the export is complete.`,
  }
}

// Logs are written in order of time: where a stretch of lines begins well before the stretch above it ended, a clock was set back.
async function clockJumps(context: EvidenceContext, stage: string): Promise<QualityFinding | undefined> {
  const [row] = await context.analytics.rows<{ n: string }>(
    `SELECT countIf(low < before - INTERVAL ${CLOCK_JUMP_MINUTES} MINUTE) AS n FROM
       (SELECT low, lagInFrame(high, 1, low) OVER (ORDER BY look) AS before FROM
         (SELECT intDiv(line, ${LINES_PER_LOOK}) AS look, min(at) AS low, max(at) AS high FROM ${stage} GROUP BY look))`,
  )
  const count = Number(row?.n)
  if (count === 0) return undefined
  return {
    code: 'clock-jump',
    severity: 'note',
    count,
    sentence: `有 ${count} 處時間順序倒退超過 ${CLOCK_JUMP_MINUTES} 分鐘。`,
    sentenceEn: `Time runs backwards by over ${CLOCK_JUMP_MINUTES} minutes at ${count} places.`,
  }
}
