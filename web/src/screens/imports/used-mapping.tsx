import type { Mapping } from '../../../../src/wire/import.ts'
import { useText } from '../../text/setup-text.ts'

/** How the file was read, as it stands in its event: the bytes alone do not say what was made of them. */
export function UsedMapping({ mapping }: { readonly mapping: Mapping }) {
  const { t } = useText()
  const { columns, target: _target, agency: _agency, ...rest } = mapping
  const lines = [
    ...Object.entries(rest).map(([name, value]) => [name, String(value)] as const),
    ...Object.entries(columns).map(([name, from]) => [name, sourceText(from)] as const),
  ]
  return (
    <details className="card px-5 py-3 mt-4">
      <summary>{t('importUndo.mapping')}</summary>
      <table className="sheet">
        <tbody>
          {lines.map(([name, text]) => (
            <tr key={name}>
              <th scope="row" className="mono">
                {name}
              </th>
              <td>
                <bdi>{text}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

function sourceText({ from, join, value, words }: Mapping['columns'][string]): string {
  const source = join ? join.join(' ＋ ') : (from ?? `＝ ${value ?? ''}`)
  const changed = Object.entries(words ?? {}).map(([before, after]) => `${before} → ${after}`)
  return changed.length === 0 ? source : `${source}（${changed.join('、')}）`
}
