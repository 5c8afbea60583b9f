import type { ReactNode } from 'react'
import type { LedgerStatusView } from '../../../../src/wire/ledger.ts'
import { figure } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { Time } from '../../ui/time.tsx'

/** The four steps of a record, each with how far the log has come: drawn, since people would rather look than read. */
export function LedgerWay({ status }: { readonly status: LedgerStatusView }) {
  const { t } = useText()
  const witnessed =
    status.isWitnessed === null
      ? t('ledger.noWitness')
      : status.isWitnessed
        ? t('ledger.witnessedBy', { names: status.seenBy.join('、') })
        : t('ledger.notWitnessed')
  return (
    <ol className="ledger-way" aria-label={t('ledger.way')}>
      <Step name="durable" isDone>
        {status.queued === 0 ? t('ledger.noneQueued') : t('ledger.queued', { number: figure(status.queued) })}
      </Step>
      <Step name="integrated" isDone={status.size > 0}>
        {t('ledger.entries', { number: figure(status.size) })}
      </Step>
      <Step name="witnessed" isDone={status.isWitnessed === true}>
        {witnessed}
      </Step>
      <Step name="stamped" isDone={status.lastStampAt !== null}>
        {status.lastStampAt ? (
          <>
            {t('ledger.stampedAt')} <Time at={status.lastStampAt} form="short" />
          </>
        ) : (
          t(status.stampState === 'none-asked' ? 'ledger.noStamp' : 'ledger.stampMissing')
        )}
      </Step>
    </ol>
  )
}

function Step({
  name,
  isDone,
  children,
}: {
  readonly name: 'durable' | 'integrated' | 'witnessed' | 'stamped'
  readonly isDone: boolean
  readonly children: ReactNode
}) {
  const { t } = useText()
  return (
    <li className={`ledger-step ${isDone ? '' : 'off'}`}>
      <h3>
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <circle
            cx="8"
            cy="8"
            r="7"
            fill={isDone ? 'var(--green)' : 'none'}
            stroke={isDone ? 'var(--green)' : 'var(--field-line)'}
            strokeWidth="1.5"
            strokeDasharray={isDone ? undefined : '3 2'}
          />
          {isDone && <path d="M4.5 8.2 7 10.6 11.5 5.6" fill="none" stroke="var(--card)" strokeWidth="1.8" />}
        </svg>
        {t(`ledger.steps.${name}`)}
      </h3>
      <strong>{children}</strong>
      <small>{t(`ledger.stepNotes.${name}`)}</small>
    </li>
  )
}
