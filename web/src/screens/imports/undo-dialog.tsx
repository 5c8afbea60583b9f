import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { sendJson } from '../../api/request.ts'
import { navigate } from '../../router/location.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'

/** As the wire contract has it; the server checks again. */
const LEAST_REASON_CHARACTERS = 6
const MOST_REASON_CHARACTERS = 500

/** The act that proposes to undo an import: a reason, then the page of the change, where another person decides. */
export function UndoImport({ importId }: { readonly importId: string }) {
  const { t } = useText()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button onPress={() => setIsOpen(true)}>{t('importUndo.start')}</Button>
      <Dialog title={t('importUndo.title')} isOpen={isOpen} onClose={() => setIsOpen(false)}>
        <Form importId={importId} onClose={() => setIsOpen(false)} />
      </Dialog>
    </>
  )
}

function Form({ importId, onClose }: { readonly importId: string; readonly onClose: () => void }) {
  const { t } = useText()
  const [reason, setReason] = useState('')
  const [isTried, setIsTried] = useState(false)
  const isTooShort = [...reason.trim()].length < LEAST_REASON_CHARACTERS
  const propose = useMutation({
    mutationFn: () =>
      sendJson<{ changeId: string }>('POST', '/api/changes', {
        ...{ kind: 'import-undo', value: { importId }, reason: reason.trim() },
      }),
    onSuccess: ({ changeId }) => navigate(`/changes/${changeId}`),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (!isTooShort && !propose.isPending) propose.mutate()
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <p className="m-0">{t('importUndo.lead')}</p>
      <Field
        label={t('importUndo.reason')}
        note={t('importUndo.reasonNote')}
        value={reason}
        onChange={setReason}
        maxLength={MOST_REASON_CHARACTERS}
        autoFocus
        error={isTried && isTooShort ? t('importUndo.reasonNote') : undefined}
      />
      {propose.isError && <ErrorState error={propose.error} />}
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>{t('importUndo.cancel')}</Button>
        <Button type="submit" look="primary" isDisabled={propose.isPending}>
          {t('importUndo.send')}
        </Button>
      </div>
    </form>
  )
}
