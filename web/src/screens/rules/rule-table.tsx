import type { RuleInfo } from '../../../../src/wire/reconcile.ts'
import { figure } from '../../format/figure.ts'
import { Link } from '../../router/link.tsx'
import { verdictHref } from '../../router/verdict-address.ts'
import { useText } from '../../text/setup-text.ts'
import { sentenceParts } from './rule-sentence.ts'

const MAX_STRENGTH = 5

/** Rules of one kind; the number of hits leads to the rows. */
export function RuleTable({ rules, canList }: { readonly rules: readonly RuleInfo[]; readonly canList: boolean }) {
  const { t } = useText()
  const isTemplate = rules[0]?.kind === 'template'
  return (
    <div className="card table-scroll">
      <table className="sheet stack">
        <thead>
          <tr>
            <th>{t('rules.column.rule')}</th>
            <th>{t('rules.column.sentence')}</th>
            <th>{t('rules.column.serves')}</th>
            <th className="number">{t(isTemplate ? 'rules.column.strength' : 'rules.column.points')}</th>
            <th className="number">{t('rules.column.hits')}</th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => (
            <RuleLine key={rule.id} rule={rule} canList={canList} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function RuleLine({ rule, canList }: { readonly rule: RuleInfo; readonly canList: boolean }) {
  const { t, pick } = useText()
  // A purpose added to the rules later is shown under its own code until it has a text.
  const purposes = rule.purposes.map((code) => t(`rules.purposes.${code}`, { defaultValue: code })).join(t('kit.comma'))
  const rows = verdictHref({ filter: { rule: rule.id }, sort: 'rank', view: 'list' })
  return (
    <tr>
      <td className="min-w-36 whole">
        <b>{pick(rule.title, rule.titleEn)}</b>
        <br />
        <span className="mono text-faint">{rule.id}</span>
      </td>
      <td className="min-w-64 text-soft whole">
        <Sentence text={rule.sentence} />
        {rule.purposes.length > 0 && (
          <span className="block text-faint text-[13px]">
            {t('kit.labelled', { label: t('rules.forPurposes') }) + purposes}
          </span>
        )}
      </td>
      <td className="text-faint text-[13px] min-w-[92px]" data-label={t('rules.column.serves')}>
        {rule.measures.length === 0
          ? '—'
          : rule.measures.map((measure, i) => (
              <span key={measure} className="whitespace-nowrap">
                {measure + (i < rule.measures.length - 1 ? t('kit.comma') : '')}
              </span>
            ))}
      </td>
      <td className="number" data-label={t(rule.kind === 'template' ? 'rules.column.strength' : 'rules.column.points')}>
        {rule.kind === 'template' ? <Strength value={rule.strength} /> : figure(rule.points)}
      </td>
      <td className="number" data-label={t('rules.column.hits')}>
        {canList && rule.hits > 0 ? <Link href={rows}>{figure(rule.hits)}</Link> : figure(rule.hits)}
      </td>
    </tr>
  )
}

function Sentence({ text }: { readonly text: string }) {
  const { t } = useText()
  return sentenceParts(text)
    .map((part) => ('words' in part ? part.words : t('rules.blank', { name: t(`rules.blanks.${part.blank}`) })))
    .join('')
}

function Strength({ value }: { readonly value: number }) {
  const { t } = useText()
  return (
    <span
      role="img"
      aria-label={t('rules.strengthOf', { value, most: MAX_STRENGTH })}
      title={t('rules.strengthOf', { value, most: MAX_STRENGTH })}
      className="text-act tracking-widest"
    >
      {'●'.repeat(Math.min(MAX_STRENGTH, Math.max(0, Math.round(value))))}
      <span className="text-faint">
        {'○'.repeat(MAX_STRENGTH - Math.min(MAX_STRENGTH, Math.max(0, Math.round(value))))}
      </span>
    </span>
  )
}
