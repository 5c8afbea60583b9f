import type { StaffApplied } from '../../../../src/wire/people.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'

/** What was done, and the passwords that are shown this once. */
export function StaffResult({ applied, onAgain }: { readonly applied: StaffApplied; readonly onAgain: () => void }) {
  const { t } = useText()
  const { joins, changes, leaves, sessionsEnded: sessions, requestsClosed: requests, passwords } = applied
  return (
    <section>
      <p role="status">{t('people.doneLead', { joins, changes, leaves, sessions, requests })}</p>
      {passwords.length > 0 && (
        <>
          <h2>{t('people.passwords')}</h2>
          <p className="text-soft">{t('people.passwordsNote')}</p>
          <div className="card table-scroll max-w-xl">
            <table className="sheet">
              <thead>
                <tr>
                  <th>{t('people.column.account')}</th>
                  <th>{t('people.password')}</th>
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
        </>
      )}
      <div className="flex gap-2 my-4">
        <Link href="/people" className="btn primary">
          {t('people.toList')}
        </Link>
        <Button onPress={onAgain}>{t('people.another')}</Button>
      </div>
    </section>
  )
}
