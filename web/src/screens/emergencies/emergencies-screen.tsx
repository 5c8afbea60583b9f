import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReviewView } from '../../../../src/wire/gate-desk.ts'
import type { Me } from '../../../../src/wire/session.ts'
import { reviewsQuery } from '../../api/gate.ts'
import { sendJson } from '../../api/request.ts'
import { figure } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Screen } from '../../ui/screen.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.tsx'
import '../queries/gate.css'
import { Notices } from '../queries/notices.tsx'
import { ReasonDialog } from '../queries/reason-dialog.tsx'
import './emergencies.css'

/** What was opened in an emergency, and what is still owed for it. */
export function EmergenciesScreen({ me }: { readonly me: Me }) {
  const { t } = useText()
  const list = useQuery(reviewsQuery)
  return (
    <Screen title={t('emergency.title')} lead={t('emergency.lead')}>
      <Notices />
      <Answer query={list} rows={4}>
        {({ reviews }) =>
          reviews.length === 0 ? (
            <EmptyState title={t('emergency.empty')} advice={t('emergency.emptyAdvice')} />
          ) : (
            <div className="emergencies">
              {reviews.map((review) => (
                <Emergency key={review.request} review={review} mayJudge={me.may.includes('gate.judge')} />
              ))}
            </div>
          )
        }
      </Answer>
    </Screen>
  )
}

function stateOf({ conclusion, statement, isOverdue }: ReviewView) {
  if (conclusion !== '') return conclusion
  if (statement !== '') return 'stated'
  return isOverdue ? 'overdue' : 'awaiting'
}

function Emergency({ review, mayJudge }: { readonly review: ReviewView; readonly mayJudge: boolean }) {
  const { t, pick } = useText()
  const state = stateOf(review)
  return (
    <article className="card emergency" data-state={state}>
      <header>
        <b>{review.personName}</b>
        <span className="text-soft">{review.unit}</span>
        <span className="emergency-state">{t(`emergency.${state}`)}</span>
      </header>
      <dl className="emergency-facts">
        <Fact name={t('emergency.what')}>{pick(review.queryTitle, review.queryTitleEn)}</Fact>
        <Fact name={t('emergency.opened')}>
          <Time at={review.openedAt} form="short" />
        </Fact>
        <Fact name={t('emergency.due')}>
          <Time at={review.dueAt} form="short" />
        </Fact>
        <Fact name={t('emergency.looks')}>{figure(review.looks)}</Fact>
        <Fact name={t('emergency.given')} isWide>
          {review.justification}
        </Fact>
        {review.statement && (
          <Fact name={t('emergency.statement')} isWide>
            {review.statement}
          </Fact>
        )}
        {review.remark && (
          <Fact name={t('emergency.remark')} isWide>
            {review.remark}
          </Fact>
        )}
      </dl>
      <Acts review={review} mayJudge={mayJudge} />
    </article>
  )
}

function Fact({
  name,
  isWide = false,
  children,
}: {
  readonly name: string
  readonly isWide?: boolean
  readonly children: React.ReactNode
}) {
  return (
    <div data-wide={isWide}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

type Open = 'none' | 'state' | 'justified' | 'unjustified'

function Acts({ review, mayJudge }: { readonly review: ReviewView; readonly mayJudge: boolean }) {
  const { t } = useText()
  const client = useQueryClient()
  const [open, setOpen] = useState<Open>('none')
  const close = () => setOpen('none')
  const send = async (path: string, body: object, words: string) => {
    await sendJson('POST', `/api/gate/reviews/${review.request}/${path}`, body)
    showToast({ message: words })
    await client.invalidateQueries({ queryKey: ['gate'] })
  }
  if (review.conclusion !== '') return null
  return (
    <div className="flex flex-wrap gap-2">
      {review.isMine && review.statement === '' && (
        <Button look="primary" onPress={() => setOpen('state')}>
          {t('emergency.state')}
        </Button>
      )}
      {mayJudge &&
        !review.isMine &&
        (['justified', 'unjustified'] as const).map((each) => (
          <Button key={each} onPress={() => setOpen(each)}>
            {t(`emergency.conclude.${each}`)}
          </Button>
        ))}
      <ReasonDialog
        title={t('emergency.state')}
        note={t('emergency.lead')}
        label={t('emergency.statement')}
        labelNote={t('emergency.statementNote')}
        act={t('gate.send')}
        isOpen={open === 'state'}
        onClose={close}
        send={(statement) => send('statement', { statement }, t('emergency.stateDone'))}
      />
      <ReasonDialog
        title={open === 'justified' || open === 'unjustified' ? t(`emergency.conclude.${open}`) : t('emergency.judge')}
        note={review.statement || t('emergency.awaiting')}
        label={t('emergency.remark')}
        labelNote={t('emergency.remarkNote')}
        act={t('gate.send')}
        isOpen={open === 'justified' || open === 'unjustified'}
        onClose={close}
        send={(remark) => send('conclusion', { conclusion: open, remark }, t('emergency.concluded'))}
      />
    </div>
  )
}
