import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { RunRecord, startRun } from '../../../../src/wire/reconcile.ts'
import { runsQuery } from '../../api/queries.ts'
import { call } from '../../api/request.ts'
import { figure } from '../../format/figure.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { Progress } from '../../ui/progress.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.tsx'

/** The last reconciliation, the running one, and the act that starts one over what is new. */
export function ReconcileBox({ canStart }: { readonly canStart: boolean }) {
  const { t } = useText()
  const client = useQueryClient()
  const runs = useQuery(runsQuery)
  const latest = runs.data?.runs[0]
  const isRunning = latest?.state === 'running'
  useAfterRun(latest)
  const start = useMutation({
    mutationFn: () => call<typeof startRun>('POST', '/api/runs', { body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: runsQuery.queryKey }),
  })
  return (
    <section className="card px-5 py-4 mt-4" aria-labelledby="reconcile-title">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <div className="flex-1 min-w-64">
          <h2 id="reconcile-title" className="m-0!">
            {t('imports.reconcile')}
          </h2>
          <p className="text-soft text-[14px] m-0">
            {latest ? <RunWords run={latest} /> : t('imports.neverReconciled')}
          </p>
        </div>
        {canStart && (
          <Button onPress={() => start.mutate()} isDisabled={isRunning || start.isPending}>
            {t('imports.startReconcile')}
          </Button>
        )}
      </div>
      {isRunning && (
        <div className="mt-3">
          <Progress label={t('imports.reconcile')} value={latest.progress} />
        </div>
      )}
      {latest && <RunFindings run={latest} />}
      {start.isError && <ErrorState error={start.error} />}
    </section>
  )
}

/** What the last run set aside: the rest was judged. */
function RunFindings({ run }: { readonly run: RunRecord }) {
  const { pick } = useText()
  if (run.findings.length === 0) return null
  return (
    <ul className="mt-3 mb-0 pl-5 text-[14px]" role="status">
      {run.findings.map(({ sentence, sentenceEn }) => (
        <li key={sentence}>{pick(sentence, sentenceEn)}</li>
      ))}
    </ul>
  )
}

function RunWords({ run }: { readonly run: RunRecord }) {
  const { t } = useText()
  if (run.state === 'running') return <span aria-live="polite">{run.step || t('imports.reconciling')}</span>
  if (run.state === 'failed') return <span>{t('imports.reconcileFailed', { error: run.error ?? '' })}</span>
  return (
    <>
      {t('imports.reconciledAt')}
      <Time at={run.endedAt ?? run.startedAt} />
      {run.accesses !== null &&
        run.changed !== null &&
        t('imports.reconciledCount', { count: figure(run.accesses), changed: figure(run.changed) })}
      {'　'}
      <Link href="/verdicts">{t('imports.seeVerdicts')}</Link>
    </>
  )
}

/** When a run ends, every verdict on screen is old. */
function useAfterRun(run: RunRecord | undefined): void {
  const { t } = useText()
  const client = useQueryClient()
  const before = useRef(run)
  useEffect(() => {
    const ended = before.current?.state === 'running' && run?.state !== 'running'
    before.current = run
    if (!ended) return
    for (const key of ['verdicts', 'summary', 'access', 'rules', 'today', 'guide'])
      void client.invalidateQueries({ queryKey: [key] })
    if (run?.state === 'done') showToast({ message: t('imports.reconcileDone') })
  }, [run, client, t])
}
