import { useKeys } from '../../ui/use-keys.ts'

interface RowActs {
  readonly move: (step: number) => void
  readonly open: () => void
  readonly close: () => void
  readonly page: () => void
}

/** j/k and arrows move, Enter opens beside, o opens the page, Escape closes. */
export function useRowKeys({ move, open, close, page }: RowActs): void {
  const step = (by: number) => (event: KeyboardEvent) => {
    event.preventDefault()
    move(by)
  }
  useKeys({
    j: step(1),
    k: step(-1),
    o: page,
    Escape: close,
    ArrowDown: (event) => isOnRows(event) && step(1)(event),
    ArrowUp: (event) => isOnRows(event) && step(-1)(event),
    Enter: (event) => isOnRows(event) && open(),
  })
}

// Arrows and Enter belong to whatever control has the focus; only when none has do they mean the list.
function isOnRows({ target }: KeyboardEvent): boolean {
  return target === document.body || (target instanceof Element && target.matches('.list-row, main, .frame'))
}
