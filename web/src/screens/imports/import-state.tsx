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

type Standing = Pick<ImportRecord, 'state' | 'rowsLoaded' | 'rowsRejected' | 'rowsDuplicate'>

/** An import that ended well and loaded nothing has not gone well: every row was rejected, or there was none. */
function standingOf({ state, rowsLoaded, rowsRejected, rowsDuplicate }: Standing) {
  if (state !== 'done' || rowsLoaded + rowsDuplicate > 0) return { sign: SIGNS[state], key: state }
  return { sign: '⚠', key: rowsRejected > 0 ? 'allRejected' : 'noRows' }
}

/** Where an import stands, by sign and word. */
export function ImportState({ record }: { readonly record: Standing }) {
  const { t } = useText()
  const { sign, key } = standingOf(record)
  const tone =
    sign === '⚠'
      ? 'text-amber font-semibold'
      : key === 'done'
        ? 'text-green'
        : key === 'failed'
          ? 'font-semibold'
          : 'text-soft'
  return (
    <span className={`whitespace-nowrap ${tone}`}>
      <span aria-hidden="true">{sign} </span>
      {t(`imports.state.${key}`)}
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
