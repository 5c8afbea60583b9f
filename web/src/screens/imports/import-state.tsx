import type { ImportRecord } from '../../../../src/wire/import.ts'
import { useText } from '../../text/setup-text.ts'

const SIGNS: Record<ImportRecord['state'], string> = {
  running: '◌',
  done: '✓',
  failed: '!',
  undone: '↩',
  repeated: '=',
  withdrawing: '↩',
  withdrawn: '↩',
}

/** Where an import stands, by sign and word. */
export function ImportState({ record }: { readonly record: Pick<ImportRecord, 'state' | 'rowsRead' | 'rowsLoaded'> }) {
  const { t } = useText()
  const { state } = record
  // Read and nothing kept is no success, whatever the reason.
  if (state === 'done' && record.rowsRead > 0 && record.rowsLoaded === 0)
    return (
      <span className="whitespace-nowrap font-semibold">
        <span aria-hidden="true">! </span>
        {t('importUndo.nothingLoaded')}
      </span>
    )
  return (
    <span
      className={`whitespace-nowrap ${state === 'done' ? 'text-green' : state === 'failed' ? 'font-semibold' : 'text-soft'}`}
    >
      <span aria-hidden="true">{SIGNS[state]} </span>
      {t(`imports.state.${state}`)}
    </span>
  )
}

/** The verdict on the data itself: how many findings, and how serious the worst is. */
export function QualityWord({ quality }: { readonly quality: ImportRecord['quality'] }) {
  const { t } = useText()
  const worst = (['serious', 'warning', 'note'] as const).find((severity) =>
    quality.some((finding) => finding.severity === severity),
  )
  if (!worst) return <span className="text-green whitespace-nowrap">{t('imports.quality.clean')}</span>
  const tone = {
    serious: 'text-ink font-semibold',
    warning: 'text-amber font-semibold',
    note: 'text-soft',
  }[worst]
  return (
    <span className={`whitespace-nowrap ${tone}`}>
      {t(`imports.quality.${worst}`)} {quality.length}
    </span>
  )
}
