import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import './charts.css'

interface Props {
  readonly title: string
  readonly note?: ReactNode
  readonly picture: ReactNode
  /** its links leave the tab order while only a screen reader finds it: focus must be seen */
  readonly table: (isShown: boolean) => ReactNode
  /** level of the heading; none where the caller has its own */
  readonly heading?: 'h2' | 'h3'
}

/** A picture with its table twin: one is seen, and a screen reader always finds the table. */
export function Picture({ title, note, picture, table, heading: Heading }: Props) {
  const { t } = useTranslation()
  const [asTable, setAsTable] = useState(false)
  return (
    <figure className="picture" aria-label={title}>
      <div className="picture-head">
        {Heading ? <Heading>{title}</Heading> : <span />}
        <button
          type="button"
          className="picture-toggle no-print"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {t(asTable ? 'charts.asPicture' : 'charts.asTable')}
        </button>
      </div>
      {note && <p className="picture-note">{note}</p>}
      {!asTable && picture}
      <div className={asTable ? 'table-scroll' : 'sr-only'}>{table(asTable)}</div>
    </figure>
  )
}
