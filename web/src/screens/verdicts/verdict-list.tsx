import { useQueries, useQuery } from '@tanstack/react-query'
import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import type { VerdictList as VerdictPage, VerdictRow } from '../../../../src/wire/verdict.ts'
import { PAGE_ROWS, verdictPageQuery } from '../../api/queries.ts'
import { figure } from '../../format/figure.ts'
import { navigate } from '../../router/location.ts'
import { useText } from '../../text/setup-text.ts'
import { EmptyState, ErrorState, Loading } from '../../ui/states.tsx'
import { useKeys } from '../../ui/use-keys.ts'
import { useNarrow } from '../../ui/use-narrow.ts'
import { AccessPanel } from './access-panel.tsx'
import { ListKeys } from './list-keys.tsx'
import { ListRow } from './list-row.tsx'

/** As far as the server counts rows; beyond it the list says so. */
const MAX_ROWS = 100_000
const ROW_PX = { wide: 56, narrow: 106 }
const COLUMNS = ['verdict', 'time', 'officer', 'system', 'purpose', 'why'] as const

/** The rows, drawn only where they are seen; j/k move, Enter opens beside, o opens the page. */
export function VerdictList({ search, sort }: { readonly search: string; readonly sort: 'rank' | 'time' }) {
  const { t } = useText()
  const asked = `${search}&sort=${sort}`
  const first = useQuery(verdictPageQuery(asked, 0))
  if (first.isError) return <ErrorState error={first.error} onRetry={() => void first.refetch()} />
  if (!first.data) return <Loading rows={10} height={34} />
  if (first.data.total === 0) return <EmptyState title={t('verdicts.none')} advice={t('verdicts.noneAdvice')} />
  return <Rows asked={asked} total={first.data.total} />
}

function Rows({ asked, total }: { readonly asked: string; readonly total: number }) {
  const { t } = useText()
  const count = Math.min(total, MAX_ROWS)
  const [active, setActive] = useState(0)
  const [opened, setOpened] = useState(false)
  const list = useRef<HTMLDivElement>(null)
  const virtualizer = useRows(list, count, active)
  const items = virtualizer.getVirtualItems()
  const rowAt = usePages(asked, items.map(({ index }) => index))
  const shown = rowAt(active)
  const move = (to: number) => {
    const next = Math.max(0, Math.min(count - 1, to))
    setActive(next)
    virtualizer.scrollToIndex(next, { align: 'auto' })
    focusRow(list.current, next)
  }
  const close = () => {
    setOpened(false)
    focusRow(list.current, active)
  }
  useRowKeys({ move: (step) => move(active + step), open: () => setOpened(true), close, page: () => shown && navigate(`/accesses/${shown.accessId}`) })
  return (
    <>
      <div className="card" role="grid" aria-label={t('verdicts.title')} aria-rowcount={count + 1}>
        {/* biome-ignore lint/a11y/useFocusableInteractive: the row of headings is not acted on */}
        <div className="list-head" role="row" aria-rowindex={1}>
          {COLUMNS.map((name) => (
            // biome-ignore lint/a11y/useFocusableInteractive: headings of a grid whose rows take the focus
            <span key={name} role="columnheader">
              {t(`verdicts.column.${name}`)}
            </span>
          ))}
        </div>
        <div ref={list} role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, start }) => (
            <ListRow
              key={index}
              index={index}
              top={start - virtualizer.options.scrollMargin}
              row={rowAt(index)}
              isActive={index === active}
              onOpen={() => {
                setActive(index)
                setOpened(true)
              }}
            />
          ))}
        </div>
      </div>
      <div className="flex flex-wrap justify-between gap-x-6 text-faint text-[13px] mt-2">
        <span>{total > MAX_ROWS ? t('verdicts.partial', { shown: figure(MAX_ROWS), total: figure(total) }) : t('verdicts.totalRows', { total: figure(total) })}</span>
        <ListKeys />
      </div>
      {opened && shown && <AccessPanel row={shown} onClose={close} />}
    </>
  )
}

function useRows(list: { readonly current: HTMLDivElement | null }, count: number, active: number) {
  const isNarrow = useNarrow()
  const size = isNarrow ? ROW_PX.narrow : ROW_PX.wide
  return useWindowVirtualizer({
    count,
    estimateSize: () => size,
    // A change of width changes every row's height; the key makes the virtualiser measure anew.
    getItemKey: (index) => `${size} ${index}`,
    overscan: 8,
    scrollMargin: list.current?.offsetTop ?? 0,
    scrollPaddingStart: 48,
    scrollPaddingEnd: 24,
    // The active row stays drawn wherever the page is scrolled, or the keyboard's focus would be lost.
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), Math.min(active, count - 1)])].sort((a, b) => a - b),
  })
}

/** Asks for the pages the rows lie on; a row is undefined until its page has come. */
function usePages(asked: string, indexes: readonly number[]): (index: number) => VerdictRow | undefined {
  const pages = [...new Set(indexes.map((index) => Math.floor(index / PAGE_ROWS)))]
  const answers = useQueries({ queries: pages.map((page) => verdictPageQuery(asked, page)) })
  const byPage = new Map<number, VerdictPage | undefined>(pages.map((page, i) => [page, answers[i]?.data]))
  return (index) => byPage.get(Math.floor(index / PAGE_ROWS))?.rows[index % PAGE_ROWS]
}

interface RowActs {
  readonly move: (step: number) => void
  readonly open: () => void
  readonly close: () => void
  readonly page: () => void
}

function useRowKeys({ move, open, close, page }: RowActs): void {
  const step = (by: number) => (event: KeyboardEvent) => {
    event.preventDefault()
    move(by)
  }
  const onRow = (event: KeyboardEvent) => event.target === document.body || (event.target instanceof Element && event.target.matches('.list-row, main'))
  useKeys({
    j: step(1), k: step(-1), o: page, Escape: close,
    ArrowDown: (event) => onRow(event) && step(1)(event),
    ArrowUp: (event) => onRow(event) && step(-1)(event),
    Enter: (event) => onRow(event) && open(),
  })
}

function focusRow(list: HTMLElement | null, index: number): void {
  // The row may be drawn only in the next frame.
  requestAnimationFrame(() => list?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true }))
}
