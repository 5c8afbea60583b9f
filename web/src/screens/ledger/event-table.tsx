import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { EventLine } from '../../../../src/wire/ledger.ts'
import { eventsQuery } from '../../api/queries.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, ErrorState, Loading } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { EventReceipt } from './event-receipt.tsx'
import { EventSubject } from './event-subject.tsx'
import './ledger.css'

/** Events, newest first, as a table that is read on at its end. */
export function EventTable({ path, canOpen = false }: { readonly path: string; readonly canOpen?: boolean }) {
  const { t } = useText()
  const [opened, setOpened] = useState<string>()
  const pages = useInfiniteQuery(eventsQuery(path))
  if (pages.isError) return <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
  if (!pages.data) return <Loading rows={8} />
  const events = pages.data.pages.flatMap((page) => page.events)
  if (events.length === 0) return <EmptyState title={t('ledger.empty')} advice={t('ledger.emptyAdvice')} />
  return (
    <>
      <div className="card table-scroll">
        <table className="sheet stack">
          <thead>
            <tr>
              {(['when', 'kind', 'who', 'about'] as const).map((name) => (
                <th key={name}>{t(`ledger.${name}`)}</th>
              ))}
              {canOpen && <th aria-label={t('ledger.open')} />}
            </tr>
          </thead>
          <tbody>
            {events.map((event) => (
              <Row key={event.eventId} event={event} onOpen={canOpen ? setOpened : undefined} />
            ))}
          </tbody>
        </table>
      </div>
      {pages.hasNextPage && (
        <div className="mt-3">
          <Button onPress={() => void pages.fetchNextPage()} isDisabled={pages.isFetchingNextPage}>
            {t('ledger.more')}
          </Button>
        </div>
      )}
      {opened && <EventReceipt id={opened} onClose={() => setOpened(undefined)} />}
    </>
  )
}

function Row({ event, onOpen }: { readonly event: EventLine; readonly onOpen: ((id: string) => void) | undefined }) {
  const { t } = useText()
  // What a later version records is shown under its own name until it has a text.
  const kind = t(`ledger.kinds.${event.kind}`, { defaultValue: event.kind })
  return (
    <tr>
      <td data-label={t('ledger.when')}>
        <Time at={event.at} form="short" />
      </td>
      <td data-label={t('ledger.kind')}>
        {kind}
        {event.isChanged && <b className="text-amber">{`　${t('ledger.changed')}`}</b>}
      </td>
      <td data-label={t('ledger.who')}>
        {event.actorName || t(`ledger.actors.${event.actor}`, { defaultValue: event.actor })}
      </td>
      <td data-label={t('ledger.about')}>
        <EventSubject subjectRef={event.subjectRef} name={event.subjectName} actor={event.actor} />
      </td>
      {onOpen && (
        <td className="text-right">
          <Button size="small" aria-label={`${t('ledger.open')} ${kind}`} onPress={() => onOpen(event.eventId)}>
            {t('ledger.open')}
          </Button>
        </td>
      )}
    </tr>
  )
}
