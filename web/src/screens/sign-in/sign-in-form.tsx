import { type FormEvent, useState } from 'react'
import type { SignInRequest } from '../../../../src/wire/session.ts'
import { ProblemError } from '../../api/request.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'

interface Props {
  readonly error: unknown
  readonly isBusy: boolean
  readonly onSubmit: (request: SignInRequest) => void
}

/** Account and password. A refusal never says which of the two was wrong. */
export function SignInForm({ error, isBusy, onSubmit }: Props) {
  const { t, pick } = useText()
  const [account, setAccount] = useState('')
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (account && password) onSubmit({ account, password })
  }
  const problem = error instanceof ProblemError ? error.problem : undefined
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {problem && (
        <div role="alert" className="card px-4 py-3 border-ink!">
          <b>{pick(problem.message, problem.messageEn)}</b>
          <br />
          <span className="text-soft">{pick(problem.advice, problem.adviceEn)}</span>
        </div>
      )}
      <Field
        label={t('signIn.account')}
        name="account"
        value={account}
        onChange={setAccount}
        autoComplete="username"
        isRequired
        autoFocus
      />
      <Field
        label={t('signIn.password')}
        name="password"
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        isRequired
      />
      <Button type="submit" look="primary" isDisabled={isBusy}>
        {t('signIn.submit')}
      </Button>
    </form>
  )
}
