import type { AccessHit } from '../../../../src/wire/access.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Time } from '../../ui/time.tsx'
import { Sentence } from '../../ui/typed.tsx'
import { LinkShape } from './link-state.tsx'

const STATE = { contradiction: 'contradicts', flag: 'flagged', template: 'holds' } as const

/** The reasons behind the verdict, heaviest first, each with the evidence it stands on. */
export function WhyHere({ hits }: { readonly hits: readonly AccessHit[] }) {
  const { t } = useText()
  const ordered = hits.toSorted((a, b) => Math.abs(b.points) - Math.abs(a.points))
  return (
    <section>
      <h2>{t('access.why.title')}</h2>
      <div className="card">
        {ordered.length === 0 && <p className="quiet why-none">{t('access.why.none')}</p>}
        <ul className="why">
          {ordered.map((hit) => (
            <Reason key={hit.rule} hit={hit} />
          ))}
        </ul>
      </div>
    </section>
  )
}

function Reason({ hit }: { readonly hit: AccessHit }) {
  const { t, pick } = useText()
  return (
    <li>
      <span className={`path-state ${STATE[hit.kind]}`}>
        <LinkShape state={STATE[hit.kind]} />
        {t(`access.why.${hit.kind}`)}
      </span>
      <div>
        <Sentence text={pick(hit.sentence, hit.sentenceEn)} />
        {hit.kind === 'template' && (
          <small className="why-strength">{t('access.why.strength', { n: hit.strength })}</small>
        )}
        {hit.evidence.map((evidence) => (
          <Evidence key={evidence.evidenceId} evidence={evidence} />
        ))}
      </div>
      <span className="why-points" title={t('access.why.points')}>
        {signed(hit.points)}
      </span>
    </li>
  )
}

function Evidence({ evidence }: { readonly evidence: AccessHit['evidence'][number] }) {
  const { t } = useText()
  return (
    <p className="why-evidence">
      <b>{evidence.kindTitle}</b> {evidence.summary}
      <br />
      <span>
        {t(evidence.recordedAt ? 'access.why.recorded' : 'access.why.known')}{' '}
        <Time at={evidence.recordedAt ?? evidence.knownAt} />
        {'　'}
        <Link href={`/imports/${evidence.importId}`}>{t('access.why.line', { line: evidence.line })}</Link>
      </span>
    </p>
  )
}

/** `+41` or `−3`, with a true minus so that signs align. */
function signed(points: number): string {
  const rounded = Math.round(points * 10) / 10
  if (rounded === 0) return ''
  return rounded < 0 ? `−${-rounded}` : `+${rounded}`
}
