import type { SourceSystem } from '../../api/queries.ts'
import { useText } from '../../text/setup-text.ts'
import { Select } from '../../ui/select.tsx'

export interface Source {
  /** `access` or a kind of evidence */
  readonly target: string
  /** only for access logs */
  readonly system: string
  readonly agency: string
}

interface Props {
  readonly source: Source
  readonly systems: readonly SourceSystem[]
  readonly kinds: readonly { readonly kind: string; readonly title: string }[]
  readonly onChange: (source: Source) => void
}

/** What the file holds and whose it is. An access log belongs to a system; evidence to an agency. */
export function SourceForm({ source, systems, kinds, onChange }: Props) {
  const { t } = useText()
  const targets = [
    { key: 'access', label: t('imports.accessLog') },
    ...kinds.map(({ kind, title }) => ({ key: kind, label: title })),
  ]
  const agencies = [...new Map(systems.map(({ agency, agencyName }) => [agency, agencyName]))].map(([key, label]) => ({
    key,
    label,
  }))
  return (
    <div className="grid gap-4 sm:grid-cols-2 mb-4">
      <Select
        label={t('imports.target')}
        choices={targets}
        selected={source.target}
        onSelect={(target) => onChange({ ...source, target })}
      />
      {source.target === 'access' ? (
        <Select
          label={t('imports.system')}
          choices={systems.map(({ system, name, agencyName }) => ({
            key: system,
            label: `${name}（${agencyName}）`,
          }))}
          selected={source.system}
          onSelect={(system) => onChange({ ...source, system })}
        />
      ) : (
        <Select
          label={t('imports.agency')}
          choices={agencies}
          selected={source.agency}
          onSelect={(agency) => onChange({ ...source, agency })}
        />
      )}
    </div>
  )
}

/** The choice made whole: the first system or agency until one is chosen, and the agency that a system belongs to. */
export function sourceOf(chosen: Source, systems: readonly SourceSystem[]): Source {
  const system = systems.find((each) => each.system === chosen.system) ?? systems[0]
  if (chosen.target === 'access')
    return { target: 'access', system: system?.system ?? '', agency: system?.agency ?? '' }
  return { target: chosen.target, system: '', agency: chosen.agency || (systems[0]?.agency ?? '') }
}
