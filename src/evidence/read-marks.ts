import type { Mapping } from '../wire/import.ts'
import { FORM } from './careful-time.ts'
import { SUBJECT_MARK_BITS, SUBJECT_MARKS_AT } from './compiled.ts'
import { type EvidenceContext, stageTable } from './import-job.ts'
import { ODD } from './subject-sql.ts'
import type { Target, TargetColumn } from './target.ts'

/** What the staged rows of an import tell of how their values were written. */
export interface Marks {
  /** rows by the form (bits of FORM) of each column of times that the mapping fills */
  readonly forms: ReadonlyMap<string, ReadonlyMap<number, number>>
  /** values by what is odd about an identifier */
  readonly odd: Readonly<Record<keyof typeof ODD, number>>
}

const isTime = (column: TargetColumn) => column.type === 'time' || column.type === 'end'

/** The columns of times that a row's marks tell of, in their order. */
export const markedTimes = (target: Target, mapping: Mapping): readonly string[] =>
  target.columns.filter((each) => isTime(each) && mapping.columns[each.name]).map(({ name }) => name)

/** SQL of the form of one column's time in a staged row; 0 where the mapping does not fill it. */
export function formOfSql(target: Target, mapping: Mapping, column: string): string {
  const place = markedTimes(target, mapping).indexOf(column)
  return place === -1 ? '0' : `bitAnd(bitShiftRight(seen, ${place * FORM.bits}), ${2 ** FORM.bits - 1})`
}

/** Reads the marks of every row staged so far. */
export async function readMarks(
  { analytics }: EvidenceContext,
  importId: string,
  target: Target,
  mapping: Mapping,
): Promise<Marks> {
  const rows = await analytics.rows<{ seen: string; n: string }>(
    `SELECT toString(seen) AS seen, count() AS n FROM ${stageTable(importId)} GROUP BY seen`,
  )
  const marks = rows.map(({ seen, n }) => ({ seen: BigInt(seen), rows: Number(n) }))
  const at = (seen: bigint, place: number, bits: number) => Number((seen >> BigInt(place)) & BigInt(2 ** bits - 1))
  const forms = markedTimes(target, mapping).map((name, i) => {
    const counted = new Map<number, number>()
    for (const { seen, rows: n } of marks) {
      const form = at(seen, i * FORM.bits, FORM.bits)
      if (form !== 0) counted.set(form, (counted.get(form) ?? 0) + n)
    }
    return [name, counted] as const
  })
  const subjects = target.columns.filter((each) => each.type === 'subject')
  const count = (code: number) =>
    marks
      .flatMap(({ seen, rows: n }) =>
        subjects.map((_, i) =>
          at(seen, SUBJECT_MARKS_AT + i * SUBJECT_MARK_BITS, SUBJECT_MARK_BITS) === code ? n : 0,
        ),
      )
      .reduce((sum, n) => sum + n, 0)
  return {
    forms: new Map(forms),
    odd: {
      checkDigit: count(ODD.checkDigit),
      companyCheck: count(ODD.companyCheck),
      masked: count(ODD.masked),
      form: count(ODD.form),
    },
  }
}
