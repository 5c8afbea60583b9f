import type { RejectReason } from './staged-chunk.ts'

/** One row of a sheet: its number in the sheet and its cells as text. A fault is why it cannot be loaded as it is. */
export interface SheetRow {
  readonly line: number
  readonly cells: readonly string[]
  readonly fault?: RejectReason
}

export interface SheetListed {
  readonly name: string
  readonly isHidden: boolean
}

/** Which sheet is read, which there are as far as is known by now, and what had to be done to read it. */
export interface SheetNotes {
  readonly sheet: SheetListed | undefined
  readonly sheets: readonly SheetListed[]
  /** rows that took a value from a merged cell */
  readonly filledRows: number
  /** cells whose formula had failed; they are read as empty */
  readonly errorCells: number
}

/** A sheet found in a workbook, its rows as they are read, and what is known of it after those that were. */
export interface SheetReading {
  readonly rows: AsyncGenerator<SheetRow>
  readonly notes: () => SheetNotes
}
