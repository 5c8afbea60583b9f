import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { sendJson } from '../../api/request.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { showToast } from '../../ui/toast.tsx'

/** One person says that a contradicted log shall go on; the second one settles it. */
export function Settlement() {
  const { t } = useText()
  const [reason, setReason] = useState('')
  const settle = useMutation({
    mutationFn: () => sendJson<{ state: 'proposed' | 'settled' }>('POST', '/api/ledger/settlement', { reason }),
    onSuccess: ({ state }) => {
      setReason('')
      showToast({ message: t(`ledger.settlement.${state}`) })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    settle.mutate()
  }
  return (
    <section aria-labelledby="ledger-settlement">
      <h2 id="ledger-settlement">{t('ledger.settlement.title')}</h2>
      <p className="text-soft mt-0 mb-3">{t('ledger.settlement.note')}</p>
      <form className="card flex flex-col gap-3 p-4" onSubmit={submit}>
        <Field label={t('ledger.settlement.reason')} value={reason} onChange={setReason} isRequired minLength={4} />
        {settle.error && <ErrorState error={settle.error} />}
        <Button type="submit" look="danger" isDisabled={settle.isPending}>
          {t('ledger.settlement.send')}
        </Button>
      </form>
    </section>
  )
}
