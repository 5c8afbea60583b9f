import { useQuery } from '@tanstack/react-query'
import { eventQuery } from '../../api/queries.ts'
import { figure } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Time } from '../../ui/time.tsx'
import { EventSubject } from './event-subject.tsx'
import { ProofPath } from './proof-path.tsx'

/** One entry, opened: what it says, where it stands, and its proofs to take along. */
export function EventReceipt({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { t } = useText()
  const event = useQuery(eventQuery(id))
  const at = `/api/ledger/events/${encodeURIComponent(id)}`
  return (
    <Dialog title={t('ledger.receipt')} isOpen onClose={onClose}>
      <Answer query={event} rows={8}>
        {(data) => (
          <>
            <dl className="ledger-facets">
              {data.facets.map(({ name, text }) => (
                <Facet key={name} name={name} text={text} />
              ))}
              <dt>{t('ledger.place')}</dt>
              <dd>{data.index === null ? '—' : t('ledger.provableAs', { index: figure(data.index) })}</dd>
              <dt>{t('ledger.level')}</dt>
              <dd>
                {t(`ledger.levels.${data.level}`)}
                {data.isTrue !== null && (
                  <span className="text-soft">　{t(data.isTrue ? 'ledger.isTrue' : 'ledger.isFalse')}</span>
                )}
              </dd>
              <dt>{t('ledger.id')}</dt>
              <dd>
                <CopyId id={data.eventId} />
              </dd>
            </dl>
            {data.index !== null && data.level !== 'durable' && <ProofPath eventId={data.eventId} />}
            {data.index !== null && <p className="text-faint text-[13px]">{t('ledger.bundleNote')}</p>}
            <div className="flex flex-wrap gap-2 justify-end">
              {data.index !== null && (
                <>
                  <a className="btn" href={`${at}/proof`} download>
                    {t('ledger.proof')}
                  </a>
                  <a className="btn primary" href={`${at}/bundle`} download>
                    {t('ledger.bundle')}
                  </a>
                </>
              )}
              <Button onPress={onClose}>{t('ledger.close')}</Button>
            </div>
          </>
        )}
      </Answer>
    </Dialog>
  )
}

function Facet({ name, text }: { readonly name: string; readonly text: string | null }) {
  const { t } = useText()
  return (
    <>
      <dt>{t(`ledger.facets.${name}`, { defaultValue: name })}</dt>
      <dd className={text === null ? 'text-faint' : ''}>
        {text === null
          ? t('ledger.erased')
          : partsOf(text).map(([part, value]) => (
              <div key={part}>
                {part && <span className="facet-part">{t(`ledger.parts.${part}`, { defaultValue: part })}</span>}
                <Value part={part} value={value} />
              </div>
            ))}
      </dd>
    </>
  )
}

const LONGEST = 90

/** One recorded value: a time as people write it, a kind of act by its word, a long hash or signature shortened. */
function Value({ part, value }: { readonly part: string; readonly value: string }) {
  const { t } = useText()
  if (part === 'at' || part === 'until') return <Time at={value} />
  if (part === 'subject' && value.includes(':')) return <EventSubject subjectRef={value} name="" actor="" />
  if (value === '' || value === '[]') return <>—</>
  if (part === 'kind') return <>{t(`ledger.kinds.${value}`, { defaultValue: value })}</>
  if (value.length > LONGEST || /^[0-9a-f]{32,}$/.test(value)) return <CopyId id={value} head={10} tail={6} />
  return <>{t(`ledger.values.${value}`, { defaultValue: value })}</>
}

/** The members of a facet's canonical JSON as lines; anything else as it stands. */
function partsOf(text: string): readonly (readonly [string, string])[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Not JSON: shown as it is, since what was recorded is never left out.
    return [['', text]]
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [['', text]]
  return Object.entries(value).map(([key, each]) => [key, typeof each === 'string' ? each : JSON.stringify(each)])
}
