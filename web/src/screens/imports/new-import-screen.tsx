import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DeclaredReading, ImportPreview } from '../../../../src/wire/import.ts'
import { evidenceKindsQuery, systemsQuery } from '../../api/queries.ts'
import { sendFile } from '../../api/request.ts'
import { useText } from '../../text/setup-text.ts'
import { Progress } from '../../ui/progress.tsx'
import { Screen } from '../../ui/screen.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { FileDrop } from './file-drop.tsx'
import { MappingForm } from './mapping-form.tsx'
import { ReadingForm } from './reading-form.tsx'
import { readWithRemembered } from './remembered-mapping.ts'
import { isSourceWhole, type Source, SourceForm, sourceOf } from './source-form.tsx'

/** A new import in two steps: what and which file; then how its columns are read. */
export function NewImportScreen() {
  const { t } = useText()
  const systems = useQuery(systemsQuery)
  const kinds = useQuery(evidenceKindsQuery)
  const [chosen, setChosen] = useState<Source>({ target: 'access', system: '', agency: '' })
  const [reading, setReading] = useState<DeclaredReading>({})
  const source = sourceOf(chosen, systems.data?.systems ?? [])
  const preview = useMutation({
    mutationFn: (file: File) => {
      const about = { target: source.target, agency: source.agency, fileName: file.name }
      return readWithRemembered(source, reading, (declared) => {
        const said = Object.entries(declared).map(([name, value]) => [name, String(value)])
        const query = new URLSearchParams({ ...about, ...Object.fromEntries(said) })
        return sendFile<ImportPreview>(`/api/imports/preview?${query}`, file)
      })
    },
  })
  const file = preview.variables
  const change = (next: Source) => {
    setChosen(next)
    preview.reset()
  }
  const failure = systems.error ?? kinds.error
  return (
    <Screen title={t('imports.new')} lead={t('imports.newLead')}>
      {failure ? (
        <ErrorState error={failure} />
      ) : (
        <section className="card p-5 mt-4" aria-label={t('imports.source')}>
          <SourceForm
            source={source}
            systems={systems.data?.systems ?? []}
            kinds={kinds.data?.kinds ?? []}
            onChange={change}
          />
          <FileDrop
            isDisabled={!isSourceWhole(source) || preview.isPending}
            fileName={file?.name}
            onFile={(each) => preview.mutate(each)}
          />
          <ReadingForm
            reading={reading}
            onChange={setReading}
            onReadAgain={file && !preview.isPending ? () => preview.mutate(file) : undefined}
          />
          {preview.isPending && <Progress label={t('imports.reading')} value={null} />}
          {preview.isError && <ErrorState error={preview.error} />}
        </section>
      )}
      {preview.data && <MappingForm key={preview.data.uploadId} preview={preview.data} source={source} />}
    </Screen>
  )
}
