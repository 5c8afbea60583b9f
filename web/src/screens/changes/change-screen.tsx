import { useQuery } from '@tanstack/react-query'
import type { ChangePage } from '../../../../src/wire/change.ts'
import type { Me } from '../../../../src/wire/session.ts'
import { changeQuery } from '../../api/changes.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Screen } from '../../ui/screen.tsx'
import { Time } from '../../ui/time.tsx'
import { ChangeSlipPart } from './change-slip.tsx'
import { ChangeVerdict } from './change-verdict.tsx'
import './changes.css'

/** One change: both texts side by side, what follows from it, and the word of the second person. */
export function ChangeScreen({ id, me }: { readonly id: string; readonly me: Me }) {
  const { t } = useText()
  const page = useQuery(changeQuery(id))
  return (
    <Screen
      title={t('changes.pageTitle')}
      lead={
        <Link href="/changes" className="text-act">
          {t('changes.back')}
        </Link>
      }
    >
      <Answer query={page} rows={8}>
        {(change) => (
          <>
            <Facts change={change} />
            <Consequences change={change} />
            <Diff change={change} />
            <ChangeVerdict change={change} me={me} />
            <ChangeSlipPart change={change} />
          </>
        )}
      </Answer>
    </Screen>
  )
}

interface Part {
  readonly change: ChangePage
}

function Facts({ change }: Part) {
  const { t } = useText()
  return (
    <section className="card change-part">
      <h2>{`${t(`changes.kinds.${change.kind}`)}${change.kind === 'staff' ? '' : `　${change.target}`}`}</h2>
      <p>
        <b>{t(`changes.states.${change.state}`)}</b>
        {`　${change.reason}`}
      </p>
      <p className="text-soft">
        {`${t('changes.proposedBy')} ${change.proposedBy}　`}
        <Time at={change.proposedAt} />
      </p>
      {change.effectiveFrom && (
        <p className="text-soft">
          {`${t('changes.effectiveFrom')} `}
          <Time at={change.effectiveFrom} />
        </p>
      )}
      {change.decidedBy && change.decidedAt && (
        <p className="text-soft">
          {`${t('changes.decidedBy')} ${change.decidedBy}　`}
          <Time at={change.decidedAt} />
          {change.decisionReason && `　${change.decisionReason}`}
        </p>
      )}
    </section>
  )
}

function Consequences({ change }: Part) {
  const { t, pick } = useText()
  return (
    <section className="card change-part">
      <h2>{t('changes.consequences')}</h2>
      <ul>
        {change.consequences.map(({ zh, en }) => (
          <li key={zh}>{pick(zh, en)}</li>
        ))}
      </ul>
    </section>
  )
}

function Diff({ change }: Part) {
  const { t } = useText()
  return (
    <section className="card change-part table-scroll">
      <table className="change-diff">
        <thead>
          <tr>
            <th>{t('changes.before')}</th>
            <th>{t('changes.after')}</th>
          </tr>
        </thead>
        <tbody>
          {change.diff.map(({ before, after }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text in their order, which never changes
            <tr key={i} data-changed={before !== after}>
              <td>
                {before !== after && before !== null && <del>{`− ${before}`}</del>}
                {before === after && before}
              </td>
              <td>
                {before !== after && after !== null && <ins>{`＋ ${after}`}</ins>}
                {before === after && after}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
