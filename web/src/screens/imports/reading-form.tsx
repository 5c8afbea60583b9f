import { type DeclaredReading, ENCODINGS } from '../../../../src/wire/import.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'

interface Props {
  readonly reading: DeclaredReading
  readonly onChange: (reading: DeclaredReading) => void
  /** reads the chosen file again; undefined before one is chosen */
  readonly onReadAgain: (() => void) | undefined
}

/** What the program cannot always tell from a file: its encoding, which sheet is meant, and where the header stands. */
export function ReadingForm({ reading, onChange, onReadAgain }: Props) {
  const { t } = useText()
  const { encoding, sheet, skipRows, ...rest } = reading
  const encodings = ['', ...ENCODINGS].map((key) => ({ key, label: t(`imports.encodings.${key || 'found'}`) }))
  return (
    <details className="mt-4">
      <summary>{t('imports.readingTitle')}</summary>
      <div className="grid gap-4 sm:grid-cols-3 mt-2">
        <Select
          label={t('imports.encoding')}
          choices={encodings}
          selected={encoding ?? ''}
          onSelect={(key) => onChange(said({ ...rest, sheet, skipRows, encoding: ENCODINGS.find((e) => e === key) }))}
        />
        <Field
          label={t('imports.sheet')}
          note={t('imports.sheetNote')}
          value={sheet ?? ''}
          maxLength={64}
          onChange={(text) => onChange(said({ ...rest, encoding, skipRows, sheet: text || undefined }))}
        />
        <Field
          label={t('imports.skipRows')}
          note={t('imports.skipRowsNote')}
          inputMode="numeric"
          value={skipRows === undefined ? '' : String(skipRows)}
          onChange={(text) => onChange(said({ ...rest, encoding, sheet, skipRows: rowsOf(text) }))}
        />
      </div>
      {onReadAgain && (
        <div className="flex justify-end mt-3">
          <Button onPress={onReadAgain}>{t('imports.readAgain')}</Button>
        </div>
      )}
    </details>
  )
}

const MAX_ROWS = 100

/** Rows above the header, from what was typed, full-width digits too. */
function rowsOf(text: string): number | undefined {
  const digits = text.normalize('NFKC').replace(/\D/g, '')
  return digits === '' ? undefined : Math.min(Number(digits), MAX_ROWS)
}

type Typed = { readonly [K in keyof DeclaredReading]: DeclaredReading[K] | undefined }

/** What was said, without what was left open. */
function said({ encoding, sheet, skipRows }: Typed): DeclaredReading {
  return {
    ...(encoding && { encoding }),
    ...(sheet !== undefined && { sheet }),
    ...(skipRows !== undefined && { skipRows }),
  }
}
