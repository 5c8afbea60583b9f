import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { AccessPage } from '../../../../src/wire/access.ts'
import { meQuery } from '../../api/queries.ts'
import { figure } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { Sentence } from '../../ui/typed.tsx'
import { VerdictMark } from '../../ui/verdict-mark.tsx'
import { backToList } from './leave-screen.ts'
import { RevealDialog } from './reveal-dialog.tsx'
import { RevealedName } from './revealed-name.tsx'
import { useRevealed } from './use-revealed.ts'

interface Props {
  readonly page: AccessPage
  readonly onOpen: (id: string | null) => void
}

/** The verdict, the story in one sentence, and what can be done. */
export function AccessHead({ page, onOpen }: Props) {
  const { t, pick } = useText()
  const { row } = page
  const { revealed, reveal, hide } = useRevealed(row.accessId)
  return (
    <header className="access-head">
      <div className="access-bar no-print">
        <Button look="plain" size="small" onPress={backToList}>
          <span aria-hidden="true">←</span> {t('access.back')}
        </Button>
        <Steps page={page} onOpen={onOpen} />
      </div>
      <div className="access-line">
        <VerdictMark verdict={row.verdict} />
        <span className="access-id">
          {t('access.id')} <CopyId id={row.accessId} />
        </span>
        {row.verdict !== 'explained' && (
          <span className="access-id">{t('access.rank', { rank: figure(page.rank) })}</span>
        )}
        <Acts page={page} reveal={reveal} />
      </div>
      <h1>
        <Sentence text={pick(page.sentence, page.sentenceEn)} />
      </h1>
      <p className="lead">{pick(page.summary, page.summaryEn)}</p>
      {revealed && <RevealedName revealed={revealed} onHide={hide} />}
    </header>
  )
}

function Steps({ page: { neighbours }, onOpen }: Props) {
  const { t } = useText()
  return (
    <span className="access-steps">
      <Button
        look="plain"
        size="small"
        isDisabled={neighbours.previous === null}
        onPress={() => onOpen(neighbours.previous)}
      >
        {t('access.previous')} <Kbd>k</Kbd>
      </Button>
      <Button look="plain" size="small" isDisabled={neighbours.next === null} onPress={() => onOpen(neighbours.next)}>
        {t('access.next')} <Kbd>j</Kbd>
      </Button>
    </span>
  )
}

function Acts({
  page,
  reveal,
}: {
  readonly page: AccessPage
  readonly reveal: ReturnType<typeof useRevealed>['reveal']
}) {
  const { t } = useText()
  const [isAsking, setIsAsking] = useState(false)
  const may = useQuery(meQuery).data?.may ?? []
  const mayReveal = may.includes('access.reveal')
  return (
    <div className="access-acts no-print">
      {mayReveal && <Button onPress={() => setIsAsking(true)}>{t('access.reveal.open')}</Button>}
      <Button onPress={() => window.print()}>{t('access.print')}</Button>
      {may.includes('access.print') && (
        <a className="btn" href={`/api/accesses/${page.row.accessId}/report.pdf`} download>
          {t('access.pdf')}
        </a>
      )}
      {(['askOfficer', 'openCase'] as const).map((act) => (
        <Button key={act} isDisabled>
          {t(`access.${act}`)}
          <small>{t('access.notBuilt')}</small>
        </Button>
      ))}
      <RevealDialog isOpen={isAsking} onClose={() => setIsAsking(false)} reveal={reveal} />
    </div>
  )
}
