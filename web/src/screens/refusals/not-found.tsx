import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Screen } from '../../ui/screen.tsx'

/** The address leads nowhere. */
export function NotFound() {
  const { t } = useText()
  return (
    <Screen title={t('refusals.notFound')} lead={t('refusals.notFoundAdvice')}>
      <p className="mt-4">
        <Link href="/" className="btn">
          {t('refusals.home')}
        </Link>
      </p>
    </Screen>
  )
}
