import { type ReactNode, useEffect } from 'react'
import { useText } from '../text/setup-text.ts'

interface Props {
  readonly title: string
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A page: one title, one sentence that says what it is for, its acts at the right. Names the browser tab too. */
export function Screen({ title, lead, actions, children }: Props) {
  const { t } = useText()
  const product = t('product.name')
  useEffect(() => {
    document.title = `${title} · ${product}`
  }, [title, product])
  return (
    <>
      <div className="screen-head">
        <div>
          <h1>{title}</h1>
          {lead && <p className="lead">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-2 items-center">{actions}</div>}
      </div>
      {children}
    </>
  )
}
