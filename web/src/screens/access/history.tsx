import type { AccessPage } from '../../../../src/wire/access.ts'
import { figure, shortened } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { Time } from '../../ui/time.tsx'
import { VerdictMark } from '../../ui/verdict-mark.tsx'

/** Every verdict ever given on this access, newest first: nothing is overwritten. */
export function History({ history }: { readonly history: AccessPage['history'] }) {
  const { t } = useText()
  const newestFirst = history.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
  const isUnchanged = new Set(history.map(({ verdict }) => verdict)).size < 2
  return (
    <section>
      <h2>{t('access.history.title')}</h2>
      <ol className="card history">
        {newestFirst.map((entry, i) => (
          <li key={entry.runId + entry.at}>
            <VerdictMark verdict={entry.verdict} />
            <Time at={entry.at} />
            <span className="history-note">
              {t('access.history.score', { n: figure(entry.score) })}
              {'　'}
              {t('access.history.ruleSet')} <span className="mono">{shortened(entry.ruleSet)}</span>
              {i === 0 && isUnchanged && `　${t('access.history.unchanged')}`}
              {newestFirst[i + 1] &&
                newestFirst[i + 1]?.verdict !== entry.verdict &&
                `　${t('access.history.changed')}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}
