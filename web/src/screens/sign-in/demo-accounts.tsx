import type { SignInRequest } from '../../../../src/wire/session.ts'
import type { DemoAccount } from '../../api/queries.ts'
import { useText } from '../../text/setup-text.ts'

interface DoorProps extends Omit<Props, 'accounts'> {
  readonly demo: DemoAccount
}

interface Props {
  readonly accounts: readonly DemoAccount[]
  readonly isBusy: boolean
  readonly onChoose: (request: SignInRequest) => void
}

/** The five posts that show the whole program; further people of the same posts stand folded below. */
const FIRST: readonly string[] = ['officer', 'chief', 'ethics', 'it', 'head']

/** The people of the sample county, each entered with one press; what each may see is said beforehand. */
export function DemoAccounts({ accounts, isBusy, onChoose }: Props) {
  const { t } = useText()
  const first = FIRST.flatMap((wanted) => accounts.filter(({ account }) => account === wanted))
  const others = accounts.filter(({ account }) => !FIRST.includes(account))
  const door = (demo: DemoAccount) => <Door key={demo.account} demo={demo} isBusy={isBusy} onChoose={onChoose} />
  return (
    <section aria-labelledby="demo-title">
      <h2 id="demo-title" className="mt-1!">
        {t('signIn.demoTitle')}
      </h2>
      <p className="text-soft m-0 mb-3 text-[14px]">{t('signIn.demoAdvice')}</p>
      <div className="card overflow-hidden">{first.map(door)}</div>
      {others.length > 0 && (
        <details className="demo-others">
          <summary>{`${t('signIn.demoOthers')}（${others.length}）`}</summary>
          <div className="card overflow-hidden">{others.map(door)}</div>
        </details>
      )}
    </section>
  )
}

function Door({ demo: { account, name, unit, title, role, password }, isBusy, onChoose }: DoorProps) {
  const { t } = useText()
  return (
    <button type="button" className="demo-account" disabled={isBusy} onClick={() => onChoose({ account, password })}>
      <span>
        <b>{name}</b> <span className="text-soft text-[14px]">{`${unit}　${title}`}</span>
        <small className="block text-faint text-[13px]">{t(`signIn.role.${role}`)}</small>
      </span>
      <span aria-hidden="true" className="text-act">
        →
      </span>
      <span className="sr-only">{t('signIn.enterAs')}</span>
    </button>
  )
}
