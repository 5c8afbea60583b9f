import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { CopyId } from '../../ui/copy-id.tsx'

const PLACES: Readonly<Record<string, string>> = { access: '/accesses/', import: '/imports/' }
const SHORT_ENOUGH = 20

/** What an event is about, by its word; a page of its own is linked, an id shortened and copyable. */
export function EventSubject({
  subjectRef,
  name,
  actor,
}: {
  readonly subjectRef: string
  /** of the person whose account it is; '' for everything else */
  readonly name: string
  readonly actor: string
}) {
  const { t } = useText()
  const [kind = '', ...rest] = subjectRef.split(':')
  const id = rest.join(':')
  if (subjectRef === actor) return <>{t('ledger.subjects.self')}</>
  if (name !== '') return <>{name}</>
  const word = t(`ledger.subjects.${kind}`, { defaultValue: subjectRef })
  if (id === '') return <>{word}</>
  if (id === 'none') return <>{`${word}　${t('ledger.subjects.none')}`}</>
  const place = PLACES[kind]
  return (
    <span className="event-subject">
      {place ? <Link href={`${place}${id}`}>{word}</Link> : word}
      {id.length > SHORT_ENOUGH ? <CopyId id={id} /> : <span className="mono">{id}</span>}
    </span>
  )
}
