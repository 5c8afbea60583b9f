import type { VerdictFilter, VerdictName } from '../../../src/wire/verdict.ts'
import { isDay, nextDay, previousDay, taipeiDayOf, taipeiMidnight } from '../format/taipei-day.ts'

/** What the list's address says: the filter, its order, and which face is shown. */
export interface VerdictAddress {
  readonly filter: VerdictFilter
  readonly sort: 'rank' | 'time'
  readonly view: 'list' | 'overview'
}

const WORDS = ['agency', 'system', 'unit', 'officer', 'subject', 'rule', 'text'] as const
const MAX_WORD_CHARACTERS = 64
const VERDICTS: readonly VerdictName[] = ['contradicted', 'unexplained', 'weak', 'explained']

/**
 * Reads the query string of /verdicts. Days (`from=2026-09-01&to=2026-09-07`, both inclusive, Taipei) and instants (as the
 * API takes them, `to` exclusive) are both understood; what is malformed is left out rather than sent on.
 */
export function readVerdictAddress(search: string): VerdictAddress {
  const params = new URLSearchParams(search)
  const filter: VerdictFilter = {}
  const from = readInstant(params.get('from'), 'from')
  const to = readInstant(params.get('to'), 'to')
  if (from) filter.from = from
  if (to) filter.to = to
  for (const word of WORDS) {
    const value = params.get(word)?.slice(0, MAX_WORD_CHARACTERS)
    if (value && (word !== 'subject' || /^[0-9a-f]{32}$/.test(value))) filter[word] = value
  }
  const verdicts = readVerdicts(params.get('verdict') ?? '')
  if (verdicts.length > 0) filter.verdict = verdicts.join(',')
  const hour = readWhole(params.get('hour'), 0, 23)
  const weekday = readWhole(params.get('weekday'), 1, 7)
  if (hour !== undefined) filter.hour = hour
  if (weekday !== undefined) filter.weekday = weekday
  return {
    filter,
    sort: params.get('sort') === 'time' ? 'time' : 'rank',
    view: params.get('view') === 'overview' ? 'overview' : 'list',
  }
}

/** The address of a filter: `/verdicts?…`, shortest form, days where the instants are Taipei midnights. */
export function verdictHref({ filter, sort, view }: VerdictAddress): string {
  const params = new URLSearchParams()
  if (filter.from) params.set('from', taipeiMidnightDay(filter.from) ?? filter.from)
  if (filter.to) {
    const day = taipeiMidnightDay(filter.to)
    params.set('to', day ? previousDay(day) : filter.to)
  }
  for (const word of [...WORDS, 'verdict', 'hour', 'weekday'] as const) {
    const value = filter[word]
    if (value !== undefined && value !== '') params.set(word, String(value))
  }
  if (sort === 'time') params.set('sort', 'time')
  if (view === 'overview') params.set('view', 'overview')
  const search = params.toString().replaceAll('%2C', ',')
  return search ? `/verdicts?${search}` : '/verdicts'
}

/** The filter as the API's query string, in one fixed order so that equal filters share an answer. */
export function filterSearch(filter: VerdictFilter): string {
  const params = new URLSearchParams()
  for (const name of ['from', 'to', ...WORDS, 'verdict', 'hour', 'weekday'] as const) {
    const value = filter[name]
    if (value !== undefined && value !== '') params.set(name, String(value))
  }
  return params.toString()
}

/** The verdicts a filter names, worst first; none named means all. */
export function readVerdicts(text: string): readonly VerdictName[] {
  const named = new Set(text.split(','))
  return VERDICTS.filter((verdict) => named.has(verdict))
}

/** The filter with one part set, or left out when `value` is undefined or empty. */
export function withPart<K extends keyof VerdictFilter>(
  filter: VerdictFilter,
  name: K,
  value: VerdictFilter[K],
): VerdictFilter {
  const { [name]: _left, ...rest } = filter
  return value === undefined || value === '' ? (rest as VerdictFilter) : { ...rest, [name]: value }
}

function readInstant(text: string | null, end: 'from' | 'to'): string | undefined {
  if (!text) return undefined
  if (isDay(text)) return taipeiMidnight(end === 'from' ? text : nextDay(text))
  return /^\d{4}-\d{2}-\d{2}T/.test(text) && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined
}

function taipeiMidnightDay(instant: string): string | undefined {
  const day = taipeiDayOf(instant)
  return Date.parse(taipeiMidnight(day)) === Date.parse(instant) ? day : undefined
}

function readWhole(text: string | null, least: number, most: number): number | undefined {
  if (text === null || !/^\d{1,2}$/.test(text)) return undefined
  const value = Number(text)
  return value >= least && value <= most ? value : undefined
}
