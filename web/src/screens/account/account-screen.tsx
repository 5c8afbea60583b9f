import { useText } from '../../text/setup-text.ts'
import { Screen } from '../../ui/screen.tsx'
import { Happenings } from './happenings.tsx'
import { Passkeys } from './passkeys.tsx'
import { PasswordForm } from './password-form.tsx'
import { Sessions } from './sessions.tsx'

/** One's own account: what proves that it is me, where I am signed in, my password. */
export function AccountScreen() {
  const { t } = useText()
  return (
    <Screen title={t('account.title')} lead={t('account.lead')}>
      <Happenings />
      <Passkeys />
      <Sessions />
      <PasswordForm />
    </Screen>
  )
}
