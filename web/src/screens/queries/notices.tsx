import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { NoticeList } from '../../../../src/wire/gate-desk.ts'
import { noticesQuery } from '../../api/gate.ts'
import { sendJson } from '../../api/request.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Time } from '../../ui/time.tsx'

type Notice = NoticeList['notices'][number]

const SHOWN = 5
const PLACES: Readonly<Record<string, string>> = {
  'request-waits': '/approvals',
  'request-decided': '/queries',
  emergency: '/emergencies',
  'emergency-waits': '/queries',
  'change-waits': '/changes',
  'change-done': '/changes',
}

/** What the gate has to tell me and I have not read; nothing where there is nothing. */
export function Notices() {
  const { t } = useText()
  const client = useQueryClient()
  const list = useQuery(noticesQuery)
  const read = useMutation({
    mutationFn: () => sendJson('POST', '/api/gate/notices/read'),
    onSuccess: () => client.invalidateQueries({ queryKey: noticesQuery.queryKey }),
  })
  const unread = list.data?.notices.filter(({ isRead }) => !isRead) ?? []
  if (unread.length === 0) return null
  return (
    <section className="card notices" aria-label={t('gate.notices')}>
      <ul>
        {unread.slice(0, SHOWN).map((notice) => (
          <NoticeLine key={notice.id} notice={notice} />
        ))}
      </ul>
      <Button size="small" look="plain" isDisabled={read.isPending} onPress={() => read.mutate()}>
        {t('gate.noticesRead')}
      </Button>
    </section>
  )
}

function NoticeLine({ notice: { kind, request, about, at } }: { readonly notice: Notice }) {
  const { t } = useText()
  const place = kind === 'request-waits' && request ? `/approvals/${request}` : PLACES[kind]
  const words = t(`gate.notice.${kind}`)
  return (
    <li>
      {place ? <Link href={place}>{words}</Link> : <b>{words}</b>}
      <span>{about}</span>
      <span className="text-faint">
        <Time at={at} form="short" />
      </span>
    </li>
  )
}
