import type { StaffBrought } from '../../../../src/wire/people.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'

/** What was done at once, and the proposal of what waits for another person. */
export function StaffResult({ brought, onAgain }: { readonly brought: StaffBrought; readonly onAgain: () => void }) {
  const { t } = useText()
  const { applied, changeId } = brought
  return (
    <section>
      {changeId !== null && <p role="status">{t('people.waitsLead')}</p>}
      {applied && (
        <p role={changeId === null ? 'status' : undefined}>
          {t('people.doneLead', {
            ...{ joins: applied.joins, changes: applied.changes, leaves: applied.leaves },
            ...{ sessions: applied.sessionsEnded, requests: applied.requestsClosed },
          })}
        </p>
      )}
      <div className="flex gap-2 my-4">
        {changeId !== null && (
          <Link href={`/changes/${changeId}`} className="btn primary">
            {t('people.toChange')}
          </Link>
        )}
        <Link href="/people" className={changeId === null ? 'btn primary' : 'btn'}>
          {t('people.toList')}
        </Link>
        <Button onPress={onAgain}>{t('people.another')}</Button>
      </div>
    </section>
  )
}
