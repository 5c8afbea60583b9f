import type { Queryable } from '../database/database.ts'
import type { EventKind } from './event.ts'

/** A row of a table that answers for an event: what the event must have sealed for it to be true. */
export interface SideRow {
  /** as a finding names it, such as `disclosure:CODE` */
  readonly place: string
  readonly eventId: string
  /** compared where it is given */
  readonly at?: Date
  readonly actor?: string
  /** members of the event's result, by name; undefined is not compared */
  readonly detail: Readonly<Record<string, unknown>>
  readonly subject?: string
}

/** A table beside the journal, and how it is held against it. */
export interface SideTable {
  readonly name: string
  /** kinds of events each of which has a row here */
  readonly kinds: readonly EventKind[]
  /** rows in the order of their key, after this one ('' from the start) */
  page(tx: Queryable, after: string, limit: number): Promise<readonly (SideRow & { readonly key: string })[]>
  /** ids of events of `kinds` that have no row, some of them */
  missing(tx: Queryable, limit: number): Promise<readonly string[]>
}
