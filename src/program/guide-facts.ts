import type { Analytics } from '../analytics/analytics.ts'
import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'
import type { Evidence } from '../evidence/port.ts'
import { type DayRange, dayOf, type GuideFacts } from '../guide/port.ts'
import type { Reconcile } from '../reconcile/port.ts'

interface Parts {
  readonly analytics: Analytics
  readonly database: Database
  readonly evidence: Evidence
  readonly reconcile: Reconcile
  readonly clock: Clock
}

// Beyond this many contradicted accesses their exact number matters to nobody; the ones looked at are then not subtracted.
const MAX_CONTRADICTED = 20_000
const DAY = "toString(toDate(current.at, 'Asia/Taipei'))"
const IN_RANGE =
  "current.at >= toDateTime64({from:String}, 3, 'Asia/Taipei') AND current.at < toDateTime64({to:String}, 3, 'Asia/Taipei')"
const bounds = (range: DayRange) => ({ from: `${range.from} 00:00:00`, to: `${range.to} 00:00:00` })

/** The guide's figures, asked of the slices that have them. */
export function guideFacts({ analytics, database, evidence, reconcile, clock }: Parts): GuideFacts {
  return {
    newestDay: () => newestDay(analytics, clock),
    lastRun: async () => {
      const done = (await reconcile.listRuns()).filter((run) => run.state === 'done' && run.endedAt !== null)
      const [last] = done.sort((a, b) => (b.endedAt ?? '').localeCompare(a.endedAt ?? ''))
      return last?.endedAt ? { runId: last.runId, endedAt: last.endedAt, accesses: last.accesses } : undefined
    },
    verdictsByDay: (range) => verdictsByDay(analytics, range),
    refutedByDay: async (measure, range) => {
      const { rules } = await reconcile.listRules()
      const ids = rules
        .filter((rule) => rule.kind === 'contradiction' && rule.measures.includes(measure))
        .map((rule) => rule.id)
      return ids.length === 0 ? [] : hitsByDay(analytics, ids, range)
    },
    statedByDay: (range) => statedByDay(analytics, range),
    eventsByDay: (kinds, range) => eventsByDay(database, kinds, range),
    rejectedByDay: async (range) => rejectedByDay(await evidence.listImports(), range),
    unseenContradicted: () => unseenContradicted(analytics, database),
    seriousImports: async () =>
      (await evidence.listImports()).filter(
        ({ state, quality }) => state === 'done' && quality.some(({ severity }) => severity === 'serious'),
      ).length,
  }
}

// A clock set wrong in a source system dates accesses in the future; the newest day is never after today.
async function newestDay(analytics: Analytics, clock: Clock): Promise<string | undefined> {
  const [row] = await analytics.rows<{ day: string; n: string }>(
    `SELECT max(${DAY}) AS day, count() AS n FROM verdict_current AS current WHERE toDate(current.at, 'Asia/Taipei') <= toDate({today:String})`,
    { params: { today: dayOf(clock.now()) } },
  )
  return row && row.n !== '0' ? row.day : undefined
}

async function verdictsByDay(analytics: Analytics, range: DayRange) {
  const rows = await analytics.rows<{
    day: string
    contradicted: string
    unexplained: string
    weak: string
    explained: string
  }>(
    `SELECT ${DAY} AS day, countIf(current.verdict = 'contradicted') AS contradicted, countIf(current.verdict = 'unexplained') AS unexplained,
       countIf(current.verdict = 'weak') AS weak, countIf(current.verdict = 'explained') AS explained
     FROM verdict_current AS current WHERE ${IN_RANGE} GROUP BY day ORDER BY day`,
    { params: bounds(range) },
  )
  return rows.map(({ day, contradicted, unexplained, weak, explained }) => ({
    day,
    counts: {
      contradicted: Number(contradicted),
      unexplained: Number(unexplained),
      weak: Number(weak),
      explained: Number(explained),
    },
  }))
}

async function hitsByDay(analytics: Analytics, ids: readonly string[], range: DayRange) {
  const rows = await analytics.rows<{ day: string; count: string }>(
    `SELECT ${DAY} AS day, count() AS count FROM verdict_current AS current
     WHERE ${IN_RANGE} AND hasAny(current.rules, {ids:Array(String)}) GROUP BY day ORDER BY day`,
    { params: { ...bounds(range), ids } },
  )
  return rows.map(({ day, count }) => ({ day, count: Number(count) }))
}

/** A case number, or a purpose that says something: an access flagged as vague states none. */
async function statedByDay(analytics: Analytics, range: DayRange) {
  const rows = await analytics.rows<{ day: string; part: string; total: string }>(
    `SELECT ${DAY} AS day, count() AS total,
       countIf(current.case_no != '' OR (current.purpose != '' AND NOT has(current.rules, 'vague-purpose'))) AS part
     FROM verdict_current AS current WHERE ${IN_RANGE} GROUP BY day ORDER BY day`,
    { params: bounds(range) },
  )
  return rows.map(({ day, part, total }) => ({ day, part: Number(part), total: Number(total) }))
}

async function eventsByDay(database: Database, kinds: readonly string[], range: DayRange) {
  const rows = await database.query<{ day: string; count: number; last: Date }>(
    `SELECT to_char(at AT TIME ZONE 'Asia/Taipei', 'YYYY-MM-DD') AS day, count(*)::int AS count, max(at) AS last FROM event
     WHERE kind = ANY($1) AND at >= ($2::date)::timestamp AT TIME ZONE 'Asia/Taipei'
       AND at < ($3::date)::timestamp AT TIME ZONE 'Asia/Taipei' GROUP BY day ORDER BY day`,
    [kinds, range.from, range.to],
  )
  return rows.map(({ day, count, last }) => ({ day, count, last: last.toISOString() }))
}

function rejectedByDay(imports: Awaited<ReturnType<Evidence['listImports']>>, range: DayRange) {
  const perDay = new Map<string, number>()
  for (const { startedAt, rowsRejected, state } of imports) {
    const day = dayOf(new Date(startedAt))
    if (state === 'done' && day >= range.from && day < range.to) perDay.set(day, (perDay.get(day) ?? 0) + rowsRejected)
  }
  return [...perDay].map(([day, count]) => ({ day, count }))
}

async function unseenContradicted(analytics: Analytics, database: Database): Promise<number> {
  const rows = await analytics.rows<{ ref: string }>(
    "SELECT concat('access:', lower(hex(current.access_id))) AS ref FROM verdict_current AS current WHERE current.verdict = 'contradicted' LIMIT {limit:UInt32}",
    { params: { limit: MAX_CONTRADICTED } },
  )
  if (rows.length === 0) return 0
  const [seen] = await database.query<{ n: string }>(
    "SELECT count(DISTINCT event.subject_ref) AS n FROM event WHERE event.kind = 'look' AND event.subject_ref = ANY($1)",
    [rows.map(({ ref }) => ref)],
  )
  return rows.length - Number(seen?.n ?? 0)
}
