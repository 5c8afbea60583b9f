import { useQuery } from '@tanstack/react-query'
import type { ImportRecord } from '../../../../src/wire/import.ts'
import { systemsQuery } from '../../api/queries.ts'
import { useText } from '../../text/setup-text.ts'

/** Where a file comes from in words: the system whose log it is, or the agency whose records. A source nobody named keeps its code. */
export function useSourceName(): (source: Pick<ImportRecord, 'system' | 'agency'>) => string {
  const { t } = useText()
  const systems = useQuery(systemsQuery).data?.systems ?? []
  return ({ system, agency }) => {
    const named = systems.find((each) => (system === null ? each.agency === agency : each.system === system))
    const code = system ?? agency
    if (named) return system === null ? named.agencyName : named.name
    return t(`imports.agencies.${code}`, { defaultValue: code })
  }
}
