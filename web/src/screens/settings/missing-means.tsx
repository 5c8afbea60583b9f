import { useQuery } from '@tanstack/react-query'
import { signInWaysQuery } from '../../api/queries.ts'
import { usePreferences } from '../../preferences/preferences.ts'
import { useText } from '../../text/setup-text.ts'

/** National means of sign-in that nobody has built here, greyed, with what each would need. */
export function MissingMeans() {
  const { t } = useText()
  const { language } = usePreferences()
  const missing = useQuery(signInWaysQuery).data?.missing ?? []
  if (missing.length === 0) return null
  return (
    <>
      <h2>{t('settings.means')}</h2>
      <div className="card max-w-2xl text-soft">
        <dl>
          {missing.map(({ name, nameEn, needs, needsEn }) => (
            <div key={name}>
              <dt>
                {language === 'en' ? nameEn : name}　{t('settings.notYet')}
              </dt>
              <dd>{language === 'en' ? needsEn : needs}</dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  )
}
