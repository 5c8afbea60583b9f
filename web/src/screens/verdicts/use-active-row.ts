import { useCallback, useEffect, useEffectEvent, useState } from 'react'

/** The row a person left from, so that coming back to the same list continues there. */
let left = { asked: '', index: 0 }

/** The row the keyboard is on; remembered for the list that `asked` names. */
export function useActiveRow(asked: string): readonly [number, (index: number) => void] {
  const [active, setActive] = useState(() => (left.asked === asked ? left.index : 0))
  const move = useCallback(
    (index: number) => {
      left = { asked, index }
      setActive(index)
    },
    [asked],
  )
  return [active, move]
}

/** Scrolls back to the remembered row, once. */
export function useReturn(active: number, scrollToIndex: (index: number, options: { align: 'center' }) => void): void {
  const scroll = useEffectEvent(() => {
    if (active > 0) scrollToIndex(active, { align: 'center' })
  })
  useEffect(() => {
    // After the frame has scrolled to the top, as it does on every arrival.
    const request = requestAnimationFrame(() => scroll())
    return () => cancelAnimationFrame(request)
  }, [])
}
