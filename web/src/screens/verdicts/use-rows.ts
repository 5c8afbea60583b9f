import { useQueries } from '@tanstack/react-query'
import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useLayoutEffect, useState } from 'react'
import type { VerdictList, VerdictRow } from '../../../../src/wire/verdict.ts'
import { PAGE_ROWS, verdictPageQuery } from '../../api/queries.ts'
import { useNarrow } from '../../ui/use-narrow.ts'

/** Row heights in pixels; the same figures stand in screens.css. */
const ROW_PX = { wide: 56, narrow: 132 }

/** Which rows are in sight while the page scrolls. The active row stays drawn, or the keyboard's focus would be lost. */
export function useRows(body: RefObject<HTMLElement | null>, count: number, active: number) {
  const size = useNarrow() ? ROW_PX.narrow : ROW_PX.wide
  const scrollMargin = useTop(body)
  const estimateSize = useCallback(() => size, [size])
  // A change of width changes every row's height; the key makes the virtualiser measure anew. It must stay the same
  // function between: for a new one all hundred thousand rows are measured again, 70 ms for each key pressed.
  const getItemKey = useCallback((index: number) => `${size} ${index}`, [size])
  return useWindowVirtualizer({
    count,
    estimateSize,
    getItemKey,
    overscan: 8,
    scrollMargin,
    scrollPaddingStart: 48,
    scrollPaddingEnd: 24,
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), Math.min(active, count - 1)])].sort((a, b) => a - b),
  })
}

/** Asks for the pages the rows lie on; a row is undefined until its page has come. */
export function usePages(asked: string, indexes: readonly number[]): (index: number) => VerdictRow | undefined {
  const pages = [...new Set(indexes.map((index) => Math.floor(index / PAGE_ROWS)))]
  const answers = useQueries({ queries: pages.map((page) => verdictPageQuery(asked, page)) })
  const byPage = new Map<number, VerdictList | undefined>(pages.map((page, i) => [page, answers[i]?.data]))
  return (index) => byPage.get(Math.floor(index / PAGE_ROWS))?.rows[index % PAGE_ROWS]
}

// Filters wrap and tiles load above the list, so its place is measured after every drawing.
function useTop(body: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    if (body.current) setTop(Math.round(body.current.getBoundingClientRect().top + window.scrollY))
  })
  return top
}
