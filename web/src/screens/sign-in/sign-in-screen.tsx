import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { SignInRequest } from '../../../../src/wire/session.ts'
import { demoAccountsQuery, meQuery } from '../../api/queries.ts'
import { sendJson } from '../../api/request.ts'
import { LanguageSwitch } from '../../frame/language-switch.tsx'
import { useText } from '../../text/setup-text.ts'
import { DemoAccounts } from './demo-accounts.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** The door: account and password, and while sample data is loaded the five posts to try. */
export function SignInScreen() {
  const { t } = useText()
  const client = useQueryClient()
  const demo = useQuery(demoAccountsQuery)
  const signIn = useMutation({
    mutationFn: (request: SignInRequest) => sendJson('POST', '/api/session', request),
    onSuccess: () => client.resetQueries({ queryKey: meQuery.queryKey }),
  })
  const title = `${t('signIn.title')} · ${t('product.name')}`
  useEffect(() => {
    document.title = title
  }, [title])
  const accounts = demo.data?.accounts ?? []
  return (
    <div className="sign-in">
      <main>
        <div className="flex items-center gap-3">
          <span className="seal" aria-hidden="true">
            守
          </span>
          <span className="text-[17px] font-semibold tracking-[0.18em]">{t('product.name')}</span>
          <span className="ml-auto">
            <LanguageSwitch />
          </span>
        </div>
        <h1 className="mt-6">{t('signIn.title')}</h1>
        <p className="lead mb-5">{t('product.promise')}</p>
        <SignInForm error={signIn.error} isBusy={signIn.isPending} onSubmit={(request) => signIn.mutate(request)} />
      </main>
      {accounts.length > 0 && (
        <DemoAccounts accounts={accounts} isBusy={signIn.isPending} onChoose={(request) => signIn.mutate(request)} />
      )}
    </div>
  )
}
