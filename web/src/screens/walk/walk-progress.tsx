import type { DemoWalk } from '../../../../src/wire/demo.ts'
import { useText } from '../../text/setup-text.ts'

/** How many steps are done, in words and as a bar. */
export function WalkProgress({ walk: { steps } }: { readonly walk: DemoWalk }) {
  const { t } = useText()
  const done = steps.filter(({ isDone }) => isDone).length
  return (
    <span className="walk-progress">
      <span className="whitespace-nowrap">{t('walk.progress', { done, count: steps.length })}</span>
      <span className="walk-bar" aria-hidden="true">
        <span style={{ width: `${(done / Math.max(1, steps.length)) * 100}%` }} />
      </span>
    </span>
  )
}
