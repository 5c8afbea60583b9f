import { type KeyboardEvent, useRef, useState } from 'react'

const STEPS: Readonly<Record<string, readonly [columns: number, rows: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** Where a key moves in a grid of `columns` × `rows` cells counted row by row; the edges hold. Undefined for other keys. */
export function movedIndex(
  key: string,
  at: number,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): number | undefined {
  const row = Math.floor(at / columns)
  if (key === 'Home') return row * columns
  if (key === 'End') return row * columns + columns - 1
  const step = STEPS[key]
  if (!step) return undefined
  const column = Math.min(columns - 1, Math.max(0, (at % columns) + step[0]))
  return Math.min(rows - 1, Math.max(0, row + step[1])) * columns + column
}

/** One tab stop for a whole grid of cells: arrows, Home and End move inside. `cell(i)` are the attributes of cell i. */
export function useRoving(grid: { readonly columns: number; readonly rows: number }, first: number) {
  const [at, setAt] = useState(first)
  const cells = useRef(new Map<number, Element>())
  const current = Math.min(at, grid.columns * grid.rows - 1)
  const onKeyDown = (event: KeyboardEvent) => {
    const next = movedIndex(event.key, current, grid)
    if (next === undefined) return
    event.preventDefault()
    setAt(next)
    const cell = cells.current.get(next)
    if (cell instanceof HTMLElement || cell instanceof SVGElement) cell.focus()
  }
  const cell = (index: number) => ({
    tabIndex: index === current ? 0 : -1,
    ref: (element: Element | null) => {
      if (element) cells.current.set(index, element)
      else cells.current.delete(index)
    },
    onFocus: () => setAt(index),
    onKeyDown,
  })
  return { cell }
}
