import type { Today } from '../wire/guide.ts'
import { dayOf, daysUntil, seriesOf, shiftDay, verdictsHref } from './day-range.ts'
import type { DayRange, GuideFacts } from './port.ts'
import { percent, SPARK_DAYS, sum, totalOf } from './proofs.ts'

type Change = Today['changes'][number]
type Waiting = Today['waiting'][number]

const WEEK_DAYS = 7
const SHOWN_CHANGES = 3

/**
 * What waits (only what there is any of), and the three figures that changed most between the newest seven days of data
 * and the seven before, largest change first. Days count from the newest data, so that a late delivery still compares whole weeks.
 */
export async function todayAt(facts: GuideFacts, now: Date): Promise<Omit<Today, 'warnings'>> {
  const [newest, lastRun] = await Promise.all([facts.newestDay(), facts.lastRun()])
  const importDays = daysUntil(dayOf(now), SPARK_DAYS)
  const rejected = seriesOf(importDays, await facts.rejectedByDay(importDays), ({ count }) => count, 0)
  const range = newest ? daysUntil(newest, SPARK_DAYS) : undefined
  const waiting = await whatWaits(facts, range, sum(rejected))
  const changes = [...(range ? await verdictChanges(facts, range) : []), rejectedChange(rejected)]
  return {
    waiting: waiting.filter(({ count }) => count > 0),
    changes: changes
      .filter(({ spark }) => spark.some((point) => point > 0))
      .sort((a, b) => changeOf(b) - changeOf(a))
      .slice(0, SHOWN_CHANGES),
    lastRun: lastRun ?? null,
  }
}

async function whatWaits(facts: GuideFacts, range: DayRange | undefined, rejectedRows: number): Promise<Waiting[]> {
  const [unseen, serious, days] = await Promise.all([
    facts.unseenContradicted(),
    facts.seriousImports(),
    range ? facts.verdictsByDay(range) : [],
  ])
  const unexplained = sum(days.map(({ counts }) => counts.unexplained))
  const item = (id: string, title: string, titleEn: string, count: number, href: string): Waiting => ({
    id,
    title,
    titleEn,
    count,
    dueAt: null,
    href,
  })
  return [
    item(
      'contradicted',
      '與紀錄相牴觸、尚無人檢視的查詢',
      'Contradicted look-ups nobody has opened',
      unseen,
      '/verdicts?verdict=contradicted',
    ),
    item(
      'unexplained',
      '近 30 日待說明的查詢',
      'Unexplained look-ups of 30 days',
      unexplained,
      range ? verdictsHref(range, { verdict: 'unexplained' }) : '/verdicts',
    ),
    item('quality', '資料品質有嚴重疑義的匯入', 'Imports with serious quality findings', serious, '/imports'),
    item('rejected', '近 30 日匯入時退回的資料列', 'Rows rejected at import in 30 days', rejectedRows, '/imports'),
  ]
}

async function verdictChanges(facts: GuideFacts, range: DayRange): Promise<Change[]> {
  const days = await facts.verdictsByDay(range)
  const series = seriesOf(range, days, ({ counts }) => counts, {
    contradicted: 0,
    unexplained: 0,
    weak: 0,
    explained: 0,
  })
  const [before, week] = [series.slice(-2 * WEEK_DAYS, -WEEK_DAYS), series.slice(-WEEK_DAYS)]
  const newest: DayRange = { from: shiftDay(range.to, -WEEK_DAYS), to: range.to }
  const share = (verdict: 'explained' | 'unexplained', part: typeof series) =>
    percent(sum(part.map((each) => each[verdict])), sum(part.map(totalOf)))
  const shareChange = (verdict: 'explained' | 'unexplained', title: string, titleEn: string): Change => ({
    id: `${verdict}-share`,
    title,
    titleEn,
    unit: '%',
    unitEn: '%',
    value: share(verdict, week),
    previous: share(verdict, before),
    spark: series.map((each) => percent(each[verdict], totalOf(each))),
    href: verdictsHref(newest, { verdict }),
  })
  return [
    {
      id: 'contradicted',
      title: '相牴觸',
      titleEn: 'Contradicted',
      unit: '筆',
      unitEn: 'look-ups',
      value: sum(week.map((each) => each.contradicted)),
      previous: sum(before.map((each) => each.contradicted)),
      spark: series.map((each) => each.contradicted),
      href: verdictsHref(newest, { verdict: 'contradicted' }),
    },
    shareChange('unexplained', '待說明比率', 'Unexplained share'),
    shareChange('explained', '有據比率', 'Explained share'),
  ]
}

function rejectedChange(perDay: readonly number[]): Change {
  return {
    id: 'rejected',
    title: '匯入退回列數',
    titleEn: 'Rows rejected at import',
    unit: '列',
    unitEn: 'rows',
    value: sum(perDay.slice(-WEEK_DAYS)),
    previous: sum(perDay.slice(-2 * WEEK_DAYS, -WEEK_DAYS)),
    spark: [...perDay],
    href: '/imports',
  }
}

/** Relative change, so that counts and shares compare; the floor keeps one-to-two from outranking real movements. */
const FLOOR = 5
const changeOf = ({ value, previous }: Change): number => Math.abs(value - previous) / Math.max(value, previous, FLOOR)
