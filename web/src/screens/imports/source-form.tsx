import type { SourceSystem } from '../../api/queries.ts'
import { useText } from '../../text/setup-text.ts'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'

export interface Source {
  /** `access` or a kind of evidence */
  readonly target: string
  /** only for access logs */
  readonly system: string
  readonly agency: string
  /** neither system nor agency is among the known ones: their codes are typed */
  readonly isOther?: boolean
}

const OTHER = '+'
const AGENCY = /^[a-z][a-z0-9-]{0,31}$/

const chosen = (source: Source, part: 'system' | 'agency', key: string): Source => {
  const { isOther: _, ...rest } = source
  return key === OTHER ? { ...rest, system: '', agency: '', isOther: true } : { ...rest, [part]: key }
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
  const isOther = source.isOther === true
  const other = { key: OTHER, label: t('imports.other') }
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
          choices={[
            ...systems.map(({ system, name, agencyName }) => ({ key: system, label: `${name}（${agencyName}）` })),
            other,
          ]}
          selected={isOther ? OTHER : source.system}
          onSelect={(system) => onChange(chosen(source, 'system', system))}
        />
      ) : (
        <Select
          label={t('imports.agency')}
          choices={[...agencies, other]}
          selected={isOther ? OTHER : source.agency}
          onSelect={(agency) => onChange(chosen(source, 'agency', agency))}
        />
      )}
      {isOther && source.target === 'access' && (
        <Field
          label={t('imports.systemCode')}
          note={t('imports.systemCodeNote')}
          value={source.system}
          maxLength={64}
          onChange={(system) => onChange({ ...source, system })}
        />
      )}
      {isOther && (
        <Field
          label={t('imports.agencyCode')}
          note={t('imports.agencyCodeNote')}
          value={source.agency}
          maxLength={32}
          onChange={(agency) => onChange({ ...source, agency: agency.toLowerCase() })}
        />
      )}
    </div>
  )
}

/** The choice made whole: the first system or agency until one is chosen, and the agency that a system belongs to. */
export function sourceOf(chosen: Source, systems: readonly SourceSystem[]): Source {
  if (chosen.isOther || systems.length === 0) return { ...chosen, isOther: true }
  const system = systems.find((each) => each.system === chosen.system) ?? systems[0]
  if (chosen.target === 'access')
    return { target: 'access', system: system?.system ?? '', agency: system?.agency ?? '' }
  return { target: chosen.target, system: '', agency: chosen.agency || (systems[0]?.agency ?? '') }
}

/** Whether it is said whose file it is; until then none is read. */
export const isSourceWhole = ({ target, system, agency }: Source): boolean =>
  AGENCY.test(agency) && (target !== 'access' || system.trim() !== '')
