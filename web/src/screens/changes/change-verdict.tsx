import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ChangePage } from '../../../../src/wire/change.ts'
import type { Me } from '../../../../src/wire/session.ts'
import { proveWithPasskey } from '../../api/passkey.ts'
import { sendJson } from '../../api/request.ts'
import { navigate } from '../../router/location.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { showToast } from '../../ui/toast.tsx'
import { ReasonDialog } from '../queries/reason-dialog.tsx'

/** Approve with the passkey over exactly this change, refuse with a reason, or take back one's own. */
export function ChangeVerdict({ change, me }: { readonly change: ChangePage; readonly me: Me }) {
  const { t } = useText()
  const client = useQueryClient()
  const [isRefusing, setRefusing] = useState(false)
  const path = `/api/changes/${change.changeId}`
  const hasSlip = change.kind === 'staff' || change.kind === 'account-add'
  const done = (words: string) => {
    showToast({ message: words })
    // Passwords are fetched on this page; everything else is seen in the list.
    if (!hasSlip) navigate('/changes')
    void client.invalidateQueries({ queryKey: ['changes'] })
  }
  const approve = useMutation({
    mutationFn: async () => {
      const assertion = await proveWithPasskey(change.binding)
      return sendJson('POST', `${path}/verdict`, { verdict: 'approve', assertion })
    },
    onSuccess: () => done(t('changes.applied')),
  })
  const withdraw = useMutation({
    mutationFn: () => sendJson('POST', `${path}/withdrawal`, {}),
    onSuccess: () => done(t('changes.withdrawn')),
  })
  const refuse = async (reason: string) => {
    await sendJson('POST', `${path}/verdict`, { verdict: 'refuse', reason, assertion: null })
    done(t('changes.refused'))
  }
  if (change.state !== 'open') return null
  if (change.isMine)
    return (
      <section className="card change-part">
        <p>{t('changes.ownAdvice')}</p>
        <Button isDisabled={withdraw.isPending} onPress={() => withdraw.mutate()}>
          {t('changes.withdraw')}
        </Button>
        {withdraw.isError && <ErrorState error={withdraw.error} />}
      </section>
    )
  if (!me.may.includes('change.decide')) return null
  return (
    <section className="card change-part change-acts">
      <Button look="primary" isDisabled={approve.isPending} onPress={() => approve.mutate()}>
        {t('changes.approve')}
      </Button>
      <Button onPress={() => setRefusing(true)}>{t('changes.refuse')}</Button>
      {approve.isError && <ErrorState error={approve.error} />}
      <ReasonDialog
        title={t('changes.refuse')}
        note={t('changes.refuseNote')}
        label={t('changes.refuseReason')}
        labelNote={t('changes.refuseReasonNote')}
        act={t('changes.refuse')}
        isOpen={isRefusing}
        onClose={() => setRefusing(false)}
        send={refuse}
      />
    </section>
  )
}
