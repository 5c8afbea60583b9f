import type { Mapping } from '../wire/import.ts'
import { FORM } from './careful-time.ts'
import { type EvidenceContext, stageTable } from './import-job.ts'
import { formOfSql, type Marks } from './read-marks.ts'
import type { Target } from './target.ts'

/** What was found of intervals and done about it, in rows. */
export interface SettledIntervals {
  /** ended at the first moment of their day in a column without any time of day: now at its last */
  readonly wholeDays: number
  /** duties that end before they begin on one day: now end the day after */
  readonly overnight: number
  /** end when they begin */
  readonly empty: number
  /** end before they begin: rejected */
  readonly reversed: number
}

const PAIRS = [
  ['starts', 'ends'],
  ['valid_from', 'valid_to'],
  ['opened_at', 'closed_at'],
  ['approved_at', 'valid_to'],
] as const
/** Duties go on past midnight; a leave or a validity that ends before it begins is a mistake. */
const OVERNIGHT = new Set(['shift', 'presence', 'dispatch'])

/**
 * Judges the intervals of the staged rows. A database writes a day as its midnight, and rosters write the day of the start
 * at both ends; both are read as they are meant. Ends before starts are rejects.
 */
export async function settleIntervals(
  context: EvidenceContext,
  importId: string,
  target: Target,
  mapping: Mapping,
  marks: Marks,
): Promise<SettledIntervals> {
  const none = { wholeDays: 0, overnight: 0, empty: 0, reversed: 0 }
  const pair = PAIRS.find((names) => names.every((name) => target.columns.some((each) => each.name === name)))
  if (!pair?.every((name) => mapping.columns[name])) return none
  const [start, end] = pair
  const stage = stageTable(importId)
  const isSameDay = `toDate(${end}, 'Asia/Taipei') = toDate(${start}, 'Asia/Taipei')`
  const endForm = `bitAnd(${formOfSql(target, mapping, end)}, ${FORM.precision})`
  const hasTimes = [...(marks.forms.get(end)?.keys() ?? [])].some((form) => (form & FORM.precision) === FORM.time)
  const isWholeDay = hasTimes ? '0' : `${endForm} = ${FORM.midnight} AND ${end} <= ${start} AND ${isSameDay}`
  const isOvernight = OVERNIGHT.has(target.name)
    ? `${end} < ${start} AND ${isSameDay} AND ${endForm} != ${FORM.day}`
    : '0'
  const { analytics } = context
  const [counted] = await analytics.rows<Record<keyof SettledIntervals, string>>(
    `SELECT countIf(whole) AS wholeDays, countIf(night AND NOT whole) AS overnight, countIf(e = s AND NOT whole) AS empty,
       countIf(e < s AND NOT whole AND NOT night) AS reversed FROM
       (SELECT ${start} AS s, ${end} AS e, ${isWholeDay} AS whole, ${isOvernight} AS night FROM ${stage})`,
  )
  const found = Object.fromEntries(Object.entries(counted ?? {}).map(([key, n]) => [key, Number(n)]))
  const settled: SettledIntervals = { ...none, ...found }
  if (settled.wholeDays + settled.overnight + settled.reversed === 0) return settled
  await analytics.command(`SYSTEM START MERGES ${stage}`)
  const settings = { mutations_sync: 1 }
  if (settled.wholeDays + settled.overnight > 0)
    await analytics.command(
      `ALTER TABLE ${stage} UPDATE ${end} = addDays(${end}, 1) WHERE (${isWholeDay}) OR (${isOvernight})`,
      { settings },
    )
  if (settled.reversed > 0) {
    await analytics.command(
      `INSERT INTO import_reject SELECT {id:String}, line, ['${end}:interval-reversed'] FROM ${stage} WHERE ${end} < ${start}`,
      { params: { id: importId } },
    )
    await analytics.command(`ALTER TABLE ${stage} DELETE WHERE ${end} < ${start}`, { settings })
  }
  return settled
}
