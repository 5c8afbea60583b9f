import { useText } from '../../text/setup-text.ts'

const MAX_SHOWN_ROWS = 8

/** The first rows as read, so that a wrong encoding or a shifted column is seen before anything is loaded. */
export function PreviewTable({
  header,
  rows,
}: {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}) {
  const { t } = useText()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="card table-scroll" tabIndex={0} aria-label={t('imports.previewTitle')}>
      <table className="sheet">
        <thead>
          <tr>
            {header.map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MAX_SHOWN_ROWS).map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a file are known by their number
            <tr key={i}>
              {header.map((name, column) => (
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
