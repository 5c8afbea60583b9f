import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { RecordFindingView } from '../../../../src/wire/ledger.ts'
import { findingsQuery, warningsQuery } from '../../api/queries.ts'
import { sendJson } from '../../api/request.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Time } from '../../ui/time.tsx'
import { showToast } from '../../ui/toast.tsx'
import { ReasonDialog } from '../queries/reason-dialog.tsx'

/** Where records, tables or files are not what was sealed and signed; who takes note says what was done. */
export function Differences({ mayNote }: { readonly mayNote: boolean }) {
  const { t } = useText()
  const query = useQuery(findingsQuery)
  return (
    <section aria-labelledby="ledger-differences">
      <h2 id="ledger-differences">{t('ledger.differences.title')}</h2>
      <p className="text-soft mt-0 mb-3">{t('ledger.differences.note')}</p>
      <Answer query={query}>
        {({ findings }) =>
          findings.length === 0 ? (
            <p className="text-soft m-0">{t('ledger.differences.none')}</p>
          ) : (
            <Table findings={findings} mayNote={mayNote} />
          )
        }
      </Answer>
    </section>
  )
}

function Table({ findings, mayNote }: { readonly findings: readonly RecordFindingView[]; readonly mayNote: boolean }) {
  const { t } = useText()
  const client = useQueryClient()
  const [noting, setNoting] = useState<string>()
  return (
    <div className="card table-scroll">
      <table className="sheet stack">
        <thead>
          <tr>
            {(['found', 'what', 'place', 'noted'] as const).map((name) => (
              <th key={name}>{t(`ledger.differences.${name}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {findings.map((each) => (
            <tr key={each.id}>
              <td data-label={t('ledger.differences.found')}>
                <Time at={each.foundAt} form="short" />
              </td>
              <td data-label={t('ledger.differences.what')}>
                {t(`ledger.differences.codes.${each.code}`, { defaultValue: each.code })}
                {each.detail && <span className="mono text-soft"> {each.detail}</span>}
              </td>
              <td data-label={t('ledger.differences.place')} className="mono break-all">
                {each.place}
              </td>
              <td data-label={t('ledger.differences.noted')}>
                {each.notedAt ? (
                  <>
                    {`${each.notedByName || each.notedBy}　`}
                    <Time at={each.notedAt} form="short" />
                  </>
                ) : mayNote ? (
                  <Button size="small" onPress={() => setNoting(each.id)}>
                    {t('ledger.differences.act')}
                  </Button>
                ) : (
                  t('ledger.differences.open')
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ReasonDialog
        title={t('ledger.differences.actTitle')}
        note={t('ledger.differences.actNote')}
        act={t('ledger.differences.act')}
        isOpen={noting !== undefined}
        onClose={() => setNoting(undefined)}
        send={async (reason) => {
          await sendJson('POST', `/api/ledger/findings/${noting}/note`, { reason })
          for (const { queryKey } of [findingsQuery, warningsQuery]) await client.invalidateQueries({ queryKey })
          showToast({ message: t('ledger.differences.done') })
        }}
      />
    </div>
  )
}
