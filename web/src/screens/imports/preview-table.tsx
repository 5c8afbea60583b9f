import type { ImportPreview } from '../../../../src/wire/import.ts'
import { useText } from '../../text/setup-text.ts'

const MAX_SHOWN_ROWS = 8

/**
 * The first rows as read, and what the values of each column look like, so that a wrong encoding or a shifted column is
 * seen before anything is loaded.
 */
export function PreviewTable({ columns, rows }: Pick<ImportPreview, 'columns' | 'rows'>) {
  const { t, pick } = useText()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="card table-scroll" tabIndex={0} aria-label={t('imports.previewTitle')}>
      <table className="sheet">
        <thead>
          <tr>
            {columns.map(({ name, form, formEn }) => (
              <th key={name}>
                {name}
                <br />
                <span className="text-faint text-[13px] font-normal whitespace-nowrap">{pick(form, formEn)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MAX_SHOWN_ROWS).map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a file are known by their number
            <tr key={i}>
              {columns.map(({ name }, column) => (
                <td key={name} className="whitespace-nowrap">
                  {row[column] ?? ''}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
