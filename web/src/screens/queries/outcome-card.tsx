import { useState } from 'react'
import type { OutcomeView } from '../../../../src/wire/gate-desk.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { showToast } from '../../ui/toast.tsx'
import { OutcomeMark } from './outcome-mark.tsx'
import { ReasonDialog } from './reason-dialog.tsx'
import type { Look } from './use-look.ts'

/** Not at once: what stands in the way, and what the person can do about it. */
export function OutcomeCard({ look, outcome }: { readonly look: Look; readonly outcome: OutcomeView }) {
  const { t, pick } = useText()
  const [open, setOpen] = useState<'none' | 'approval' | 'emergency'>('none')
  const close = () => setOpen('none')
  const emergencyNote = t('gate.emergencyNote', { minutes: outcome.minutes ?? 0 })
  return (
    <section className="card outcome" data-outcome={outcome.outcome} role="status">
      <h2>
        <OutcomeMark outcome={outcome.outcome} />
        {t(`gate.outcome.${outcome.outcome}`)}
      </h2>
      <p className="outcome-words">{pick(outcome.words.zh, outcome.words.en)}</p>
      {outcome.template && <p className="text-soft m-0">{t(`gate.template.${outcome.template}`)}</p>}
      {outcome.outcome === 'break-glass' && <p className="text-soft m-0">{emergencyNote}</p>}
      <div className="outcome-acts">
        {outcome.needsStepUp && (
          <Button look="primary" isDisabled={look.confirm.isPending} onPress={() => look.confirm.mutate()}>
            {t('gate.next.stepUp')}
          </Button>
        )}
        {outcome.outcome === 'needs-approval' && (
          <Button look="primary" onPress={() => setOpen('approval')} isDisabled={look.request.isSuccess}>
            {t('gate.next.approval')}
          </Button>
        )}
        {outcome.outcome === 'break-glass' && (
          <Button look="danger" onPress={() => setOpen('emergency')}>
            {t('gate.next.emergency')}
          </Button>
        )}
      </div>
      {look.confirm.isError && <ErrorState error={look.confirm.error} />}
      <p className="field-note m-0">
        {t('gate.recorded')}　{t('gate.policyVersion')}{' '}
        <span className="mono">{outcome.policyVersion.slice(0, 8)}</span>
      </p>
      <ReasonDialog
        title={t('gate.approvalTitle')}
        note={t('gate.approvalNote')}
        act={t('gate.send')}
        isOpen={open === 'approval'}
        onClose={close}
        send={async (justification) => {
          await look.request.mutateAsync(justification)
          showToast({ message: t('gate.requestSent') })
        }}
      />
      <ReasonDialog
        title={t('gate.emergencyTitle')}
        note={emergencyNote}
        act={t('gate.emergencyAct')}
        isOpen={open === 'emergency'}
        onClose={close}
        send={(justification) => look.emergency.mutateAsync(justification)}
      />
    </section>
  )
}
