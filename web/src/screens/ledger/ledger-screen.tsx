import { useQuery } from '@tanstack/react-query'
import type { LedgerStatusView } from '../../../../src/wire/ledger.ts'
import type { Me } from '../../../../src/wire/session.ts'
import { ledgerQuery } from '../../api/queries.ts'
import { figure } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Screen } from '../../ui/screen.tsx'
import { Time } from '../../ui/time.tsx'
import { Differences } from './differences.tsx'
import { Erasures } from './erasures.tsx'
import { EventTable } from './event-table.tsx'
import './ledger.css'
import { LedgerWay } from './ledger-way.tsx'
import { OutsideFacts } from './outside-facts.tsx'
import { Settlement } from './settlement.tsx'
import { TreePicture } from './tree-picture.tsx'

/** The event log for people: how far it stands, who outside confirms it, what was recorded, how to verify it oneself. */
export function LedgerScreen({ me }: { readonly me: Me }) {
  const { t } = useText()
  const status = useQuery(ledgerQuery)
  return (
    <Screen title={t('ledger.title')} lead={t('ledger.lead')}>
      <Answer query={status}>{(data) => <Standing status={data} />}</Answer>
      {me.may.includes('ledger.findings') && (
        <Differences mayNote={me.may.includes('ledger.note') && me.agency === ''} />
      )}
      {me.may.includes('ledger.settle') && status.data?.stateDetail.startsWith('contradicted:') && <Settlement />}
      {me.may.includes('ledger.open') && (
        <section aria-labelledby="ledger-events">
          <h2 id="ledger-events">{t('ledger.events')}</h2>
          <p className="text-soft mt-0 mb-3">{t('ledger.eventsNote')}</p>
          <EventTable path="/api/ledger/events" canOpen />
        </section>
      )}
      {me.may.includes('erasure.view') && me.agency === '' && <Erasures me={me} />}
    </Screen>
  )
}

function Standing({ status }: { readonly status: LedgerStatusView }) {
  const { t } = useText()
  return (
    <>
      <LedgerWay status={status} />
      {status.size > 0 && <TreePicture size={status.size} />}
      <dl className="card ledger-facts">
        <dt>{t('ledger.state')}</dt>
        <dd>
          {t(`ledger.states.${status.state}`)}
          {status.stateDetail && <span className="mono text-soft"> {status.stateDetail}</span>}
        </dd>
        <OutsideFacts status={status} />
        <dt>{t('ledger.provable')}</dt>
        <dd>{status.size === 0 ? t('ledger.none') : t('ledger.provableAs', { index: figure(status.size - 1) })}</dd>
        <dt>{t('ledger.swept')}</dt>
        <dd>{status.sweptAt ? <Time at={status.sweptAt} /> : t('ledger.sweeping')}</dd>
        {status.keysBesideData && (
          <>
            <dt>{t('ledger.keys')}</dt>
            <dd>{t('ledger.keysBeside')}</dd>
          </>
        )}
        <dt>{t('ledger.name')}</dt>
        <dd className="mono">{status.origin}</dd>
        <dt>{t('ledger.key')}</dt>
        <dd>
          <CopyId id={status.vkey} />
        </dd>
        <dt>{t('ledger.fingerprint')}</dt>
        <dd>
          <span className="mono">{status.fingerprint}</span>
          <div className="text-faint text-[13px]">{t('ledger.fingerprintNote')}</div>
        </dd>
      </dl>
      {status.checkpoint && (
        <section aria-labelledby="ledger-checkpoint">
          <h2 id="ledger-checkpoint">{t('ledger.checkpoint')}</h2>
          <p className="text-soft mt-0 mb-3">{t('ledger.checkpointNote')}</p>
          <div className="card">
            <pre className="ledger-note">{status.checkpoint}</pre>
          </div>
          <p className="text-faint text-[13px] mt-3">
            {t('ledger.verify')} <code className="mono">bin/shoumi ledger verify</code>
          </p>
        </section>
      )}
    </>
  )
}
