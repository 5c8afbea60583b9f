import type { ImportPreview, Mapping, MappingColumn } from '../../../../src/wire/import.ts'

type TargetColumn = Pick<ImportPreview['targetColumns'][number], 'name' | 'title' | 'type' | 'isRequired'>

/** Where one column's values come from, as the mapping form shows it. */
export type ColumnChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly value: string }
  /** `second` is joined after `first`: a date and a time */
  | { readonly kind: 'column'; readonly first: string; readonly second: string }

/** Reads a mapping's column into the form's terms; `#3` becomes the name of the third column. */
export function choiceOf(column: MappingColumn | undefined, header: readonly string[]): ColumnChoice {
  const [first, second] = column?.join ?? [column?.from]
  if (first)
    return {
      kind: 'column',
      first: named(first, header),
      second: second ? named(second, header) : '',
    }
  if (column?.value !== undefined) return { kind: 'value', value: column.value }
  return { kind: 'none' }
}

/** The mapping with one column's source changed. Word translations stay: they belong to the target, not to the source's name. */
export function withChoice(mapping: Mapping, name: string, choice: ColumnChoice): Mapping {
  const { [name]: before, ...others } = mapping.columns
  const column = columnOf(choice, before?.words)
  return { ...mapping, columns: column ? { ...others, [name]: column } : others }
}

/** Required columns that no source fills yet, by title: the import cannot start before they are named. */
export function missingTitles(mapping: Mapping, targets: readonly TargetColumn[]): readonly string[] {
  return targets
    .filter(({ name, isRequired }) => isRequired && !isFilled(mapping.columns[name]))
    .map(({ title }) => title)
}

/** A mapping with nothing filled in, for files no suggestion fits. */
export function emptyMapping(target: string, agency: string): Mapping {
  return { target, agency, columns: {} }
}

function columnOf(choice: ColumnChoice, words: MappingColumn['words']): MappingColumn | undefined {
  const kept = words ? { words } : {}
  if (choice.kind === 'value') return { value: choice.value, ...kept }
  if (choice.kind === 'none' || choice.first === '') return undefined
  return choice.second ? { join: [choice.first, choice.second], ...kept } : { from: choice.first, ...kept }
}

function isFilled(column: MappingColumn | undefined): boolean {
  return Boolean(column && (column.from || column.value || (column.join && column.join.length > 0)))
}

function named(source: string, header: readonly string[]): string {
  const position = /^#(\d{1,3})$/.exec(source)?.[1]
  return position ? (header[Number(position) - 1] ?? source) : source
}
