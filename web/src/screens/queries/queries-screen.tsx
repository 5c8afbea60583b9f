import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DemoExamples, QuestionBody } from '../../../../src/wire/gate-desk.ts'
import type { GateCatalogue } from '../../../../src/wire/gate-query.ts'
import type { Me } from '../../../../src/wire/session.ts'
import { catalogueQuery, examplesQuery } from '../../api/gate.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Screen } from '../../ui/screen.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { AnswerCard } from './answer-card.tsx'
import './gate.css'
import { MyRequests } from './my-requests.tsx'
import { Notices } from './notices.tsx'
import { QuestionForm } from './question-form.tsx'
import { useLook } from './use-look.ts'

/** Purpose and case first, then the look: the counter of the query gate. */
export function QueriesScreen({ me }: { readonly me: Me }) {
  const { t } = useText()
  const catalogue = useQuery(catalogueQuery)
  return (
    <Screen title={t('gate.title')} lead={t('gate.lead')}>
      <Notices />
      <Answer query={catalogue}>{(data) => <Counter me={me} catalogue={data} />}</Answer>
    </Screen>
  )
}

function Counter({ me, catalogue }: { readonly me: Me; readonly catalogue: GateCatalogue }) {
  const look = useLook()
  const [filled, setFilled] = useState<{ readonly question: QuestionBody; readonly times: number }>()
  const queries = catalogue.queries.filter(({ agency }) => me.agency === '' || agency === me.agency)
  const fill = (question: QuestionBody) => {
    look.clear()
    setFilled({ question, times: (filled?.times ?? 0) + 1 })
  }
  return (
    <>
      <div className="counter">
        <QuestionForm
          key={filled?.times ?? 0}
          queries={queries}
          purposes={catalogue.purposes}
          filled={filled?.question}
          isBusy={look.look.isPending}
          onAsk={(question) => look.look.mutate(question)}
          onChange={look.clear}
        />
        {me.isDemo && <TryOut queries={queries} onChoose={fill} />}
      </div>
      <div aria-live="polite">
        {look.look.isError && <ErrorState error={look.look.error} />}
        {look.open.isError && <ErrorState error={look.open.error} />}
        {look.asked && <AnswerCard look={look} asked={look.asked} catalogue={catalogue} />}
      </div>
      <MyRequests look={look} />
    </>
  )
}

/** Ways to try the gate on sample data: nobody knows a fictional person's number by heart. */
function TryOut({
  queries,
  onChoose,
}: {
  readonly queries: GateCatalogue['queries']
  readonly onChoose: (question: QuestionBody) => void
}) {
  const { t, pick } = useText()
  const examples = useQuery(examplesQuery)
  if (!examples.data || examples.data.examples.length === 0) return null
  const questionOf = ({ query, purpose, caseNumber, value }: DemoExamples['examples'][number]): QuestionBody => {
    const parameter = queries.find(({ id }) => id === query)?.parameters[0]?.name ?? ''
    return { query, purpose, caseNumber, parameters: { [parameter]: value } }
  }
  return (
    <aside className="card try-out">
      <h2>{t('gate.tryOut')}</h2>
      <p className="text-soft m-0 text-[13px]">{t('gate.tryOutNote')}</p>
      <ul>
        {examples.data.examples.map((each) => (
          <li key={each.titleEn}>
            <button type="button" onClick={() => onChoose(questionOf(each))}>
              <b>{pick(each.title, each.titleEn)}</b>
              <small className="mono">{[each.value, each.caseNumber].filter(Boolean).join('　')}</small>
            </button>
          </li>
        ))}
      </ul>
    </aside>
  )
}
