import type { Me } from '../../../../src/wire/session.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Screen } from '../../ui/screen.tsx'

/** The page exists, but not for this post; says which post asked, since many people hold two. */
export function NotAllowed({ me }: { readonly me: Me }) {
  const { t } = useText()
  return (
    <Screen title={t('refusals.notAllowed')} lead={t('refusals.notAllowedAdvice', { unit: me.unit, title: me.title })}>
      <p className="mt-4">
        <Link href="/" className="btn">
          {t('refusals.home')}
        </Link>
      </p>
    </Screen>
  )
}
