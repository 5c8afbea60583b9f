import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { SignInRequest } from '../../../../src/wire/session.ts'
import { demoAccountsQuery, meQuery, signInWaysQuery } from '../../api/queries.ts'
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
        <ProviderDoor />
        <SignInForm error={signIn.error} isBusy={signIn.isPending} onSubmit={(request) => signIn.mutate(request)} />
      </main>
      {accounts.length > 0 && (
        <DemoAccounts accounts={accounts} isBusy={signIn.isPending} onChoose={(request) => signIn.mutate(request)} />
      )}
    </div>
  )
}

const OUTCOMES = ['refused', 'unavailable', 'other-subject', 'first-key'] as const
const isOutcome = (given: string | null): given is (typeof OUTCOMES)[number] => OUTCOMES.some((each) => each === given)

/** The provider people already sign in at, and what became of the last attempt there. */
function ProviderDoor() {
  const { t } = useText()
  const provider = useQuery(signInWaysQuery).data?.oidc
  const outcome = new URLSearchParams(window.location.search).get('sign-in')
  if (!provider) return null
  return (
    <div className="flex flex-col gap-3 mb-5">
      {isOutcome(outcome) && (
        <p role="alert" className="card px-4 py-3 border-ink! m-0">
          {t(`signIn.provider.${outcome}`)}
        </p>
      )}
      <a className="provider-door" href="/auth/oidc">
        {provider}
      </a>
      <p className="text-faint text-[13px] m-0">{t('signIn.provider.or')}</p>
    </div>
  )
}
