import type { Me } from '../../../../src/wire/session.ts'
import { useText } from '../../text/setup-text.ts'
import { Screen } from '../../ui/screen.tsx'
import { Openings } from './openings.tsx'
import { ShadowTable } from './shadow-table.tsx'

/** The policies in force, as what follows from them: who gets in, and what watched systems would have been refused. */
export function PoliciesScreen({ me }: { readonly me: Me }) {
  const { t } = useText()
  return (
    <Screen title={t('openings.screen')} lead={t('openings.screenLead')}>
      <Openings />
      {me.may.includes('point.report') && <ShadowTable />}
    </Screen>
  )
}
