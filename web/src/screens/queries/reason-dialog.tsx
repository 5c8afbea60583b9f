import { type FormEvent, useState } from 'react'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'

const LEAST_CHARACTERS = 6
const MOST_CHARACTERS = 500

interface Props {
  readonly title: string
  readonly note: string
  /** what the button says */
  readonly act: string
  readonly label?: string
  readonly labelNote?: string
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly send: (reason: string) => Promise<unknown>
}

/** Asks why, in six characters or more, before an act that somebody will read about. */
export function ReasonDialog({ title, isOpen, onClose, ...rest }: Props) {
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose}>
      <Form onClose={onClose} {...rest} />
    </Dialog>
  )
}

function Form({ note, act, label, labelNote, onClose, send }: Omit<Props, 'title' | 'isOpen'>) {
  const { t } = useText()
  const [reason, setReason] = useState('')
  const [isTried, setIsTried] = useState(false)
  const [isSending, setIsSending] = useState(false)
  const [error, setError] = useState<unknown>()
  const isTooShort = [...reason.trim()].length < LEAST_CHARACTERS
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (isTooShort || isSending) return
    setIsSending(true)
    setError(undefined)
    send(reason.trim())
      .then(onClose, setError)
      .finally(() => setIsSending(false))
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <p className="text-soft m-0">{note}</p>
      <Field
        label={label ?? t('gate.justification')}
        note={labelNote ?? t('gate.justificationNote')}
        name="reason"
        value={reason}
        onChange={setReason}
        maxLength={MOST_CHARACTERS}
        autoComplete="off"
        autoFocus
        error={isTried && isTooShort ? t('gate.tooShort') : undefined}
      />
      {error !== undefined && <ErrorState error={error} />}
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button type="submit" look="primary" isDisabled={isSending}>
          {act}
        </Button>
      </div>
    </form>
  )
}
