import type { ImportPreview } from '../../../../src/wire/import.ts'
import { useText } from '../../text/setup-text.ts'
import type { ColumnChoice } from './mapping-choice.ts'

interface Props {
  readonly target: ImportPreview['targetColumns'][number]
  readonly header: readonly string[]
  readonly columns: ImportPreview['columns']
  readonly choice: ColumnChoice
  readonly onChange: (choice: ColumnChoice) => void
}

const NONE = 'none'
const FIXED = 'fixed'
const COLUMN = 'column:'

/** One column of the program and where its values come from. A native select: there may be forty of these on one page. */
export function MappingLine({ target, header, columns, choice, onChange }: Props) {
  const { t } = useText()
  const key = choice.kind === 'none' ? NONE : choice.kind === 'value' ? FIXED : COLUMN + choice.first
  const known = choice.kind === 'column' && !header.includes(choice.first) ? [choice.first, ...header] : header
  const choose = (next: string) => {
    if (next === NONE) onChange({ kind: 'none' })
    else if (next === FIXED) onChange({ kind: 'value', value: '' })
    else
      onChange({
        kind: 'column',
        first: next.slice(COLUMN.length),
        second: choice.kind === 'column' ? choice.second : '',
      })
  }
  return (
    <tr>
      <td className="whitespace-nowrap">
        {target.title}
        {target.isRequired && <span className="text-faint text-[13px]">{`　${t('imports.required')}`}</span>}
        <br />
        <span className="mono text-faint">{target.name}</span>
      </td>
      <td>
        <div className="flex flex-wrap gap-2">
          <select
            className="input max-w-60"
            aria-label={t('imports.sourceOf', { column: target.title })}
            value={key}
            onChange={(event) => choose(event.target.value)}
          >
            <option value={NONE}>{t('imports.noSource')}</option>
            <option value={FIXED}>{t('imports.fixed')}</option>
            {known.map((name) => (
              <option key={name} value={COLUMN + name}>
                {name}
              </option>
            ))}
          </select>
          <SecondPart target={target} header={header} choice={choice} onChange={onChange} />
        </div>
        <Reading target={target} columns={columns} choice={choice} />
      </td>
    </tr>
  )
}

/** How the chosen column will be read, and three of its values. */
function Reading({ target, columns, choice }: Pick<Props, 'target' | 'columns' | 'choice'>) {
  const { t, pick } = useText()
  if (choice.kind !== 'column') return null
  const sources = columns.filter(({ name }) => name === choice.first || name === choice.second)
  const values = sources.map(({ form, formEn, examples }) =>
    t('imports.columnForm', { form: pick(form, formEn), examples: examples.join(t('kit.comma')) }),
  )
  return (
    <p className="text-soft text-[13px] m-0 mt-1">
      {pick(target.reading, target.readingEn)}
      <br />
      <span className="text-faint [overflow-wrap:anywhere]">{values.join('　')}</span>
    </p>
  )
}

function SecondPart({ target, header, choice, onChange }: Omit<Props, 'columns'>) {
  const { t } = useText()
  if (choice.kind === 'value') {
    const label = t('imports.fixedOf', { column: target.title })
    return (
      <input
        className="input max-w-60"
        aria-label={label}
        placeholder={t('imports.fixed')}
        value={choice.value}
        onChange={(event) => onChange({ kind: 'value', value: event.target.value })}
      />
    )
  }
  // Only times are commonly split over two columns.
  if (choice.kind !== 'column' || (target.type !== 'time' && target.type !== 'end' && choice.second === '')) return null
  return (
    <select
      className="input max-w-60"
      aria-label={t('imports.secondOf', { column: target.title })}
      value={choice.second}
      onChange={(event) => onChange({ ...choice, second: event.target.value })}
    >
      <option value="">{t('imports.noSecond')}</option>
      {header.map((name) => (
        <option key={name} value={name}>
          {`＋ ${name}`}
        </option>
      ))}
    </select>
  )
}
