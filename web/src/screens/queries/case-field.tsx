import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useEffect, useState } from 'react'
import { myCasesQuery } from '../../api/gate.ts'
import { sendJson } from '../../api/request.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { showToast } from '../../ui/toast.tsx'
import { ReasonDialog } from './reason-dialog.tsx'

const SHOWN_CASES = 4
const LEAST_CHARACTERS = 3
const SETTLE_MS = 400
const MOST_CHARACTERS = 60

interface Props {
  readonly agency: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error: string | undefined
}

/** A case number: one's own open cases at hand, and a word before the act when it is not one of them. */
export function CaseField({ agency, value, onChange, error }: Props) {
  const { t } = useText()
  const cases = useQuery(myCasesQuery(agency))
  const mine = cases.data?.cases.slice(0, SHOWN_CASES) ?? []
  return (
    <div className="case-field">
      <Field
        label={t('gate.caseNumber')}
        name="case"
        value={value}
        onChange={onChange}
        maxLength={MOST_CHARACTERS}
        autoComplete="off"
        error={error}
      />
      <CaseHint agency={agency} number={useSettled(value.trim())} mine={cases.data?.cases} />
      {mine.length > 0 && (
        <fieldset className="my-cases" aria-label={t('gate.myCases')}>
          <span className="field-note" aria-hidden="true">
            {t('gate.myCases')}
          </span>
          {mine.map(({ number, kind }) => (
            <button
              key={number}
              type="button"
              aria-pressed={number === value}
              title={kind}
              className={`btn small chip ${number === value ? 'chip-on' : ''}`}
              onClick={() => onChange(number)}
            >
              {number}
            </button>
          ))}
        </fieldset>
      )}
    </div>
  )
}

/**
 * Whether it is one of one's own open cases. Of others nothing is said: whether there is such a case, and whose it is, is
 * told to nobody who is not assigned to it.
 */
function CaseHint({ agency, number, mine }: { readonly agency: string; readonly number: string; readonly mine: Mine }) {
  const { t } = useText()
  const [isAsking, setAsking] = useState(false)
  if (number.length < LEAST_CHARACTERS || mine === undefined) return null
  const isMine = mine.some((each) => plain(each.number) === plain(number))
  return (
    <p className="case-hint" role="status" data-fits={isMine}>
      {t(isMine ? 'gate.caseMine' : 'gate.caseNotListed')}
      {!isMine && (
        <Button size="small" look="plain" onPress={() => setAsking(true)}>
          {t('gate.askAssignment')}
        </Button>
      )}
      <ReasonDialog
        title={t('gate.assignmentTitle')}
        note={t('gate.assignmentNote')}
        act={t('gate.send')}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        send={async (reason) => {
          await sendJson('POST', '/api/gate/assignments', { agency, caseNumber: number, reason })
          showToast({ message: t('gate.assignmentSent') })
        }}
      />
    </p>
  )
}

type Mine = readonly { readonly number: string }[] | undefined

/** As two ways of typing one number have it in common. */
const plain = (number: string): string => number.normalize('NFKC').replace(/[\s\-－/]|第|號/g, '')

/** The value once nobody has typed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [value])
  return useDeferredValue(settled)
}
