import { memo } from 'react'
import type { VerdictRow } from '../../../../src/wire/verdict.ts'
import { useText } from '../../text/setup-text.ts'
import { Time } from '../../ui/time.tsx'
import { Typed } from '../../ui/typed.tsx'
import { VerdictMark } from '../../ui/verdict-mark.tsx'

interface Props {
  readonly index: number
  readonly top: number
  /** undefined while its page is on the way */
  readonly row: VerdictRow | undefined
  readonly isActive: boolean
  readonly onOpen: (index: number) => void
}

/** One access in the list: mark, time, who, where, the purpose as typed, and why it stands here. */
export const ListRow = memo(function ListRow({ index, top, row, isActive, onOpen }: Props) {
  return (
    <tr
      aria-rowindex={index + 2}
      data-index={index}
      data-active={isActive}
      tabIndex={isActive ? 0 : -1}
      className="list-row"
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onOpen(index)}
    >
      {row ? <Cells row={row} /> : <td className="bone h-4 mt-2 col-span-full" />}
    </tr>
  )
})

function Cells({ row }: { readonly row: VerdictRow }) {
  const { pick } = useText()
  const why = pick(row.why, row.whyEn)
  return (
    <>
      <td className="pt-0.5">
        <VerdictMark verdict={row.verdict} />
      </td>
      <td className="cell-time text-soft pt-0.5">
        <Time at={row.at} form="short" />
      </td>
      <td className="cell-officer">
        <b className="one-line">{row.officerLabel}</b>
        <span className="one-line under">{row.unit}</span>
      </td>
      <td className="cell-system text-soft">
        <span className="one-line">{row.systemName}</span>
        <span className="one-line under">{row.agencyName}</span>
      </td>
      <td className="cell-purpose">
        <span className="one-line">{row.purpose ? <Typed text={row.purpose} /> : '—'}</span>
        <span className="one-line under mono">{row.caseNo ? <Typed text={row.caseNo} /> : '—'}</span>
      </td>
      <td className="cell-why" title={why}>
        <span className="two-lines">{why}</span>
      </td>
    </>
  )
}
