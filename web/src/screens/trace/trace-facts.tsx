import type { ReactNode } from 'react'
import type { TraceAnswer } from '../../../../src/wire/gate-query.ts'
import { figure } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { CopyId } from '../../ui/copy-id.tsx'
import { Time } from '../../ui/time.tsx'

/** One disclosure as facts, with what they do not prove. */
export function TraceFacts({ answer }: { readonly answer: TraceAnswer }) {
  const { t, pick } = useText()
  // A state or ground added later is shown under its own name until it has a text.
  const named = (group: 'masks' | 'outcomes' | 'states', name: string) =>
    t(`trace.${group}.${name}`, { defaultValue: name })
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['who', `${answer.who.name}　${answer.who.post || answer.who.unit}`],
    ['when', <Time key="when" at={answer.at} />],
    ['what', <Query key="what" answer={answer} />],
    ['why', pick(answer.purposeTitle, answer.purposeTitleEn)],
    ['caseNumber', answer.caseNumber || t('trace.noCase')],
    ['subject', <CopyId key="subject" id={answer.subject} />],
    ['outcome', <Ground key="outcome" words={named('outcomes', answer.outcome)} approval={answer.approval} />],
    ['mask', named('masks', answer.maskLevel)],
    ['rows', <Rows key="rows" answer={answer} />],
    ['state', named('states', answer.state)],
    ['event', <CopyId key="event" id={answer.eventId} />],
  ]
  return (
    <section aria-labelledby="trace-found" aria-live="polite">
      <h2 id="trace-found">
        {t('trace.found')} <span className="mono">{answer.code}</span>
      </h2>
      {answer.source === 'table' && <p className="text-amber">{t('trace.notSealed')}</p>}
      {answer.differs.length > 0 && (
        <p role="alert" className="text-amber">
          {t('trace.differs', { names: answer.differs.join(t('kit.comma')) })}
        </p>
      )}
      <dl className="card trace-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{t(`trace.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="text-faint text-[13px] mt-4">{t('trace.warning')}</p>
    </section>
  )
}

function Ground({ words, approval }: { readonly words: string; readonly approval: string }) {
  return (
    <>
      {words}
      {approval && (
        <>
          {'　'}
          <CopyId id={approval} />
        </>
      )}
    </>
  )
}

function Query({ answer }: { readonly answer: TraceAnswer }) {
  const { pick } = useText()
  return (
    <>
      {pick(answer.queryTitle, answer.queryTitleEn)} <span className="mono text-faint">{answer.query}</span>
    </>
  )
}

function Rows({ answer }: { readonly answer: TraceAnswer }) {
  const { t } = useText()
  const recorded = figure(answer.recordedRows)
  if (answer.deliveredRows === null) return t('trace.rowsUnknown', { recorded })
  return t('trace.rowsTaken', { taken: figure(answer.deliveredRows), recorded })
}
