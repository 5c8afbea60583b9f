import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ChangePage, ChangeSlip } from '../../../../src/wire/change.ts'
import { sendJson } from '../../api/request.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorState } from '../../ui/states.tsx'

/** One-time passwords for whoever approved, or a system's key for whoever proposed it: fetched once, kept nowhere. */
export function ChangeSlipPart({ change }: { readonly change: ChangePage }) {
  const { t } = useText()
  const client = useQueryClient()
  const fetched = useMutation({
    mutationFn: () => sendJson<ChangeSlip>('POST', `/api/changes/${change.changeId}/slip`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['changes'], refetchType: 'none' }),
  })
  if (!change.hasSlip && !fetched.data) return null
  return (
    <section className="card change-part">
      <h2>{t('changes.slip')}</h2>
      <p>{t(change.kind === 'calling-system' ? 'changes.slipKey' : 'changes.slipPasswords')}</p>
      {fetched.data ? (
        <Shown slip={fetched.data} />
      ) : (
        <Button look="primary" isDisabled={fetched.isPending} onPress={() => fetched.mutate()}>
          {t('changes.slipFetch')}
        </Button>
      )}
      {fetched.isError && <ErrorState error={fetched.error} />}
    </section>
  )
}

function Shown({ slip: { passwords, key } }: { readonly slip: ChangeSlip }) {
  const { t } = useText()
  if (key !== null)
    return (
      <p role="status">
        {t('changes.slipKeyName')} <span className="mono">{key}</span>
      </p>
    )
  if (passwords.length === 0) return <p role="status">{t('changes.slipNone')}</p>
  return (
    <div className="table-scroll max-w-xl" role="status">
      <table className="sheet">
        <thead>
          <tr>
            <th>{t('changes.account')}</th>
            <th>{t('changes.password')}</th>
          </tr>
        </thead>
        <tbody>
          {passwords.map(({ account, password }) => (
            <tr key={account}>
              <td>{account}</td>
              <td className="mono">{password}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
