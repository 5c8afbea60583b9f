import type { Analytics } from '../analytics/analytics.ts'
import type { AccessPage, DayItem, DayLane } from '../wire/access.ts'
import type { VerdictName } from '../wire/verdict.ts'
import { wordFor } from './names.ts'
import type { Hit } from './sentence.ts'
import { fromSql, startOfTaipeiDay, toSql } from './taipei-text.ts'

const DAY_MS = 86_400_000
const MAX_ITEMS = 400
// A claimed stop is looked for this long before and after the access.
const STOP_WINDOW_MS = 60 * 60_000

interface Span {
  low: string
  high: string
  label: string
}

interface DayRecords {
  readonly shifts: readonly Span[]
  readonly leaves: readonly Span[]
  readonly presences: readonly Span[]
  readonly dispatches: readonly Span[]
  readonly stops: readonly Span[]
  readonly visits: readonly Span[]
}

type Looked = { readonly officer: string; readonly at: Date; readonly terminal: string; readonly claim: string }
type DayParams = { readonly officer: string; readonly from: string; readonly to: string }

/** The official's day around one access, as lanes on one time axis. Reads this official's records of this day only. */
export async function drawDay(analytics: Analytics, access: Looked, hits: readonly Hit[]): Promise<AccessPage['day']> {
  const start = startOfTaipeiDay(access.at)
  const end = new Date(start.getTime() + DAY_MS)
  const params = { officer: access.officer, from: toSql(start), to: toSql(end) }
  const records = await readRecords(analytics, params)
  const isAgainst = (kind: string) =>
    hits.some(
      (hit) => hit.rule.kind === 'contradiction' && [...hit.witnesses.values()].some((each) => each.kind === kind),
    )
  const toneOf = (kind: string, span: Span, usual: DayItem['tone']) =>
    isAgainst(kind) && covers(span, access.at) ? 'contradicts' : usual
  const evidence = (spans: readonly Span[]) => spans.map((span) => item(span, 'evidence', span.label))
  const lanes: DayLane[] = [
    lane(
      'shift',
      '勤務表',
      records.shifts.map((span) => item(span, toneOf('shift', span, 'duty'), shiftLabel(span.label))),
    ),
    lane(
      'leave',
      '差假',
      records.leaves.map((span) => item(span, toneOf('leave', span, 'neutral'), wordFor(span.label))),
    ),
    lane('dispatch', '派遣與盤查', [
      ...evidence(records.dispatches),
      ...evidence(records.stops),
      ...absentStop(access, hits),
    ]),
    lane(
      'terminal',
      '終端機',
      records.presences.map((span) => {
        const tone = toneOf('presence', span, 'neutral')
        return item(span, tone, tone === 'contradicts' ? `${span.label}${standsAt(hits)}` : span.label)
      }),
    ),
    lane('case', '案件與臨櫃', [...evidence(records.visits), ...caseBars(hits, start, end)]),
    lane('access', '查詢', await accessPoints(analytics, params)),
  ]
  return { starts: start.toISOString(), ends: end.toISOString(), lanes }
}

async function readRecords(analytics: Analytics, params: DayParams): Promise<DayRecords> {
  const spans = (select: string) => analytics.rows<Span>(select, { params })
  const between = (starts: string, ends: string) =>
    `officer = {officer:String} AND ${starts} < toDateTime64({to:String}, 3, 'UTC') AND ${ends} > toDateTime64({from:String}, 3, 'UTC')`
  const interval = (table: string, label: string) =>
    spans(
      `SELECT toString(starts) AS low, toString(ends) AS high, ${label} AS label FROM ${table} WHERE ${between('starts', 'ends')} ORDER BY starts LIMIT ${MAX_ITEMS}`,
    )
  const point = (table: string, label: string) =>
    spans(
      `SELECT toString(at) AS low, '' AS high, ${label} AS label FROM ${table} WHERE ${between('at', 'at')} ORDER BY at LIMIT ${MAX_ITEMS}`,
    )
  return {
    shifts: await interval('evidence_shift', "concat(kind, '|', place)"),
    leaves: await interval('evidence_leave', 'kind'),
    presences: await interval('evidence_presence', 'place'),
    dispatches: await interval('evidence_dispatch', "concat('派遣 ', dispatch_no)"),
    stops: await point('evidence_stop', "concat('盤查 ', place)"),
    visits: await point('evidence_visit', "concat('臨櫃 ', service)"),
  }
}

