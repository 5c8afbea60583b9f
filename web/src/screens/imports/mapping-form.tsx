import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { ImportPreview, ImportRecord } from '../../../../src/wire/import.ts'
import { sendJson } from '../../api/request.ts'
import { navigate } from '../../router/location.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { choiceOf, emptyMapping, missingTitles, withChoice } from './mapping-choice.ts'
import { MappingLine } from './mapping-line.tsx'
import { PreviewTable } from './preview-table.tsx'
import type { Source } from './source-form.tsx'

/** How the file reads, what each column becomes, and the start. */
export function MappingForm({ preview, source }: { readonly preview: ImportPreview; readonly source: Source }) {
  const { t } = useText()
  const [mapping, setMapping] = useState(preview.suggestion ?? emptyMapping(source.target, source.agency))
  const missing = missingTitles(mapping, preview.targetColumns)
  const start = useMutation({
    mutationFn: () => {
      const { uploadId, fileName } = preview
      const { target, agency, system } = source
      return sendJson<ImportRecord>('POST', '/api/imports', {
        uploadId,
        fileName,
        target,
        agency,
        mapping,
        ...(system && { system }),
      })
    },
    onSuccess: ({ importId }) => navigate(`/imports/${importId}`),
  })
  return (
    <>
      <h2>{t('imports.previewTitle')}</h2>
      <p className="text-soft text-[14px] m-0 mb-2">
        {t('imports.previewFacts', {
          encoding: preview.encoding,
          format: preview.format.toUpperCase(),
          columns: preview.header.length,
        })}
      </p>
      {preview.warnings.map((warning) => (
        <p key={warning} className="text-amber m-0 mb-2">
          {warning}
        </p>
      ))}
      <PreviewTable columns={preview.columns} rows={preview.rows} />
      <p className="text-faint text-[13px] m-0 mt-2">{t('imports.previewMasked')}</p>
      <h2>{t('imports.mappingTitle')}</h2>
      <p className="text-soft text-[14px] m-0 mb-2">
        {t(preview.suggestion ? 'imports.mappingSuggested' : 'imports.mappingByHand')}
      </p>
      <div className="card table-scroll">
        <table className="sheet">
          <thead>
            <tr>
              <th>{t('imports.column.becomes')}</th>
              <th>{t('imports.column.comesFrom')}</th>
            </tr>
          </thead>
          <tbody>
            {preview.targetColumns.map((target) => (
              <MappingLine
                key={target.name}
                target={target}
                header={preview.header}
                columns={preview.columns}
                choice={choiceOf(mapping.columns[target.name], preview.header)}
                onChange={(choice) => setMapping(withChoice(mapping, target.name, choice))}
              />
            ))}
          </tbody>
        </table>
      </div>
      {start.isError && <ErrorState error={start.error} />}
      <div className="flex flex-wrap items-center justify-end gap-4 mt-4">
        {missing.length > 0 && (
          <span className="text-soft">{t('imports.missing', { columns: missing.join(t('kit.comma')) })}</span>
        )}
        <Button look="primary" isDisabled={missing.length > 0 || start.isPending} onPress={() => start.mutate()}>
          {t('imports.start')}
        </Button>
      </div>
    </>
  )
}
