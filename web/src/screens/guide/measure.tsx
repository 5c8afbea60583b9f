import { lazy, Suspense } from 'react'
import type { GuideMeasure } from '../../../../src/wire/guide.ts'
import { figure } from '../../format/figure.ts'
import { ago, isoTaipei } from '../../format/moment.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'

const Sparkline = lazy(async () => ({
  default: (await import('../../charts/sparkline.tsx')).Sparkline,
}))

/** What the guide asks · which control does it here · one live figure · when it last proved itself. */
export function Measure({
  measure,
  now,
}: {
  readonly measure: GuideMeasure
  readonly now: number
}) {
  const { t, pick, language } = useText()
  const isAbsent = measure.state === 'absent'
  return (
    <li className="measure">
      <StateMark state={measure.state} word={t(`guide.state.${measure.state}`)} />
      <span>{pick(measure.asks, measure.asksEn)}</span>
      <span className={`measure-control ${isAbsent ? 'text-faint' : 'text-soft'}`}>
        {pick(measure.control, measure.controlEn)}
      </span>
      <MeasureFigure figure={measure.figure} />
      <span className="spark">
        {measure.spark.length > 1 && (
          <Suspense>
            <Sparkline values={measure.spark} tone={measure.state === 'stale' ? 'warn' : 'good'} />
          </Suspense>
        )}
      </span>
      <span className="measure-when">
        {measure.provenAt && (
          <time dateTime={measure.provenAt} title={isoTaipei(measure.provenAt)}>
            {ago(measure.provenAt, now, language)}
          </time>
        )}
      </span>
    </li>
  )
}

function MeasureFigure({ figure: shown }: { readonly figure: GuideMeasure['figure'] }) {
  const { pick } = useText()
  if (!shown) return <span className="measure-figure text-faint">—</span>
  const words = (
    <>
      <b>{figure(shown.value)}</b> <small>{pick(shown.unit, shown.unitEn)}</small>
    </>
  )
  if (!shown.href.startsWith('/')) return <span className="measure-figure">{words}</span>
  return (
    <Link href={shown.href} className="measure-figure hover:underline">
      {words}
    </Link>
  )
}

// Three shapes besides three colours: full, ring, dashed ring. Unknown is never the full green one.
function StateMark({
  state,
  word,
}: {
  readonly state: GuideMeasure['state']
  readonly word: string
}) {
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" role="img" aria-label={word}>
      <title>{word}</title>
      {state === 'alive' && <circle cx="6" cy="6" r="5" fill="var(--green)" />}
      {state === 'stale' && (
        <circle cx="6" cy="6" r="4.4" fill="none" stroke="var(--amber)" strokeWidth="2.2" />
      )}
      {state === 'absent' && (
        <circle
          cx="6"
          cy="6"
          r="4.4"
          fill="none"
          stroke="var(--faint)"
          strokeWidth="1.8"
          strokeDasharray="2.5 2"
        />
      )}
    </svg>
  )
}