const lane = (name: DayLane['lane'], title: string, items: readonly DayItem[]): DayLane => ({
  lane: name,
  title,
  items: [...items],
})
const covers = (span: Span, at: Date): boolean => fromSql(span.low) <= at && at < fromSql(span.high)
const shiftLabel = (label: string): string =>
  label
    .split('|')
    .map((part) => wordFor(part))
    .filter(Boolean)
    .join('　')

function item(span: Span, tone: DayItem['tone'], label: string): DayItem {
  return {
    starts: fromSql(span.low).toISOString(),
    ends: span.high === '' ? null : fromSql(span.high).toISOString(),
    label,
    tone,
    accessId: null,
    verdict: null,
  }
}

// Where the terminal stands that speaks against the claim: the word that makes the picture readable at a glance.
function standsAt(hits: readonly Hit[]): string {
  const terminal = hits
    .filter(({ rule }) => rule.kind === 'contradiction')
    .flatMap((hit) => [...hit.witnesses.values()])
    .find(({ kind, values }) => kind === 'terminal' && values['place'])
  return terminal ? `　${terminal.values['place']}` : ''
}

// The stop that was claimed and is on no record has its place on the axis: what is missing must be seen too.
function absentStop(access: { readonly at: Date; readonly claim: string }, hits: readonly Hit[]): DayItem[] {
  const isClaimed =
    access.claim === 'patrol-check' &&
    hits.some((hit) => hit.rule.id === 'stop-unrecorded' || hit.rule.id.startsWith('patrol-claim'))
  if (!isClaimed) return []
  const [starts, ends] = [
    new Date(access.at.getTime() - STOP_WINDOW_MS),
    new Date(access.at.getTime() + STOP_WINDOW_MS),
  ]
  return [
    {
      starts: starts.toISOString(),
      ends: ends.toISOString(),
      label: '查無盤查紀錄',
      tone: 'absent',
      accessId: null,
      verdict: null,
    },
  ]
}

// Cases have no hours of their own; those that witness the verdict are shown over the part of the day they were open.
function caseBars(hits: readonly Hit[], start: Date, end: Date): DayItem[] {
  const seen = new Set<string>()
  return hits.flatMap((hit) =>
    [...hit.witnesses.values()].flatMap((witness): DayItem[] => {
      const from =
        witness.values['opened_at'] ?? (witness.kind === 'assignment' ? witness.values['valid_from'] : undefined)
      const to = witness.values['closed_at'] ?? witness.values['valid_to']
      const number = witness.values['case_no'] ?? ''
      if (from === undefined || to === undefined || seen.has(number)) return []
      seen.add(number)
      const [starts, ends] = [
        new Date(Math.max(fromSql(from).getTime(), start.getTime())),
        new Date(Math.min(fromSql(to).getTime(), end.getTime())),
      ]
      if (ends <= starts) return []
      return [
        {
          starts: starts.toISOString(),
          ends: ends.toISOString(),
          label: number,
          tone: 'evidence',
          accessId: null,
          verdict: null,
        },
      ]
    }),
  )
}

async function accessPoints(analytics: Analytics, params: DayParams): Promise<DayItem[]> {
  const rows = await analytics.rows<{ id: string; at: string; verdict: VerdictName; purpose: string }>(
    `SELECT lower(hex(access_id)) AS id, toString(at) AS at, toString(verdict) AS verdict, purpose FROM verdict_current AS v
     WHERE v.officer = {officer:String} AND v.at >= toDateTime64({from:String}, 3, 'UTC') AND v.at < toDateTime64({to:String}, 3, 'UTC') ORDER BY v.at, v.access_id LIMIT ${MAX_ITEMS}`,
    { params },
  )
  return rows.map((row) => ({
    starts: fromSql(row.at).toISOString(),
    ends: null,
    label: row.purpose,
    tone: row.verdict === 'contradicted' ? 'contradicts' : row.verdict === 'explained' ? 'evidence' : 'neutral',
    accessId: row.id,
    verdict: row.verdict,
  }))
}
