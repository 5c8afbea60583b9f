import { useText } from '../../text/setup-text.ts'
import { Screen } from '../../ui/screen.tsx'
import { EventTable } from '../ledger/event-table.tsx'

/** What the log holds of oneself: nobody is recorded in secret. */
export function MyActsScreen() {
  const { t } = useText()
  return (
    <Screen title={t('me.actsTitle')} lead={t('me.actsLead')}>
      <EventTable path="/api/me/acts" />
    </Screen>
  )
}
