import { lazy, Suspense } from 'react'
import type { GuideMeasure } from '../../../../src/wire/guide.ts'
import { ago, isoTaipei } from '../../format/moment.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Figure } from '../../ui/figure.tsx'

const Sparkline = lazy(async () => ({
  default: (await import('../../charts/sparkline.tsx')).Sparkline,
}))

/** What the guide asks · which control does it here · one live figure · when it last proved itself. */
export function Measure({ measure, now }: { readonly measure: GuideMeasure; readonly now: number }) {
  const { t, pick } = useText()
  const isAbsent = measure.state === 'absent'
  return (
    <li className="measure" data-state={measure.state}>
      <StateMark state={measure.state} word={t(`guide.state.${measure.state}`)} />
      <span>{pick(measure.asks, measure.asksEn)}</span>
      <span className={`measure-control ${isAbsent ? 'text-faint' : 'text-soft'}`}>
        {pick(measure.control, measure.controlEn)}
      </span>
      {!isAbsent && <Proof measure={measure} now={now} />}
    </li>
  )
}

function Proof({ measure, now }: { readonly measure: GuideMeasure; readonly now: number }) {
  const { language } = useText()
  const { provenAt, spark, state } = measure
  return (
    <>
      <MeasureFigure shown={measure.figure} />
      <span className="spark">
        {spark.length > 1 && (
          <Suspense>
            <Sparkline values={spark} tone={state === 'stale' ? 'warn' : 'good'} />
          </Suspense>
        )}
      </span>
      <span className="measure-when">
        {provenAt && (
          <time dateTime={provenAt} title={isoTaipei(provenAt)}>
            {ago(provenAt, now, language)}
          </time>
        )}
      </span>
    </>
  )
}

function MeasureFigure({ shown }: { readonly shown: GuideMeasure['figure'] }) {
  const { pick, t } = useText()
  if (!shown) return <span className="measure-figure text-faint text-[13px]">{t('guide.notYet')}</span>
  const words = <Figure value={shown.value} unit={pick(shown.unit, shown.unitEn)} />
  if (!shown.href.startsWith('/')) return <span className="measure-figure">{words}</span>
  return (
    <Link href={shown.href} className="measure-figure hover:underline">
      {words}
    </Link>
  )
}

// Three shapes besides three colours: full, ring, dashed ring. Unknown is never the full green one.
function StateMark({ state, word }: { readonly state: GuideMeasure['state']; readonly word: string }) {
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" role="img" aria-label={word}>
      <title>{word}</title>
      {state === 'alive' && <circle cx="6" cy="6" r="5" fill="var(--green)" />}
      {state === 'stale' && <circle cx="6" cy="6" r="4.4" fill="none" stroke="var(--amber)" strokeWidth="2.2" />}
      {state === 'absent' && (
        <circle cx="6" cy="6" r="4.4" fill="none" stroke="var(--faint)" strokeWidth="1.8" strokeDasharray="2.5 2" />
      )}
    </svg>
  )
}
