import type { VerdictName } from '../../../src/wire/verdict.ts'
import { useText } from '../text/setup-text.ts'

/** The verdict as shape, colour and word, always the three together: it must survive a black-and-white print. */
export function VerdictMark({ verdict }: { readonly verdict: VerdictName }) {
  const { t } = useText()
  return (
    <span className={`verdict ${verdict}`}>
      <VerdictShape verdict={verdict} />
      {t(`verdict.${verdict}`)}
    </span>
  )
}

/** The shape alone, in the current colour; only beside its word. */
export function VerdictShape({ verdict }: { readonly verdict: VerdictName }) {
  return (
    <svg viewBox="0 0 14 14" width="13" height="13" aria-hidden="true">
      {shapes[verdict]}
    </svg>
  )
}

const ring = <circle cx="7" cy="7" r="5" fill="none" stroke="currentColor" strokeWidth="2" />
const shapes = {
  explained: <circle cx="7" cy="7" r="6" fill="currentColor" />,
  weak: (
    <>
      {ring}
      <path d="M7 2a5 5 0 0 1 0 10z" fill="currentColor" />
    </>
  ),
  unexplained: ring,
  contradicted: <path d="M2.5 2.5l9 9M11.5 2.5l-9 9" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />,
}
