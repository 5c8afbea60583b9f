import { useQuery } from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { verdictPageQuery } from '../../api/queries.ts'
import { figure } from '../../format/figure.ts'
import { navigate } from '../../router/location.ts'
import { useText } from '../../text/setup-text.ts'
import { EmptyState, ErrorState, Loading } from '../../ui/states.tsx'
import { AccessPanel } from './access-panel.tsx'
import { ListKeys } from './list-keys.tsx'
import { ListRow } from './list-row.tsx'
import { useActiveRow, useReturn } from './use-active-row.ts'
import { useRowKeys } from './use-row-keys.ts'
import { usePages, useRows } from './use-rows.ts'

/** As far as the server counts rows; beyond it the list says so. */
const MAX_ROWS = 100_000
const COLUMNS = ['verdict', 'time', 'officer', 'system', 'purpose', 'why'] as const

interface Props {
  /** the filter as the API reads it */
  readonly search: string
  readonly sort: 'rank' | 'time'
}

/** The rows, drawn only where they are seen. */
export function VerdictList({ search, sort }: Props) {
  const { t } = useText()
  const asked = `${search}&sort=${sort}`
  const first = useQuery(verdictPageQuery(asked, 0))
  if (first.isError) return <ErrorState error={first.error} onRetry={() => void first.refetch()} />
  if (!first.data) return <Loading rows={10} height={34} />
  if (first.data.total === 0) {
    return <EmptyState title={t('verdicts.none')} advice={t('verdicts.noneAdvice')} />
  }
  return (
    <>
      <Rows asked={asked} count={Math.min(first.data.total, MAX_ROWS)} />
      <ListFoot total={first.data.total} />
    </>
  )
}

function Rows({ asked, count }: { readonly asked: string; readonly count: number }) {
  const { t } = useText()
  const [active, setActive] = useActiveRow(asked)
  const [isOpen, setOpen] = useState(false)
  const body = useRef<HTMLTableSectionElement>(null)
  const virtualizer = useRows(body, count, active)
  useReturn(active, virtualizer.scrollToIndex)
  const items = virtualizer.getVirtualItems()
  const rowAt = usePages(
    asked,
    items.map(({ index }) => index),
  )
  const shown = rowAt(active)
  const move = (step: number) => {
    const next = Math.max(0, Math.min(count - 1, active + step))
    setActive(next)
    virtualizer.scrollToIndex(next, { align: 'auto' })
    focusRow(body.current, next)
  }
  const close = () => {
    setOpen(false)
    focusRow(body.current, active)
  }
  const open = useCallback(
    (index: number) => {
      setActive(index)
      setOpen(true)
    },
    [setActive],
  )
  const page = () => shown && navigate(`/accesses/${shown.accessId}`)
  useRowKeys({ move, open: () => setOpen(true), close, page })
  return (
    <>
      <table
        className="card list"
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose rows take the focus is a grid
        role="grid"
        aria-label={t('verdicts.title')}
        aria-rowcount={count + 1}
      >
        <ListHead />
        <tbody ref={body} style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, start }) => (
            <ListRow
              key={index}
              index={index}
              top={start - virtualizer.options.scrollMargin}
              row={rowAt(index)}
              isActive={index === active}
              onOpen={open}
            />
          ))}
        </tbody>
      </table>
      {isOpen && shown && <AccessPanel row={shown} onClose={close} />}
    </>
  )
}

function ListHead() {
  const { t } = useText()
  return (
    <thead>
      <tr className="list-head" aria-rowindex={1}>
        {COLUMNS.map((name) => (
          <th key={name}>{t(`verdicts.column.${name}`)}</th>
        ))}
      </tr>
    </thead>
  )
}

function ListFoot({ total }: { readonly total: number }) {
  const { t } = useText()
  const words =
    total > MAX_ROWS
      ? t('verdicts.partial', { shown: figure(MAX_ROWS), total: figure(total) })
      : t('verdicts.totalRows', { total: figure(total) })
  return (
    <div className="flex flex-wrap justify-between gap-x-6 text-faint text-[13px] mt-2">
      <span>{words}</span>
      <ListKeys />
    </div>
  )
}

function focusRow(body: HTMLElement | null, index: number): void {
  // The row may be drawn only in the next frame.
  requestAnimationFrame(() =>
    body?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true }),
  )
}
