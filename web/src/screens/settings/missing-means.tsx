import { useQuery } from '@tanstack/react-query'
import { signInWaysQuery } from '../../api/queries.ts'
import { useText } from '../../text/setup-text.ts'

/** National means of sign-in that nobody has built here, greyed, with what each would need. */
export function MissingMeans() {
  const { t, pick } = useText()
  const missing = useQuery(signInWaysQuery).data?.missing ?? []
  if (missing.length === 0) return null
  return (
    <>
      <h2>{t('settings.means')}</h2>
      <div className="card max-w-2xl">
        <table className="sheet text-soft">
          <thead>
            <tr>
              <th>{t('settings.notYet')}</th>
              <th>{t('settings.needs')}</th>
            </tr>
          </thead>
          <tbody>
            {missing.map(({ name, nameEn, needs, needsEn }) => (
              <tr key={name}>
                <td>{pick(name, nameEn)}</td>
                <td>{pick(needs, needsEn)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
