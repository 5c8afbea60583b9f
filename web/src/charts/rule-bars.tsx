import { useTranslation } from 'react-i18next'
import type { VerdictSummary } from '../../../src/wire/verdict.ts'
import { figure } from '../format/figure.ts'
import './charts.css'

type Rule = VerdictSummary['byRule'][number]
interface Props {
  readonly data: VerdictSummary['byRule']
  readonly onSelect?: (rule: string) => void
}

/** How often each rule hit, most first, within its kind. Bars compare rules of one kind: templates hit thousands of times, contradictions a few. */
export function RuleBars({ data, onSelect }: Props) {
  const { t } = useTranslation()
  const kinds = (['contradiction', 'flag', 'template'] as const).flatMap((kind) => {
    const rules = data
      .filter((rule) => rule.kind === kind && rule.hits > 0)
      .toSorted((a, b) => b.hits - a.hits || a.rule.localeCompare(b.rule))
    return rules.length > 0 ? [{ kind, rules, most: rules[0]?.hits ?? 1 }] : []
  })
  return (
    <figure className="picture" aria-label={t('charts.rules.title')}>
      <div className="picture-head">
        <h2>{t('charts.rules.title')}</h2>
      </div>
      {kinds.length === 0 && <p className="quiet">{t('charts.none')}</p>}
      <div className="rule-kinds">
        {kinds.map(({ kind, rules, most }) => (
          <table key={kind} className="bars">
            <caption>{t(`charts.rules.${kind}`)}</caption>
            <tbody>
              {rules.map((rule) => (
                <Row key={rule.rule} rule={rule} most={most} onSelect={onSelect} />
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </figure>
  )
}

function Row({
  rule,
  most,
  onSelect,
}: {
  readonly rule: Rule
  readonly most: number
  readonly onSelect: Props['onSelect']
}) {
  const { t, i18n } = useTranslation()
  const label = i18n.language === 'en' && rule.labelEn ? rule.labelEn : rule.label
  const words = t('charts.rules.one', { label, hits: figure(rule.hits) })
  return (
    <tr>
      <th scope="row">{label}</th>
      <td className="bar-cell" aria-hidden="true">
        <svg viewBox="0 0 100 10" width="100%" height="10" preserveAspectRatio="none">
          <title>{words}</title>
          <rect className={`rule-${rule.kind}`} width={Math.max(1, (rule.hits / most) * 100)} height="10" />
        </svg>
      </td>
      <td className="number">
        {onSelect ? (
          <button type="button" className="number-link" aria-label={words} onClick={() => onSelect(rule.rule)}>
            {figure(rule.hits)}
          </button>
        ) : (
          figure(rule.hits)
        )}
      </td>
    </tr>
  )
}
