import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { StaffBrought, StaffPreview } from '../../../../src/wire/people.ts'
import { peopleQuery } from '../../api/queries.ts'
import { sendFile, sendJson } from '../../api/request.ts'
import { parseTypedDay } from '../../format/taipei-day.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Field } from '../../ui/field.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Screen } from '../../ui/screen.tsx'
import { Select } from '../../ui/select.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { FileDrop } from '../imports/file-drop.tsx'
import { StaffDiff } from './staff-diff.tsx'
import { StaffResult } from './staff-result.tsx'
import './people.css'

/** A personnel file in three steps: choose it, look at what it changes, apply it. */
export function StaffImportScreen() {
  const { t } = useText()
  const known = useQuery(peopleQuery({ q: '', agency: '', offset: 0 }))
  const client = useQueryClient()
  const look = useMutation({
    mutationFn: ({ file, agency, asOf }: { file: File; agency: string; asOf: string | undefined }) => {
      const query = new URLSearchParams({ agency, fileName: file.name, ...(asOf !== undefined && { asOf }) })
      return sendFile<StaffPreview>(`/api/people/preview?${query}`, file)
    },
  })
  const apply = useMutation({
    mutationFn: ({ preview, withPasswords }: { preview: StaffPreview; withPasswords: boolean }) => {
      const { uploadId, agency, fileName, asOf, digest } = preview
      return sendJson<StaffBrought>('POST', '/api/people/imports', {
        uploadId,
        agency,
        fileName,
        asOf,
        digest,
        withPasswords,
      })
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['people'] }),
  })
  const back = (
    <Link href="/people" className="btn">
      {t('people.back')}
    </Link>
  )
  const again = () => {
    look.reset()
    apply.reset()
  }
  if (apply.data)
    return (
      <Screen title={t(apply.data.changeId === null ? 'people.done' : 'people.waits')} actions={back}>
        <StaffResult brought={apply.data} onAgain={again} />
      </Screen>
    )
  return (
    <Screen title={t('people.importTitle')} lead={t('people.importLead')} actions={back}>
      <Answer query={known} rows={3}>
        {({ agencies }) => (
          <FileForm
            agencies={agencies}
            isBusy={look.isPending || apply.isPending}
            fileName={look.variables?.file.name}
            onFile={(file, agency, asOf) => {
              again()
              look.mutate({ file, agency, asOf })
            }}
          />
        )}
      </Answer>
      {look.isPending && <Progress label={t('people.reading')} value={null} />}
      {look.isError && <ErrorState error={look.error} />}
      {look.data && (
        <StaffDiff
          key={look.data.uploadId}
          preview={look.data}
          isBusy={apply.isPending}
          onApply={(withPasswords) => apply.mutate({ preview: look.data, withPasswords })}
        />
      )}
      {apply.isError && <ErrorState error={apply.error} />}
    </Screen>
  )
}

interface FormProps {
  readonly agencies: readonly { readonly agency: string; readonly name: string }[]
  readonly isBusy: boolean
  readonly fileName: string | undefined
  readonly onFile: (file: File, agency: string, asOf: string | undefined) => void
}

function FileForm({ agencies, isBusy, fileName, onFile }: FormProps) {
  const { t } = useText()
  const [agency, setAgency] = useState(agencies[0]?.agency ?? '')
  const [typed, setTyped] = useState('')
  const asOf = parseTypedDay(typed)
  const isWrong = typed !== '' && asOf === undefined
  return (
    <section className="card p-5 mt-4" aria-label={t('people.importTitle')}>
      <div className="grid gap-4 sm:grid-cols-2 mb-4">
        <Select
          label={t('people.agency')}
          choices={agencies.map((each) => ({ key: each.agency, label: each.name }))}
          selected={agency}
          onSelect={setAgency}
        />
        <Field
          label={t('people.asOf')}
          note={t('people.asOfNote')}
          placeholder="115/11/26"
          value={typed}
          onChange={setTyped}
          error={isWrong ? t('people.badDay') : undefined}
          autoComplete="off"
        />
      </div>
      <FileDrop
        isDisabled={agency === '' || isWrong || isBusy}
        fileName={fileName}
        onFile={(file) => onFile(file, agency, asOf)}
      />
      <p className="text-faint text-[13px] mt-3 mb-0">{t('people.columns')}</p>
    </section>
  )
}
