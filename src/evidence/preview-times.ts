import type { Analytics } from '../analytics/analytics.ts'
import type { Mapping, TimeReadingView } from '../wire/import.ts'
import { DOUBT, FORM, type TimeColumn, timeSql, UNKNOWN } from './careful-time.ts'
import { type Doubts, presentReading, readingOf } from './column-reading.ts'
import { markedTimes } from './read-marks.ts'
import { cleanSql, namedSql } from './sql-values.ts'
import type { Target } from './target.ts'

const SHOWN_VALUES = 3

/** How a column of times would be read, by the rows of a preview; the whole file may yet say otherwise. */
export interface TimePreview extends TimeReadingView {
  /** the first values with a text, and the instant each is read as (ISO, UTC); null: a reject */
  readonly values: readonly { readonly text: string; readonly instant: string | null }[]
}

/**
 * Reads the columns of times of a preview's rows as an import would. `valuesOf` gives a column's texts, joined with a space
 * where the mapping joins columns.
 */
export async function previewTimes(
  analytics: Analytics,
  now: Date,
  target: Target,
  mapping: Mapping,
  valuesOf: (column: string) => readonly string[],
): Promise<readonly TimePreview[]> {
  const found: TimePreview[] = []
  for (const name of markedTimes(target, mapping)) {
    const from = mapping.columns[name] ?? {}
    const isEnd = target.columns.some((each) => each.name === name && each.type === 'end') || name === 'ends'
    const as = { isEnd, isJoined: (from.join?.length ?? 0) > 1, thisYear: now.getUTCFullYear() }
    const texts = valuesOf(name)
    const first = await readTexts(analytics, texts, { ...as, reading: UNKNOWN })
    const reading = readingOf(from, formsOf(first), doubtsOf(first))
    const read = await readTexts(analytics, texts, { ...as, reading })
    const shown = read.filter(({ raw }) => raw.trim() !== '').slice(0, SHOWN_VALUES)
    const values = shown.map(({ raw, isValid, at }) => ({
      text: raw,
      instant: isValid ? `${at.replace(' ', 'T')}Z` : null,
    }))
    found.push({ ...presentReading(name, formsOf(read), reading), values })
  }
  return found
}

interface ReadText extends Doubts {
  readonly raw: string
  readonly isValid: boolean
  readonly at: string
  readonly form: number
  readonly doubt: number
}

async function readTexts(analytics: Analytics, texts: readonly string[], as: TimeColumn): Promise<readonly ReadText[]> {
  const time = timeSql('it', 'plain', as)
  const body = [[`${namedSql(cleanSql('raw'))} AS plain`], ...time.stages].reduce(
    (inner, aliases) => `(SELECT *, ${aliases.join(', ')} FROM ${inner})`,
    '(SELECT arrayJoin({texts:Array(String)}) AS raw)',
  )
  return analytics.rows<ReadText>(
    `SELECT raw, toBool(${time.isValid}) AS isValid, toString(${time.instant}) AS at, toUInt8(${time.form}) AS form,
       toUInt8(${time.doubt}) AS doubt, ${time.clockDigits} AS digits, toBool(${time.isNoHourMinute}) AS isLate,
       ${time.firstNumber} AS first, ${time.secondNumber} AS second FROM ${body}`,
    { params: { texts } },
  )
}

function formsOf(rows: readonly ReadText[]): ReadonlyMap<number, number> {
  const forms = new Map<number, number>()
  for (const { isValid, form } of rows) if (isValid) forms.set(form, (forms.get(form) ?? 0) + 1)
  return forms
}

function doubtsOf(rows: readonly ReadText[]): Doubts | undefined {
  const open = rows.filter(({ doubt }) => doubt !== 0)
  if (open.length === 0) return undefined
  const ordered = open.filter(({ doubt }) => (doubt & DOUBT.order) !== 0)
  return {
    digits: Math.max(...open.map(({ digits }) => digits)),
    isLate: open.some(({ isLate }) => isLate),
    first: Math.max(0, ...ordered.map(({ first }) => first)),
    second: Math.max(0, ...ordered.map(({ second }) => second)),
    hasTime: open.some(({ form }) => (form & FORM.precision) !== FORM.day),
  }
}
