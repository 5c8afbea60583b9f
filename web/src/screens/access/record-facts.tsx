import type { ReactNode } from 'react'
import type { AccessPage } from '../../../../src/wire/access.ts'
import { figure, shortened } from '../../format/figure.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Time } from '../../ui/time.tsx'
import { Typed } from '../../ui/typed.tsx'

const KINDS = ['person', 'company', 'parcel', 'name', 'none'] as const

// A log may name a kind of its own; that is shown as it stands.
function kindText(t: ReturnType<typeof useText>['t'], kind: string): string {
  const known = KINDS.find((each) => each === kind)
  return known ? t(`access.record.kinds.${known}`) : kind
}

/** What the log says, as it says it, and where it came from. */
export function RecordFacts({ page }: { readonly page: AccessPage }) {
  const { t } = useText()
  const { row } = page
  const blank = <span className="blank">{t('access.record.blank')}</span>
  const typed = (text: string) => (text === '' ? blank : <Typed key={text} text={text} />)
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['at', <Time key="at" at={row.at} />],
    ['officer', row.officerLabel],
    ['post', [row.agencyName, row.unit, row.title].filter(Boolean).join('　')],
    ['subject', [kindText(t, row.subjectKind), row.subjectLabel].filter(Boolean).join('　') || blank],
    ['purpose', typed(row.purpose)],
    ['caseNo', typed(row.caseNo)],
    ['system', row.systemName],
    ['terminal', typed(page.terminal)],
    ['action', [page.action, page.queryKind].filter(Boolean).join('，') || blank],
    ['fields', page.fields.join('、') || blank],
    ['rows', figure(page.rowCount)],
    ['source', <Source key="source" page={page} />],
  ]
  return (
    <section>
      <h2>{t('access.record.title')}</h2>
      <dl className="card record">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{t(`access.record.${name}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Source({ page }: { readonly page: AccessPage }) {
  const { t } = useText()
  return (
    <>
      <Link href={`/imports/${page.importId}`}>
        {t('access.record.sourceLine', { id: shortened(page.importId), line: figure(page.line) })}
      </Link>
      {page.sourceId && (
        <span className="record-under">
          {t('access.record.sourceId')}{' '}
          <span className="mono">
            <Typed text={page.sourceId} />
          </span>
        </span>
      )}
    </>
  )
}
