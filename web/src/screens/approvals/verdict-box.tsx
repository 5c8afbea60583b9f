import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { RequestView } from '../../../../src/wire/gate-desk.ts'
import { proveWithPasskey } from '../../api/passkey.ts'
import { sendJson } from '../../api/request.ts'
import { navigate } from '../../router/location.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.tsx'
import { ReasonDialog } from '../queries/reason-dialog.tsx'

type State = RequestView['state']

/** The word of the approver: a passkey's signature over the request's hash, or a refusal with its reason. */
export function VerdictBox({ request }: { readonly request: RequestView }) {
  const { t } = useText()
  const client = useQueryClient()
  const [isRejecting, setRejecting] = useState(false)
  const path = `/api/gate/inbox/${request.id}/verdict`
  const done = (words: string) => {
    showToast({ message: words })
    navigate('/approvals')
    void client.invalidateQueries({ queryKey: ['gate'] })
  }
  const approve = useMutation({
    mutationFn: async () => {
      const assertion = await proveWithPasskey(request.binding)
      return sendJson<{ state: State }>('POST', path, { verdict: 'approve', assertion })
    },
    onSuccess: ({ state }) => done(t(state === 'approved' ? 'approval.approved' : 'approval.approvedHalf')),
  })
  const reject = async (reason: string) => {
    await sendJson('POST', path, { verdict: 'reject', reason, assertion: null })
    done(t('approval.rejected'))
  }
  return (
    <section className="card approval-card verdict-box">
      <h2>{t('approval.verdict')}</h2>
      <p className="m-0 text-soft">{t(`gate.template.${request.template}`)}</p>
      {request.approvals.map((each) => (
        <p key={each.at} className="m-0">
          {t('approval.earlier')} <b>{each.name}</b>
          <span className="text-soft">{`　${each.post}　`}</span>
          <Time at={each.at} form="short" />
        </p>
      ))}
      <Button look="primary" isDisabled={approve.isPending} onPress={() => approve.mutate()}>
        {t('approval.approve')}
      </Button>
      <Button onPress={() => setRejecting(true)}>{t('approval.reject')}</Button>
      {approve.isError && <ErrorState error={approve.error} />}
      <ReasonDialog
        title={t('approval.reject')}
        note={t('gate.approvalNote')}
        label={t('approval.rejectReason')}
        labelNote={t('approval.rejectNote')}
        act={t('approval.reject')}
        isOpen={isRejecting}
        onClose={() => setRejecting(false)}
        send={reject}
      />
    </section>
  )
}
