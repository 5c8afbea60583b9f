import { type FormEvent, type ReactNode, useState } from 'react'
import { useText } from '../text/setup-text.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Field } from './field.tsx'

interface Props {
  readonly title: string
  /** what the person must type, letter by letter */
  readonly words: string
  readonly act: string
  readonly isOpen: boolean
  readonly isBusy: boolean
  readonly onClose: () => void
  readonly onConfirm: () => void
  readonly children: ReactNode
}

/** Asks for typed words before an act that cannot be undone. */
export function TypedConfirmation({ title, words, act, isOpen, isBusy, onClose, onConfirm, children }: Props) {
  const { t } = useText()
  const [typed, setTyped] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (typed.trim() === words) onConfirm()
  }
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose} role="alertdialog">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className="text-soft">{children}</div>
        <Field
          label={t('kit.typeToConfirm', { words })}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          autoFocus
        />
        <div className="flex justify-end gap-2">
          <Button onPress={onClose}>{t('kit.cancel')}</Button>
          <Button type="submit" look="danger" isDisabled={typed.trim() !== words || isBusy}>
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
