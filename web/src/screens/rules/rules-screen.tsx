import { useQuery } from '@tanstack/react-query'
import type { RuleInfo } from '../../../../src/wire/reconcile.ts'
import type { Me } from '../../../../src/wire/session.ts'
import { rulesQuery } from '../../api/queries.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Screen } from '../../ui/screen.tsx'
import { RuleTable } from './rule-table.tsx'

const KINDS = ['template', 'contradiction', 'flag'] as const

/** The rules in force, in words: what explains an access, what contradicts it, what makes it worth a look. */
export function RulesScreen({ me }: { readonly me: Me }) {
  const { t } = useText()
  const query = useQuery(rulesQuery)
  return (
    <Screen title={t('rules.title')} lead={t('rules.lead')}>
      <Answer query={query} rows={12}>
        {({ rules, ruleSet }) => (
          <>
            {KINDS.map((kind) => (
              <RuleGroup
                key={kind}
                kind={kind}
                rules={rules.filter((rule) => rule.kind === kind)}
                canList={me.may.includes('verdict.list')}
              />
            ))}
            <p className="text-faint text-[13px] mt-6">
              {t('rules.ruleSet')} <CopyId id={ruleSet} head={12} tail={6} />
            </p>
          </>
        )}
      </Answer>
    </Screen>
  )
}

function RuleGroup({
  kind,
  rules,
  canList,
}: {
  readonly kind: RuleInfo['kind']
  readonly rules: readonly RuleInfo[]
  readonly canList: boolean
}) {
  const { t } = useText()
  if (rules.length === 0) return null
  return (
    <section aria-labelledby={`rules-${kind}`}>
      <h2 id={`rules-${kind}`} className="mb-0!">
        {t(`rules.kind.${kind}`)}
        <span className="text-faint font-normal"> {t('rules.count', { count: rules.length })}</span>
      </h2>
      <p className="text-soft text-[14px] m-0 mb-2">{t(`rules.about.${kind}`)}</p>
      <RuleTable rules={rules} canList={canList} />
    </section>
  )
}
