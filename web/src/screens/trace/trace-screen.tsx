import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { TraceAnswer, TraceRequest } from '../../../../src/wire/gate-query.ts'
import { sendJson } from '../../api/request.ts'
import { useLocation } from '../../router/location.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Screen } from '../../ui/screen.tsx'
import { ErrorState } from '../../ui/states.tsx'
import './trace.css'
import { TraceFacts } from './trace-facts.tsx'

const LEAST_REASON_CHARACTERS = 2
const MOST_CODE_CHARACTERS = 40
const MOST_REASON_CHARACTERS = 200

/** Who got what is on a leaked screenshot or sheet. The address of the sheet's QR fills in the code. */
export function TraceScreen() {
  const { t } = useText()
  const trace = useMutation({
    mutationFn: (request: TraceRequest) => sendJson<TraceAnswer>('POST', '/api/gate/trace', request),
  })
  return (
    <Screen title={t('trace.title')} lead={t('trace.lead')}>
      <TraceForm isBusy={trace.isPending} onTrace={(request) => trace.mutate(request)} />
      {trace.isError && <ErrorState error={trace.error} />}
      {trace.data && !trace.isError && !trace.isPending && <TraceFacts answer={trace.data} />}
    </Screen>
  )
}

function TraceForm({
  isBusy,
  onTrace,
}: {
  readonly isBusy: boolean
  readonly onTrace: (request: TraceRequest) => void
}) {
  const { t } = useText()
  const { search } = useLocation()
  const [code, setCode] = useState(() => new URLSearchParams(search).get('code') ?? '')
  const [reason, setReason] = useState('')
  const [isTried, setIsTried] = useState(false)
  const isMissing = code.trim() === '' || reason.trim().length < LEAST_REASON_CHARACTERS
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (!isMissing) onTrace({ code: code.trim(), reason: reason.trim() })
  }
  return (
    <form onSubmit={submit} className="card trace-form">
      <Field
        label={t('trace.code')}
        note={t('trace.codeNote')}
        value={code}
        onChange={setCode}
        maxLength={MOST_CODE_CHARACTERS}
        autoComplete="off"
        className="mono"
        autoFocus
      />
      <Field
        label={t('trace.reason')}
        note={t('trace.reasonNote')}
        value={reason}
        onChange={setReason}
        maxLength={MOST_REASON_CHARACTERS}
        autoComplete="off"
        error={isTried && isMissing ? t('trace.missing') : undefined}
      />
      <div>
        <Button type="submit" look="primary" isDisabled={isBusy}>
          {t(isBusy ? 'trace.looking' : 'trace.act')}
        </Button>
      </div>
    </form>
  )
}
