import { useState } from 'react'
import type { StaffPreview } from '../../../../src/wire/people.ts'
import { figure } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { TypedConfirmation } from '../../ui/typed-confirmation.tsx'
import { ChangeTable, FaultTable, PeopleLines } from './diff-tables.tsx'

const MOST_FAULTS = 100

interface Props {
  readonly preview: StaffPreview
  readonly isBusy: boolean
  readonly onApply: (withPasswords: boolean) => void
}

/** What a personnel file would change, before it does. With faults there is nothing to apply. */
export function StaffDiff({ preview, isBusy, onApply }: Props) {
  const { t } = useText()
  const { faults, counts, people } = preview
  if (faults.length > 0)
    return (
      <section className="my-6" role="alert">
        <h2>{t(faults.length < MOST_FAULTS ? 'people.faults' : 'people.faultsMany', { number: faults.length })}</h2>
        <p className="text-soft">{t('people.faultsAdvice')}</p>
        <FaultTable faults={faults} />
      </section>
    )
  if (preview.digest === '')
    return <EmptyState title={t('people.nothing')} advice={t('people.nothingAdvice', { number: people })} />
  return (
    <section className="my-6">
      <ul className="people-counts">
        {(['joins', 'changes', 'leaves', 'same', 'units'] as const).map((name) => (
          <li key={name}>
            <b>{figure(counts[name])}</b> {t(`people.${name}`)}
          </li>
        ))}
      </ul>
      {counts.roles > 0 && <p className="people-note">{t('people.rolesNote', { number: counts.roles })}</p>}
      <ApplyAct counts={counts} isBusy={isBusy} onApply={onApply} />
      <Part title={t('people.leaves')} count={counts.leaves} shown={preview.shown}>
        <PeopleLines people={preview.leaves} />
      </Part>
      <Part title={t('people.changes')} count={counts.changes} shown={preview.shown}>
        <ChangeTable changes={preview.changes} />
      </Part>
      <Part title={t('people.joins')} count={counts.joins} shown={preview.shown}>
        <PeopleLines people={preview.joins} />
      </Part>
    </section>
  )
}

function ApplyAct({ counts, isBusy, onApply }: Omit<Props, 'preview'> & { readonly counts: StaffPreview['counts'] }) {
  const { t } = useText()
  const [isAsking, setIsAsking] = useState(false)
  const [withPasswords, setWithPasswords] = useState(false)
  return (
    <div className="flex flex-col gap-3 items-start my-4">
      {counts.joins > 0 && (
        <label className="people-option">
          <input type="checkbox" checked={withPasswords} onChange={(event) => setWithPasswords(event.target.checked)} />
          {t('people.withPasswords')}
        </label>
      )}
      <Button look="primary" isDisabled={isBusy} onPress={() => setIsAsking(true)}>
        {t('people.apply')}
      </Button>
      <TypedConfirmation
        title={t('people.apply')}
        words={t('people.confirmWords')}
        act={t('people.applyAct')}
        isOpen={isAsking}
        isBusy={isBusy}
        onClose={() => setIsAsking(false)}
        onConfirm={() => {
          setIsAsking(false)
          onApply(withPasswords)
        }}
      >
        {t('people.confirm', { joins: counts.joins, changes: counts.changes, leaves: counts.leaves })}
      </TypedConfirmation>
    </div>
  )
}

interface PartProps {
  readonly title: string
  readonly count: number
  readonly shown: number
  readonly children: React.ReactNode
}

function Part({ title, count, shown, children }: PartProps) {
  const { t } = useText()
  if (count === 0) return null
  return (
    <>
      <h2>
        {title} <span className="text-faint">{figure(count)}</span>
      </h2>
      {children}
      {count > shown && <p className="text-soft text-[13px]">{t('people.shownOnly', { number: shown })}</p>}
    </>
  )
}
