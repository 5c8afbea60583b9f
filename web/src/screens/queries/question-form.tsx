import { type FormEvent, useState } from 'react'
import type { QuestionBody } from '../../../../src/wire/gate-desk.ts'
import type { GateCatalogue } from '../../../../src/wire/gate-query.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { CaseField } from './case-field.tsx'

type Query = GateCatalogue['queries'][number]
type Purpose = GateCatalogue['purposes'][number]

const MOST_CHARACTERS = 60

interface Props {
  readonly queries: readonly Query[]
  readonly purposes: readonly Purpose[]
  readonly filled: QuestionBody | undefined
  readonly isBusy: boolean
  readonly onAsk: (question: QuestionBody) => void
  /** what is on the screen no longer belongs to what is typed */
  readonly onChange: () => void
}

/** A question: which records, for which purpose, for which case, about whom. */
export function QuestionForm({ queries, purposes, filled, isBusy, onAsk, onChange }: Props) {
  const { t, pick } = useText()
  const form = useQuestion({ queries, purposes, filled, onAsk, onChange })
  const { query, purpose } = form
  if (!query) return null
  return (
    <form onSubmit={form.submit} className="card question-form" aria-label={t('gate.question')}>
      <Select
        label={t('gate.query')}
        choices={queries.map(({ id, title, titleEn }) => ({ key: id, label: pick(title, titleEn) }))}
        selected={query.id}
        onSelect={form.setQuery}
      />
      <div>
        <Select
          label={t('gate.purpose')}
          choices={form.fitting.map(({ code, title, titleEn }) => ({ key: code, label: pick(title, titleEn) }))}
          selected={purpose?.code ?? ''}
          onSelect={form.setPurpose}
        />
        {purpose && (
          <p className="field-note citizen-told">
            {t('gate.citizenIsTold', { sentence: pick(purpose.sentence, purpose.sentenceEn) })}
          </p>
        )}
      </div>
      {purpose?.needsCase ? (
        <CaseField
          agency={query.agency}
          value={form.caseNumber}
          onChange={form.setCaseNumber}
          error={form.isTried && form.caseNumber.trim() === '' ? t('gate.missing') : undefined}
        />
      ) : (
        <p className="field-note m-0">{t('gate.noCase')}</p>
      )}
      {query.parameters.map(({ name, title, titleEn }) => (
        <Field
          key={`${query.id} ${name}`}
          label={pick(title, titleEn)}
          name={name}
          value={form.parameters[name] ?? ''}
          onChange={(value) => form.setParameter(name, value)}
          maxLength={MOST_CHARACTERS}
          autoComplete="off"
          className="mono-input"
          error={form.isTried && (form.parameters[name] ?? '').trim() === '' ? t('gate.missing') : undefined}
        />
      ))}
      <div>
        <Button type="submit" look="primary" isDisabled={isBusy}>
          {t(isBusy ? 'gate.looking' : 'gate.look')}
        </Button>
      </div>
    </form>
  )
}

function useQuestion({ queries, purposes, filled, onAsk, onChange }: Omit<Props, 'isBusy'>) {
  const [queryId, setQueryId] = useState(filled?.query ?? queries[0]?.id ?? '')
  const [purposeCode, setPurposeCode] = useState(filled?.purpose ?? '')
  const [caseNumber, setCaseNumber] = useState(filled?.caseNumber ?? '')
  const [parameters, setParameters] = useState<Readonly<Record<string, string>>>(filled?.parameters ?? {})
  const [isTried, setIsTried] = useState(false)
  const query = queries.find(({ id }) => id === queryId)
  const fitting = purposes.filter(({ agencies }) => query !== undefined && agencies.includes(query.agency))
  const purpose = fitting.find(({ code }) => code === purposeCode) ?? fitting[0]
  const changed =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value)
      onChange()
    }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    const isFull = query?.parameters.every(({ name }) => (parameters[name] ?? '').trim() !== '')
    if (!query || !purpose || !isFull || (purpose.needsCase && caseNumber.trim() === '')) return
    const named = Object.fromEntries(query.parameters.map(({ name }) => [name, (parameters[name] ?? '').trim()]))
    const stated = purpose.needsCase ? caseNumber.trim() : ''
    onAsk({ query: query.id, version: query.version, parameters: named, purpose: purpose.code, caseNumber: stated })
  }
  return {
    ...{ query, purpose, fitting, caseNumber, parameters, isTried, submit },
    setQuery: changed((id: string) => {
      setQueryId(id)
      setParameters({})
    }),
    setPurpose: changed(setPurposeCode),
    setCaseNumber: changed(setCaseNumber),
    setParameter: (name: string, value: string) => changed(setParameters)({ ...parameters, [name]: value }),
  }
}
