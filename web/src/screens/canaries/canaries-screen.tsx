import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { CanaryList, CanaryRequest } from '../../../../src/wire/gate-query.ts'
import { canariesQuery } from '../../api/queries.ts'
import { sendJson } from '../../api/request.ts'
import { figure } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyId } from '../../ui/copy-id.tsx'
import { Screen } from '../../ui/screen.tsx'
import { EmptyState, ErrorState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.tsx'
import { CanaryForm } from './canary-form.tsx'

type Canary = CanaryList['canaries'][number]

/** The sealed subjects: seal one, see how often each was looked at, take one off. */
export function CanariesScreen() {
  const { t } = useText()
  const list = useQuery(canariesQuery)
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: canariesQuery.queryKey })
  const seal = useMutation({
    mutationFn: (canary: CanaryRequest) => sendJson('POST', '/api/gate/canaries', canary),
    onSuccess: () => {
      showToast({ message: t('canaries.sealed') })
      return refresh()
    },
  })
  const unseal = useMutation({
    mutationFn: (subject: string) => sendJson('DELETE', `/api/gate/canaries/${subject}`),
    onSuccess: () => {
      showToast({ message: t('canaries.unsealed') })
      return refresh()
    },
  })
  return (
    <Screen title={t('canaries.title')} lead={t('canaries.lead')}>
      <CanaryForm key={seal.submittedAt} isBusy={seal.isPending} onSeal={(canary) => seal.mutate(canary)} />
      {seal.isError && <ErrorState error={seal.error} />}
      {unseal.isError && <ErrorState error={unseal.error} />}
      <Answer query={list} rows={4}>
        {({ canaries }) =>
          canaries.length === 0 ? (
            <EmptyState title={t('canaries.empty')} advice={t('canaries.emptyAdvice')} />
          ) : (
            <CanaryTable canaries={canaries} onRemove={(subject) => unseal.mutate(subject)} />
          )
        }
      </Answer>
    </Screen>
  )
}

function CanaryTable({
  canaries,
  onRemove,
}: {
  readonly canaries: readonly Canary[]
  readonly onRemove: (subject: string) => void
}) {
  const { t } = useText()
  return (
    <div className="card table-scroll">
      <table className="sheet stack">
        <thead>
          <tr>
            <th>{t('canaries.subject')}</th>
            <th className="number">{t('canaries.reads')}</th>
            <th>{t('canaries.note')}</th>
            <th>{t('canaries.at')}</th>
            <th>{t('canaries.by')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {canaries.map((canary) => (
            <tr key={canary.subject}>
              <td className="whole">
                <CopyId id={canary.subject.toUpperCase()} />
              </td>
              <td className="number" data-label={t('canaries.reads')}>
                {canary.reads > 0 ? <b>{figure(canary.reads)}</b> : figure(0)}
              </td>
              <td data-label={t('canaries.note')}>{canary.note || '—'}</td>
              <td data-label={t('canaries.at')}>
                <Time at={canary.sealedAt} form="short" />
              </td>
              <td data-label={t('canaries.by')}>{canary.sealedByName || canary.sealedBy}</td>
              <td className="text-right">
                <Button size="small" look="danger" onPress={() => onRemove(canary.subject)}>
                  {t('canaries.unseal')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
