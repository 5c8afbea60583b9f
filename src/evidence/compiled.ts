import type { Mapping } from '../wire/import.ts'
import type { TimeReading } from './careful-time.ts'
import type { StagedChunk } from './staged-chunk.ts'
import type { Target } from './target.ts'

export type Shape = StagedChunk['shape']
/** `strict` reads only the commonest forms of times, cheaply; `careful` all of them. What both read they read alike. */
export type Mode = 'strict' | 'careful'

/** How each column of times is read; a column that is not named: as `UNKNOWN`. */
export type Readings = ReadonlyMap<string, TimeReading>

export interface LoadContext {
  readonly target: Target
  readonly mapping: Mapping
  readonly header: readonly string[]
  readonly isJson: boolean
  readonly system: string
  readonly importId: string
  /** `YYYY-MM-DD HH:MM:SS.mmm` UTC */
  readonly knownAt: string
  readonly key: Buffer
  /** see ImportJob */
  readonly isStated: boolean
  readonly now: Date
}

export interface Condition {
  readonly holds: string
  /** `column:reason` when it does not */
  readonly reason: string
}

export interface Compiled {
  readonly shape: Shape
  readonly mode: Mode
  /** alias definitions by stage: each stage uses only earlier ones, so that nothing is computed or analysed twice */
  readonly stages: string[][]
  readonly values: Map<string, string>
  /** ids, made of the values as they are stored: `out_` and the column's name */
  readonly ids: Map<string, string>
  readonly conditions: Condition[]
  /** what makes a row one for the strict statement, whatever else is wrong with it */
  readonly strict: string[]
  readonly readings: Readings
  /** SQL of one row's marks, see read-marks.ts: the forms of its times, and what is odd about its subjects */
  readonly marks: string[]
  readonly subjects: string[]
  /** columns whose time may hang on the column as a whole, and what to know of it */
  readonly doubts: { readonly column: string; readonly profile: string }[]
  readonly params: Record<string, string | readonly string[]>
}

/** A time's form takes four of a row's marks, from the lowest on; what is odd about a subject three, from here on. */
export const SUBJECT_MARKS_AT = 32
export const SUBJECT_MARK_BITS = 3

/** Adds an alias to a stage. */
export function define(out: Compiled, stage: number, alias: string): void {
  while (out.stages.length <= stage) out.stages.push([])
  out.stages[stage]?.push(alias)
}
