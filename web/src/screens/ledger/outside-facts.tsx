import type { LedgerStatusView } from '../../../../src/wire/ledger.ts'
import { useText } from '../../text/setup-text.ts'
import { Time } from '../../ui/time.tsx'

/** How each witness and the time authority stand, and whether the policy can be led round: lines of the list of facts. */
export function OutsideFacts({ status }: { readonly status: LedgerStatusView }) {
  const { t } = useText()
  const { witnesses, unwitnessedSince, unwitnessedUntil, isSplitViewPossible, stampFailure } = status
  if (witnesses.length === 0 && stampFailure === null && !isSplitViewPossible) return null
  return (
    <>
      <dt>{t('ledger.outside')}</dt>
      <dd>
        {witnesses.map(({ name, state, since }) => (
          <div key={name}>
            <span className="mono">{name}</span>　{t(`ledger.witnessStates.${state}`)}
            {state !== 'fine' && state !== 'not-asked' && (
              <span className="text-soft">
                {'　'}
                {t('ledger.since')} <Time at={since} form="short" />
              </span>
            )}
          </div>
        ))}
        {unwitnessedSince !== null && unwitnessedUntil !== null && (
          <div>
            {t('ledger.tooFew')} <Time at={unwitnessedUntil} form="short" />
          </div>
        )}
        {stampFailure !== null && <div>{t(`ledger.stampFailures.${stampFailure}`)}</div>}
        {isSplitViewPossible && <div className="text-soft">{t('ledger.splitView')}</div>}
      </dd>
    </>
  )
}
