import type { Mapping, TimeReadingView } from '../wire/import.ts'
import { DOUBTS_COLUMNS, type Doubts, doubtsOfSql, presentReading, readingOf } from './column-reading.ts'
import type { Readings } from './compiled.ts'
import { doubtsTable, type EvidenceContext } from './import-job.ts'
import { type Marks, readMarks } from './read-marks.ts'
import { type SettledIntervals, settleIntervals } from './settle-intervals.ts'
import type { Target } from './target.ts'

/** What the values of a whole file tell, once every row is staged or rejected. */
export interface Told {
  readonly odd: Marks['odd']
  readonly intervals: SettledIntervals
  readonly readings: readonly TimeReadingView[]
  /** rows rejected because their column leaves open how they are to be read */
  readonly doubtful: number
}

interface Staged {
  readonly importId: string
  readonly target: Target
  readonly mapping: Mapping
  readonly isInDoubt: boolean
  /** fills the table with what is to be known of the rows in doubt */
  readonly askDoubts: (table: string) => Promise<void>
  /** loads or rejects them; returns the rows rejected */
  readonly loadDoubtful: (readings: Readings) => Promise<number>
}

/**
 * Finds how each column of times is read, over all its rows; loads what hung on that; and settles intervals. The stage table
 * then has the columns of its target and no others.
 */
export async function settleColumns(context: EvidenceContext, staged: Staged): Promise<Told> {
  const { importId, target, mapping } = staged
  const before = await readMarks(context, importId, target, mapping)
  const doubts = staged.isInDoubt ? await readDoubts(context, staged) : new Map<string, Doubts>()
  const readings: Readings = new Map(
    [...before.forms].map(([name, forms]) => [name, readingOf(mapping.columns[name] ?? {}, forms, doubts.get(name))]),
  )
  const doubtful = staged.isInDoubt ? await staged.loadDoubtful(readings) : 0
  const marks = staged.isInDoubt ? await readMarks(context, importId, target, mapping) : before
  const intervals = await settleIntervals(context, importId, target, mapping, marks)
  const shown = [...readings].map(([name, reading]) =>
    presentReading(name, marks.forms.get(name) ?? new Map(), reading),
  )
  return { odd: marks.odd, intervals, readings: shown, doubtful }
}

async function readDoubts({ analytics }: EvidenceContext, staged: Staged): Promise<Map<string, Doubts>> {
  const table = doubtsTable(staged.importId)
  await analytics.command(`CREATE TABLE ${table} ${DOUBTS_COLUMNS}`)
  await staged.askDoubts(table)
  const rows = await analytics.rows<Doubts & { readonly name: string }>(doubtsOfSql(table))
  return new Map(rows.map((row) => [row.name, row]))
}
