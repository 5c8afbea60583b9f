import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { sendJson } from '../../api/request.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { showToast } from '../../ui/toast.tsx'

const LEAST_CHARACTERS = 12

/** Changes one's own password; the other sessions end. */
export function PasswordForm() {
  const { t } = useText()
  const client = useQueryClient()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [isTried, setIsTried] = useState(false)
  const isTooShort = [...next].length < LEAST_CHARACTERS
  const change = useMutation({
    mutationFn: () => sendJson('POST', '/api/me/password', { current, next }),
    onSuccess: () => {
      for (const clear of [setCurrent, setNext, setAgain]) clear('')
      setIsTried(false)
      showToast({ message: t('account.changed') })
      return client.resetQueries()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (current !== '' && !isTooShort && next === again) change.mutate()
  }
  const field = { type: 'password', className: 'max-w-md' } as const
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <h2 className="mb-0!">{t('account.password')}</h2>
      <p className="text-soft m-0">{t('account.passwordNote')}</p>
      <Field
        {...field}
        label={t('account.current')}
        name="current"
        value={current}
        onChange={setCurrent}
        autoComplete="current-password"
      />
      <Field
        {...field}
        label={t('account.next')}
        name="next"
        value={next}
        onChange={setNext}
        autoComplete="new-password"
        error={isTried && isTooShort ? t('account.tooShort') : undefined}
      />
      <Field
        {...field}
        label={t('account.again')}
        name="again"
        value={again}
        onChange={setAgain}
        autoComplete="new-password"
        error={isTried && next !== again ? t('account.differs') : undefined}
      />
      {change.isError && <ErrorState error={change.error} />}
      <div>
        <Button type="submit" isDisabled={change.isPending}>
          {t('account.change')}
        </Button>
      </div>
    </form>
  )
}
