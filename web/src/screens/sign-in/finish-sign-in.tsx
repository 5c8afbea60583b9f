import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { stepUp } from '../../api/passkey.ts'
import { meQuery } from '../../api/queries.ts'
import { useSignOut } from '../../frame/sign-out.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { AddPasskey } from '../account/add-passkey.tsx'
import { PasswordForm } from '../account/password-form.tsx'

/** Between the password and the page: the passkey, a password of one's own, or the first passkey a post needs. Nothing else is open until then. */
export function FinishSignIn({ step }: { readonly step: 'passkey' | 'password' | 'first-passkey' }) {
  const { t } = useText()
  const client = useQueryClient()
  const signOut = useSignOut()
  const confirm = useMutation({
    mutationFn: stepUp,
    onSuccess: () => client.resetQueries({ queryKey: meQuery.queryKey }),
  })
  return (
    <Door>
      {step === 'passkey' && (
        <>
          <p className="lead">{t('account.due')}</p>
          {confirm.isError && <ErrorState error={confirm.error} />}
          <Button look="primary" isDisabled={confirm.isPending} onPress={() => confirm.mutate()}>
            {t('account.dueAct')}
          </Button>
        </>
      )}
      {step === 'first-passkey' && (
        <>
          <p className="lead">{t('account.firstDue')}</p>
          <AddPasskey isFirst onAdded={() => client.resetQueries({ queryKey: meQuery.queryKey })} />
        </>
      )}
      {step === 'password' && (
        <>
          <p className="lead">{t('account.mustChange')}</p>
          <PasswordForm />
        </>
      )}
      <Button look="plain" onPress={() => void signOut()}>
        {t('frame.signOut')}
      </Button>
    </Door>
  )
}

function Door({ children }: { readonly children: ReactNode }) {
  const { t } = useText()
  return (
    <div className="sign-in">
      <main className="flex flex-col gap-4">
        <h1>{t('signIn.title')}</h1>
        {children}
      </main>
    </div>
  )
}
