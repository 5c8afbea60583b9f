import type { VerdictFilter, VerdictSummary } from '../../../../src/wire/verdict.ts'
import { type VerdictAddress, withPart } from '../../router/verdict-address.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { type Choice, Select } from '../../ui/select.tsx'
import { showToast } from '../../ui/toast.tsx'
import { OtherChips } from './other-chips.tsx'
import { PeriodFilter } from './period-filter.tsx'
import { TextFilter } from './text-filter.tsx'

interface Props {
  readonly address: VerdictAddress
  readonly summary: VerdictSummary | undefined
  readonly onChange: (filter: VerdictFilter) => void
  readonly onSort: (sort: 'rank' | 'time') => void
}

/** What the list is narrowed to; each part also stands in the address, so a link says the same. */
export function FilterBar({ address: { filter, sort }, summary, onChange, onSort }: Props) {
  const { t, pick } = useText()
  const set = <K extends keyof VerdictFilter>(name: K, value: VerdictFilter[K]) =>
    onChange(withPart(filter, name, value))
  const parts: readonly (readonly ['agency' | 'system' | 'unit' | 'rule', readonly Choice[]])[] = [
    ['agency', (summary?.agencies ?? []).map(({ agency, name }) => ({ key: agency, label: name }))],
    ['system', (summary?.systems ?? []).map(({ system, name }) => ({ key: system, label: name }))],
    ['unit', (summary?.byUnit ?? []).filter(({ key }) => key !== '').map(({ key, label }) => ({ key, label }))],
    [
      'rule',
      (summary?.byRule ?? []).map(({ rule, label, labelEn }) => ({
        key: rule,
        label: pick(label, labelEn),
      })),
    ],
  ]
  const clear = () => {
    onChange({})
    showToast({ message: t('verdicts.cleared'), undo: () => onChange(filter) })
  }
  const isNarrowed = Object.keys(filter).length > 0
  return (
    <search className="filter-bar no-print" aria-label={t('verdicts.filter')}>
      <PeriodFilter filter={filter} latest={summary?.to ?? null} onChange={onChange} />
      {parts.map(([name, choices]) => (
        <Select
          key={name}
          look="chip"
          label={t(`verdicts.part.${name}`)}
          choices={withAll(choices, filter[name], t('verdicts.all'))}
          selected={filter[name] ?? ''}
          isOn={filter[name] !== undefined}
          onSelect={(key) => set(name, key)}
        />
      ))}
      <OtherChips filter={filter} onChange={onChange} />
      <TextFilter key={filter.text ?? ''} text={filter.text ?? ''} onChange={(text) => set('text', text)} />
      {isNarrowed && (
        <Button size="small" look="plain" onPress={clear}>
          {t('verdicts.clear')}
        </Button>
      )}
      <span className="ml-auto">
        <SortSelect sort={sort} onSort={onSort} />
      </span>
    </search>
  )
}

function SortSelect({ sort, onSort }: { readonly sort: 'rank' | 'time'; readonly onSort: Props['onSort'] }) {
  const { t } = useText()
  return (
    <Select
      look="chip"
      label={t('verdicts.sort')}
      choices={(['rank', 'time'] as const).map((key) => ({
        key,
        label: t(`verdicts.sorted.${key}`),
      }))}
      selected={sort}
      onSelect={(key) => onSort(key === 'time' ? 'time' : 'rank')}
    />
  )
}

// What is chosen must be in its own list even when no row is left of it.
function withAll(choices: readonly Choice[], chosen: string | undefined, all: string): readonly Choice[] {
  const known = choices.some(({ key }) => key === chosen) || chosen === undefined
  return [
    { key: '', label: all },
    ...choices,
    ...(known || chosen === undefined ? [] : [{ key: chosen, label: chosen }]),
  ]
}
