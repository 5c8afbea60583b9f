import { type FormEvent, useState } from 'react'
import type { CanaryRequest } from '../../../../src/wire/gate-query.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'

const KINDS = ['person', 'company', 'parcel'] as const
const LEAST_CHARACTERS = 3
const MOST_CHARACTERS = 40
const MOST_NOTE_CHARACTERS = 100

/** Asks for a subject to seal. The identifier leaves the page once and comes back as a pseudonym. */
export function CanaryForm({
  isBusy,
  onSeal,
}: {
  readonly isBusy: boolean
  readonly onSeal: (canary: CanaryRequest) => void
}) {
  const { t } = useText()
  const [kind, setKind] = useState<CanaryRequest['kind']>('person')
  const [identifier, setIdentifier] = useState('')
  const [note, setNote] = useState('')
  const [isTried, setIsTried] = useState(false)
  const isMissing = identifier.trim().length < LEAST_CHARACTERS
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setIsTried(true)
    if (!isMissing) onSeal({ kind, identifier: identifier.trim(), note: note.trim() })
  }
  return (
    <form onSubmit={submit} className="card p-4 my-4">
      <h2 className="mt-0!">{t('canaries.sealTitle')}</h2>
      <div className="grid gap-4 sm:grid-cols-3">
        <Select
          label={t('canaries.kind')}
          choices={KINDS.map((key) => ({ key, label: t(`canaries.kinds.${key}`) }))}
          selected={kind}
          onSelect={(key) => setKind(KINDS.find((each) => each === key) ?? 'person')}
        />
        <Field
          label={t('canaries.identifier')}
          note={t('canaries.identifierNote')}
          value={identifier}
          onChange={setIdentifier}
          maxLength={MOST_CHARACTERS}
          autoComplete="off"
          error={isTried && isMissing ? t('canaries.missing') : undefined}
        />
        <Field
          label={t('canaries.note')}
          note={t('canaries.noteNote')}
          value={note}
          onChange={setNote}
          maxLength={MOST_NOTE_CHARACTERS}
          autoComplete="off"
        />
      </div>
      <div className="mt-4">
        <Button type="submit" look="primary" isDisabled={isBusy}>
          {t('canaries.seal')}
        </Button>
      </div>
    </form>
  )
}
