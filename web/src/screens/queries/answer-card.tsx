import { type FormEvent, useState } from 'react'
import type { GateCatalogue } from '../../../../src/wire/gate-query.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { OutcomeCard } from './outcome-card.tsx'
import { ShownCard } from './shown-card.tsx'
import type { Asked, Look } from './use-look.ts'

const MOST_CHARACTERS = 500
const LEAST_CHARACTERS = 6

interface Props {
  readonly look: Look
  readonly asked: Asked
  readonly catalogue: GateCatalogue
}

/** What the gate answered: the records, a question first, or what stands in the way. */
export function AnswerCard({ look, asked, catalogue }: Props) {
  const { answer, question } = asked
  if (answer.shown) {
    const query = catalogue.queries.find(({ id }) => id === question.query)
    return <ShownCard key={answer.shown.code} shown={answer.shown} query={query} question={question} look={look} />
  }
  if (answer.challenge !== null) return <ChallengeCard id={answer.challenge} look={look} asked={asked} />
  return <OutcomeCard key={answer.outcome.binding} look={look} outcome={answer.outcome} />
}

/** Asked at random before a look: why, now. What is typed is kept as it is. */
function ChallengeCard({ id, look, asked }: { readonly id: string; readonly look: Look; readonly asked: Asked }) {
  const { t } = useText()
  const [answer, setAnswer] = useState('')
  const [isTried, setIsTried] = useState(false)
  const isTooShort = [...answer.trim()].length < LEAST_CHARACTERS
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (!isTooShort) look.look.mutate({ ...asked.question, challenge: { id, answer } })
  }
  return (
    <form onSubmit={submit} className="card outcome" data-outcome="challenge">
      <h2>{t('gate.challengeTitle')}</h2>
      <p className="text-soft m-0">{t('gate.challengeLead')}</p>
      <Field
        label={t('gate.challengeAnswer')}
        name="challenge"
        value={answer}
        onChange={setAnswer}
        maxLength={MOST_CHARACTERS}
        autoComplete="off"
        autoFocus
        error={isTried && isTooShort ? t('gate.tooShort') : undefined}
      />
      {look.look.isError && <ErrorState error={look.look.error} />}
      <div>
        <Button type="submit" look="primary" isDisabled={look.look.isPending}>
          {t('gate.challengeAct')}
        </Button>
      </div>
    </form>
  )
}
