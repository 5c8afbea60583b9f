import { useQuery } from '@tanstack/react-query'
import { warningsQuery } from '../api/queries.ts'
import { useText } from '../text/setup-text.ts'

/** On every page, above all else: what keeps this program from showing things, and what is to be done. */
export function WarningBar() {
  const { t, pick } = useText()
  const { data } = useQuery(warningsQuery)
  if (!data || data.warnings.length === 0) return null
  return (
    <aside className="warning-bar" role="alert" aria-label={t('warnings.title')}>
      {data.warnings.map(({ code, words, wordsEn }) => (
        <p key={code}>{pick(words, wordsEn)}</p>
      ))}
    </aside>
  )
}
