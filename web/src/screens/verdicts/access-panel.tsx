import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { AccessPage } from '../../../../src/wire/access.ts'
import type { VerdictRow } from '../../../../src/wire/verdict.ts'
import { accessQuery } from '../../api/queries.ts'
import { figure } from '../../format/figure.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Time } from '../../ui/time.tsx'
import { Sentence, Typed } from '../../ui/typed.tsx'
import { VerdictMark } from '../../ui/verdict-mark.tsx'

// Each look is recorded, so walking past rows with j/k must not count as looking.
const SETTLE_MS = 300

/** One access beside the list: its sentence, why it stands here, and the way to its page. */
export function AccessPanel({ row, onClose }: { readonly row: VerdictRow; readonly onClose: () => void }) {
  const { t } = useText()
  const id = useSettled(row.accessId)
  const query = useQuery(accessQuery(id))
  return (
    <aside className="side-panel no-print" aria-label={t('verdicts.panel')}>
      <div className="flex items-center gap-3">
        <VerdictMark verdict={row.verdict} />
        <span className="text-soft text-[14px]">
          <Time at={row.at} />
        </span>
        <button type="button" className="icon-button ml-auto" aria-label={t('kit.close')} onClick={onClose}>
          ✕
        </button>
      </div>
      <div aria-live="polite">
        {id === row.accessId && <Answer query={query}>{(page) => <PanelBody page={page} />}</Answer>}
      </div>
      <p className="mt-5 flex gap-2">
        <Link href={`/accesses/${row.accessId}`} className="btn primary">
          {t('verdicts.openPage')}
        </Link>
      </p>
      <p className="text-faint text-[13px] m-0">{t('verdicts.lookRecorded')}</p>
    </aside>
  )
}

function PanelBody({ page }: { readonly page: AccessPage }) {
  const { t, pick } = useText()
  const { row } = page
  return (
    <>
      <p className="text-[16px] font-semibold mt-3 mb-1">
        <Sentence text={pick(page.sentence, page.sentenceEn)} />
      </p>
      <p className="text-soft m-0">{pick(page.summary, page.summaryEn)}</p>
      <h2 className="mt-5!">{t('verdicts.column.why')}</h2>
      <ul className="m-0 p-0 list-none">
        {page.hits.map((hit) => (
          <li key={hit.rule} className="flex gap-3 py-1.5 border-b border-line2 text-[14px]">
            <span className="flex-1">
              <Sentence text={pick(hit.sentence, hit.sentenceEn)} />
            </span>
            <span className="text-faint whitespace-nowrap">{signed(hit.points)}</span>
          </li>
        ))}
      </ul>
      <h2 className="mt-5!">{t('verdicts.record')}</h2>
      <dl className="facts m-0">
        <Fact name="officer">{`${row.officerLabel}　${row.unit}　${row.title}`}</Fact>
        <Fact name="system">{`${row.systemName}（${row.agencyName}）`}</Fact>
        <Fact name="purpose">{row.purpose ? <Typed text={row.purpose} /> : '—'}</Fact>
        <Fact name="caseNo">{row.caseNo ? <Typed text={row.caseNo} /> : '—'}</Fact>
        <Fact name="subject">{row.subjectLabel}</Fact>
        <Fact name="terminal">{page.terminal ? <Typed text={page.terminal} /> : '—'}</Fact>
        <Fact name="accessId">
          <CopyId id={row.accessId} />
        </Fact>
      </dl>
    </>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  const { t } = useText()
  return (
    <>
      <dt>{t(`verdicts.fact.${name}`)}</dt>
      <dd>{children}</dd>
    </>
  )
}

const signed = (points: number): string => (points > 0 ? `+${figure(points)}` : points < 0 ? `−${figure(-points)}` : '')

function useSettled(id: string): string {
  const [settled, setSettled] = useState(id)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(id), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [id])
  return settled
}
