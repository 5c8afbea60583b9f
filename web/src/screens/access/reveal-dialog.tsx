import { type FormEvent, useState } from 'react'
import { Label, Radio, RadioGroup } from 'react-aria-components'
import type { RevealRequest } from '../../../../src/wire/access.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'

/** As the wire contract has it; the server checks again. */
const LEAST_REASON_CHARACTERS = 6
const MOST_REASON_CHARACTERS = 500

interface Props {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly reveal: (request: RevealRequest) => Promise<void>
}

/** Asks whose name and why. What is typed is recorded before anything is shown. */
export function RevealDialog({ isOpen, onClose, reveal }: Props) {
  const { t } = useText()
  return (
    <Dialog title={t('access.reveal.title')} isOpen={isOpen} onClose={onClose}>
      <Form onClose={onClose} reveal={reveal} />
    </Dialog>
  )
}

function Form({ onClose, reveal }: Omit<Props, 'isOpen'>) {
  const { t } = useText()
  const [what, setWhat] = useState<RevealRequest['what']>('officer')
  const { reason, setReason, submit, isTried, isTooShort, isSending, error } = useReveal({
    what,
    reveal,
    onClose,
  })
  return (
    <form onSubmit={submit} className="reveal-form">
      <p className="lead">{t('access.reveal.recorded')}</p>
      <RadioGroup
        className="reveal-what"
        value={what}
        onChange={(value) => setWhat(value === 'subject' ? 'subject' : 'officer')}
      >
        <Label className="label">{t('access.reveal.what')}</Label>
        {(['officer', 'subject'] as const).map((each) => (
          <Radio key={each} value={each} className="reveal-radio">
            {t(`access.reveal.${each}`)}
          </Radio>
        ))}
      </RadioGroup>
      <Field
        label={t('access.reveal.reason')}
        note={t('access.reveal.reasonNote')}
        value={reason}
        onChange={setReason}
        maxLength={MOST_REASON_CHARACTERS}
        autoFocus
        error={isTried && isTooShort ? t('access.reveal.tooShort') : undefined}
      />
      {error !== undefined && <ErrorState error={error} />}
      <div className="reveal-acts">
        <Button onPress={onClose}>{t('access.reveal.cancel')}</Button>
        <Button type="submit" look="primary" isDisabled={isSending}>
          {t('access.reveal.show')}
        </Button>
      </div>
    </form>
  )
}

function useReveal({ what, reveal, onClose }: Omit<Props, 'isOpen'> & { readonly what: RevealRequest['what'] }) {
  const [reason, setReason] = useState('')
  const [isTried, setIsTried] = useState(false)
  const [isSending, setIsSending] = useState(false)
  const [error, setError] = useState<unknown>(undefined)
  const isTooShort = [...reason.trim()].length < LEAST_REASON_CHARACTERS
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (isTooShort || isSending) return
    setIsSending(true)
    setError(undefined)
    reveal({ what, reason: reason.trim() })
      .then(onClose, setError)
      .finally(() => setIsSending(false))
  }
  return { reason, setReason, submit, isTried, isTooShort, isSending, error }
}
