import { MAX_COLUMNS, MAX_MERGED_RANGES } from './source-limits.ts'
import { damaged, tooLarge } from './workbook-words.ts'

/** A merged range: rows and columns, 0-based columns, sheet's own row numbers, both ends included. */
export interface MergedRange {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

interface Active extends MergedRange {
  value: string
}

export interface MergedCells {
  add(range: MergedRange): void
  /** Puts the value of each merged cell into the cells it covers in this row. Rows must come in the order of the sheet. */
  fill(line: number, cells: string[]): void
  /** rows that took a value from a merged cell above them */
  filledRows(): number
}

/**
 * Merged cells as people read them: the value stands for every row and column they cover, whatever the covered cells
 * still hold. A program keeps it in the first cell only.
 */
export function newMergedCells(): MergedCells {
  let waiting: MergedRange[] = []
  let isSorted = true
  let active: Active[] = []
  let filled = 0
  const open = (line: number, cells: readonly string[]) => {
    if (!isSorted) waiting = waiting.sort((a, b) => b.top - a.top)
    isSorted = true
    active = active.filter((range) => range.bottom >= line)
    for (let next = waiting.at(-1); next && next.top <= line; next = waiting.at(-1)) {
      waiting.pop()
      // The first cell is empty where its row holds nothing at all.
      if (next.bottom >= line) active.push({ ...next, value: next.top === line ? (cells[next.left] ?? '') : '' })
    }
    // INVARIANT: ranges do not overlap, so those of one row cover each of its columns once at most.
    const covered = active.reduce((sum, { left, right }) => sum + Math.min(right, MAX_COLUMNS) - left + 1, 0)
    if (covered > MAX_COLUMNS + 1) throw damaged()
  }
  return {
    add: (range) => {
      if (!Number.isFinite(range.top + range.bottom) || range.left >= MAX_COLUMNS) return
      if (range.bottom < range.top || range.right < range.left) return
      if (range.bottom === range.top && range.right === range.left) return
      waiting.push(range)
      if (waiting.length > MAX_MERGED_RANGES) throw tooLarge()
      isSorted = false
    },
    fill: (line, cells) => {
      if (waiting.length === 0 && active.length === 0) return
      open(line, cells)
      let isFilled = false
      for (const { top, left, right, value } of active) {
        if (value === '') continue
        for (let at = left; at <= Math.min(right, MAX_COLUMNS - 1); at++) {
          while (cells.length < at) cells.push('')
          isFilled ||= line > top
          cells[at] = value
        }
      }
      if (isFilled) filled++
    },
    filledRows: () => filled,
  }
}
