import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { registerPasskey, stepUp } from '../../api/passkey.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { showToast } from '../../ui/toast.tsx'

const MOST_CHARACTERS = 60

interface Props {
  /** the first asks for the password once more, a further one for a passkey there is */
  readonly isFirst: boolean
  readonly onAdded: () => Promise<void>
}

/** Registers this device. */
export function AddPasskey({ isFirst, onAdded }: Props) {
  const { t } = useText()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const add = useMutation({
    mutationFn: async (given: { readonly name: string; readonly password: string }) => {
      if (!isFirst) await stepUp()
      await registerPasskey(given.name, given.password)
    },
    onSuccess: () => {
      setName('')
      showToast({ message: t('account.added') })
      return onAdded()
    },
    onSettled: () => setPassword(''),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() !== '') add.mutate({ name: name.trim(), password })
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-3 my-4 max-w-3xl">
      <Field
        label={t('account.name')}
        placeholder={t('account.nameNote')}
        name="passkey"
        value={name}
        onChange={setName}
        maxLength={MOST_CHARACTERS}
        autoComplete="off"
        className="flex-1 min-w-56"
      />
      {isFirst && (
        <Field
          label={t('account.confirmPassword')}
          name="confirm"
          type="password"
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          className="flex-1 min-w-56"
        />
      )}
      <Button type="submit" look="primary" isDisabled={add.isPending || name.trim() === ''}>
        {t('account.add')}
      </Button>
      {isFirst && <p className="text-faint text-[13px] m-0 basis-full">{t('account.confirmNote')}</p>}
      {add.isError && <ErrorState error={add.error} />}
    </form>
  )
}
