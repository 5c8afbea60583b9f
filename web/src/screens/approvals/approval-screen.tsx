import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { ApprovalPage } from '../../../../src/wire/gate-desk.ts'
import { approvalQuery } from '../../api/gate.ts'
import { figure } from '../../format/figure.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Screen } from '../../ui/screen.tsx'
import { Time } from '../../ui/time.tsx'
import './approval.css'
import { VerdictBox } from './verdict-box.tsx'

/** Everything an approver needs on one screen: who, what exactly, how many, for which case, and what else he asked. */
export function ApprovalScreen({ id }: { readonly id: string }) {
  const { t } = useText()
  const page = useQuery(approvalQuery(id))
  return (
    <Screen
      title={t('approval.pageTitle')}
      lead={
        <Link href="/approvals" className="text-act">
          {t('approval.back')}
        </Link>
      }
    >
      <Answer query={page} rows={8}>
        {(data) => (
          <div className="approval">
            <div className="approval-facts">
              <Asked page={data} />
              <CaseFacts page={data} />
              <Sample page={data} />
              <Recent page={data} />
            </div>
            <VerdictBox request={data.request} />
          </div>
        )}
      </Answer>
    </Screen>
  )
}

interface Part {
  readonly page: ApprovalPage
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="card approval-card">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

function Line({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Asked({ page: { request } }: Part) {
  const { t, pick } = useText()
  return (
    <Card title={t('approval.facts')}>
      <dl className="approval-lines">
        <Line name={t('approval.who')}>
          <b>{request.personName}</b>
          <span className="text-soft">{`　${request.unit}　${request.post}`}</span>
        </Line>
        <Line name={t('approval.what')}>{pick(request.queryTitle, request.queryTitleEn)}</Line>
        <Line name={t('gate.purpose')}>{pick(request.purposeTitle, request.purposeTitleEn)}</Line>
        <Line name={t('approval.why')}>
          <b>{request.justification}</b>
        </Line>
        <Line name={t('approval.reasons')}>
          <ul className="approval-reasons">
            {request.reasons.map(({ code, zh, en }) => (
              <li key={code}>{pick(zh, en)}</li>
            ))}
          </ul>
        </Line>
        <Line name={t('gate.askedAt')}>
          <Time at={request.askedAt} />
        </Line>
        <Line name={t('gate.expires')}>
          <Time at={request.expiresAt} />
        </Line>
        <Line name={t('approval.binding')}>
          <CopyId id={request.binding} head={10} tail={8} />
        </Line>
      </dl>
    </Card>
  )
}

function CaseFacts({ page }: Part) {
  const { t } = useText()
  const facts = page.case
  const { caseNumber } = page.request
  if (!facts || caseNumber === '') {
    return (
      <Card title={t('approval.case')}>
        <p className="m-0 text-soft">{t('approval.noCase')}</p>
      </Card>
    )
  }
  const checks = [
    ['approval.caseFound', facts.isFound],
    ['approval.caseOpen', facts.isOpen],
    ['approval.party', facts.isSubjectParty],
    ['approval.assigned', facts.isAskerAssigned],
  ] as const
  return (
    <Card title={`${t('approval.case')}　${caseNumber}`}>
      <ul className="approval-checks">
        {checks.map(([words, holds]) => (
          <li key={words} data-holds={holds}>
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
              <path d={holds ? 'M3 8.5l3.2 3.2L13 4.5' : 'M4 4l8 8M12 4l-8 8'} />
            </svg>
            <span>{t(words)}</span>
            <b>{t(holds ? 'approval.yes' : 'approval.no')}</b>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Sample({ page: { sample } }: Part) {
  const { t, pick } = useText()
  if (!sample) {
    return (
      <Card title={t('approval.sample')}>
        <p className="m-0 text-soft">{t('approval.noSample')}</p>
      </Card>
    )
  }
  return (
    <Card title={t('approval.sample')}>
      <div className="approval-figures">
        <span>
          {t('approval.count')}{' '}
          <b>{sample.isCut ? t('approval.countCut', { count: sample.count }) : figure(sample.count)}</b>
        </span>
        <span title={t('approval.kNote', { k: sample.k })}>
          {t('approval.k')} <b>{figure(sample.k)}</b>
        </span>
        <span>
          {t('gate.code')} <CopyId id={sample.code} head={12} />
        </span>
      </div>
      {sample.first ? (
        <dl className="approval-lines">
          {sample.columns.map(({ title, titleEn }, i) => (
            <Line key={titleEn} name={pick(title, titleEn)}>
              {sample.first?.[i] ?? '—'}
            </Line>
          ))}
        </dl>
      ) : (
        <p className="m-0 text-soft">{t('approval.none')}</p>
      )}
      <p className="field-note mb-0">{t('approval.sampleNote')}</p>
    </Card>
  )
}

function Recent({ page: { recent } }: Part) {
  const { t } = useText()
  return (
    <Card title={t('approval.recent')}>
      {recent.length === 0 ? (
        <p className="m-0 text-soft">{t('approval.recentNone')}</p>
      ) : (
        <table className="sheet stack">
          <tbody>
            {recent.map(({ at, query, purpose, caseNumber }) => (
              <tr key={`${at} ${query}`}>
                <td>
                  <Time at={at} form="short" />
                </td>
                <td>{query}</td>
                <td>{purpose}</td>
                <td>{caseNumber || '—'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}
