import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Me } from '../../../../src/wire/session.ts'
import { type Erasure, erasuresQuery } from '../../api/queries.ts'
import { sendJson } from '../../api/request.ts'
import { figure } from '../../format/figure.ts'
import { monthWords, readMonth } from '../../format/month.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { ErrorState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.tsx'

/** Lawful ends of records: asked for by one, carried out by another. */
export function Erasures({ me }: { readonly me: Me }) {
  const { t } = useText()
  const erasures = useQuery(erasuresQuery)
  const [chosen, setChosen] = useState<Erasure>()
  const [isAsking, setIsAsking] = useState(false)
  return (
    <section aria-labelledby="ledger-erasures">
      <div className="flex flex-wrap items-end justify-between gap-2 mt-8">
        <h2 id="ledger-erasures" className="m-0!">
          {t('ledger.erasures')}
        </h2>
        {me.may.includes('erasure.ask') && <Button onPress={() => setIsAsking(true)}>{t('ledger.ask')}</Button>}
      </div>
      <p className="text-soft mt-1 mb-3">{t('ledger.erasuresNote')}</p>
      <Answer query={erasures} rows={3}>
        {(data) =>
          data.erasures.length === 0 ? (
            <p className="card text-faint px-4 py-3">{t('ledger.noErasures')}</p>
          ) : (
            <ErasureTable
              erasures={data.erasures}
              mayApprove={(each) => me.may.includes('erasure.approve') && each.askedBy !== me.account}
              onApprove={setChosen}
            />
          )
        }
      </Answer>
      {chosen && <ApproveDialog erasure={chosen} onClose={() => setChosen(undefined)} />}
      {isAsking && <AskDialog onClose={() => setIsAsking(false)} />}
    </section>
  )
}

function ErasureTable({
  erasures,
  mayApprove,
  onApprove,
}: {
  readonly erasures: readonly Erasure[]
  readonly mayApprove: (erasure: Erasure) => boolean
  readonly onApprove: (erasure: Erasure) => void
}) {
  const { t, language } = useText()
  return (
    <div className="card table-scroll">
      <table className="sheet stack">
        <thead>
          <tr>
            {(['when', 'scope', 'basis', 'askedBy', 'outcome'] as const).map((name) => (
              <th key={name}>{t(`ledger.${name}`)}</th>
            ))}
            <th aria-label={t('ledger.approve')} />
          </tr>
        </thead>
        <tbody>
          {erasures.map((each) => (
            <tr key={each.requestId}>
              <td data-label={t('ledger.when')}>
                <Time at={each.askedAt} form="day" />
              </td>
              <td data-label={t('ledger.scope')}>
                {each.month
                  ? t('ledger.scopeMonth', { month: monthWords(each.month, language) })
                  : t('ledger.scopePerson')}
              </td>
              <td data-label={t('ledger.basis')}>{each.basis}</td>
              <td data-label={t('ledger.askedBy')}>{each.askedByName || each.askedBy}</td>
              <td data-label={t('ledger.outcome')}>
                {t(`ledger.erasureStates.${each.state}`)}
                {each.state === 'done' && (
                  <span className="text-soft">
                    　{t('ledger.destroyed', { number: figure(each.events ?? 0), by: each.decidedBy ?? '' })}
                  </span>
                )}
              </td>
              <td className="text-right">
                {each.state === 'open' && mayApprove(each) && (
                  <Button size="small" look="danger" onPress={() => onApprove(each)}>
                    {t('ledger.approve')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function ApproveDialog({ erasure, onClose }: { readonly erasure: Erasure; readonly onClose: () => void }) {
  const { t } = useText()
  const client = useQueryClient()
  const approve = useMutation({
    mutationFn: () => sendJson('POST', `/api/ledger/erasures/${erasure.requestId}/approval`),
    onSuccess: async () => {
      showToast({ message: t('ledger.approved') })
      onClose()
      await client.invalidateQueries({ queryKey: ['erasures'] })
    },
  })
  return (
    <Dialog title={t('ledger.approveTitle')} isOpen onClose={onClose} role="alertdialog">
      <p>{t('ledger.approveText')}</p>
      <p className="text-soft">{erasure.basis}</p>
      {approve.isError && <ErrorState error={approve.error} />}
      <div className="flex gap-2 justify-end">
        <Button onPress={onClose}>{t('ledger.cancel')}</Button>
        <Button look="danger" onPress={() => approve.mutate()} isDisabled={approve.isPending}>
          {t('ledger.approve')}
        </Button>
      </div>
    </Dialog>
  )
}

const LEAST_BASIS = 4

function AskDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText()
  const client = useQueryClient()
  const [month, setMonth] = useState('')
  const [basis, setBasis] = useState('')
  const ask = useMutation({
    mutationFn: () => sendJson('POST', '/api/ledger/erasures', { month: readMonth(month), basis }),
    onSuccess: async () => {
      showToast({ message: t('ledger.asked') })
      onClose()
      await client.invalidateQueries({ queryKey: ['erasures'] })
    },
  })
  const isReady = readMonth(month) !== undefined && basis.trim().length >= LEAST_BASIS
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isReady) ask.mutate()
  }
  return (
    <Dialog title={t('ledger.ask')} isOpen onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field
          label={t('ledger.askMonth')}
          note={t('ledger.askMonthNote')}
          value={month}
          onChange={setMonth}
          autoFocus
        />
        <Field label={t('ledger.askBasis')} value={basis} onChange={setBasis} maxLength={500} />
        {ask.isError && <ErrorState error={ask.error} />}
        <div className="flex gap-2 justify-end">
          <Button onPress={onClose}>{t('ledger.cancel')}</Button>
          <Button type="submit" look="primary" isDisabled={!isReady || ask.isPending}>
            {t('ledger.askSend')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
