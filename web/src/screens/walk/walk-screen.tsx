import { useQuery } from '@tanstack/react-query'
import type { DemoWalk } from '../../../../src/wire/demo.ts'
import type { Me } from '../../../../src/wire/session.ts'
import { demoAccountsQuery, demoWalkQuery } from '../../api/queries.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Screen } from '../../ui/screen.tsx'
import { NotFound } from '../refusals/not-found.tsx'
import { useEnterAs } from './enter-as.ts'
import { WalkProgress } from './walk-progress.tsx'
import './walk.css'

type Step = DemoWalk['steps'][number]

/** Steps by case, in the guide's order. Cases without steps are not built yet and say so. */
const CASES = [
  { id: '1', numeral: '一', steps: ['refused', 'shown', 'traced'] },
  { id: '2', numeral: '二', steps: ['contradiction', 'revealed'] },
  { id: '3', numeral: '三', steps: [] },
  { id: '4', numeral: '四', steps: ['asked', 'approved', 'reused'] },
  { id: '5', numeral: '五', steps: [] },
  { id: 'ledger', numeral: '終', steps: ['opened'] },
] as const

/** The guide's five cases on sample data, as acts really done: a checklist, not a tour. */
export function WalkScreen({ me }: { readonly me: Me }) {
  const { t } = useText()
  const walk = useQuery({ ...demoWalkQuery, staleTime: 0 })
  if (!me.isDemo) return <NotFound />
  return (
    <Screen title={t('walk.title')} lead={t('walk.lead')} actions={walk.data && <WalkProgress walk={walk.data} />}>
      <Answer query={walk} rows={8}>
        {({ steps }) => (
          <ol className="walk">
            {CASES.map(({ id, numeral, steps: names }) => (
              <li key={id} className="walk-case">
                <span className="band-numeral" aria-hidden="true">
                  {numeral}
                </span>
                <div>
                  <h2>{t(`walk.cases.${id}`)}</h2>
                  <p className="text-soft">{t(`walk.about.${id}`)}</p>
                </div>
                {names.length === 0 ? (
                  <p className="walk-absent">
                    {t('walk.notBuilt')} <Link href="/guide">{t('walk.seeGuide')}</Link>
                  </p>
                ) : (
                  <ul className="card walk-steps">
                    {steps
                      .filter((step) => names.some((name) => name === step.id))
                      .map((step) => (
                        <StepLine key={step.id} step={step} me={me} />
                      ))}
                  </ul>
                )}
              </li>
            ))}
          </ol>
        )}
      </Answer>
    </Screen>
  )
}

function StepLine({ step, me }: { readonly step: Step; readonly me: Me }) {
  const { t } = useText()
  return (
    <li className="walk-step">
      <svg
        width="20"
        height="20"
        viewBox="0 0 20 20"
        role="img"
        aria-label={t(step.isDone ? 'walk.done' : 'walk.open')}
      >
        <circle cx="10" cy="10" r="8.5" className={step.isDone ? 'walk-mark done' : 'walk-mark'} />
        {step.isDone && <path d="M6 10.2 9 13 14 7.2" className="walk-tick" />}
      </svg>
      <span>{t(`walk.steps.${step.id}`)}</span>
      <span className="walk-act">
        {step.account === me.account ? (
          <Link href={step.href} className="btn small">
            {t('walk.goOn')}
          </Link>
        ) : (
          <EnterAs step={step} />
        )}
      </span>
    </li>
  )
}

function EnterAs({ step: { account, href } }: { readonly step: Step }) {
  const { t } = useText()
  const demo = useQuery(demoAccountsQuery).data?.accounts.find((each) => each.account === account)
  const enter = useEnterAs(href)
  if (!demo) return null
  return (
    <Button size="small" isDisabled={enter.isPending} onPress={() => enter.mutate(demo)}>
      {enter.isPending ? t('walk.switching') : t('walk.goAs', { name: demo.name })}
    </Button>
  )
}
