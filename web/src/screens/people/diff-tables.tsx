import type { ChangedField, ListedPerson, StaffFault, StaffPreview } from '../../../../src/wire/people.ts'
import { roleNames } from '../../../../src/wire/session.ts'
import { useText } from '../../text/setup-text.ts'
import { usePortfolioWords } from './portfolio-words.ts'
import { RoleWord } from './role-word.tsx'

/** What is wrong in the file, and where. */
export function FaultTable({ faults }: { readonly faults: readonly StaffFault[] }) {
  const { t, pick } = useText()
  return (
    <div className="card table-scroll">
      <table className="sheet stack people-faults">
        <thead>
          <tr>
            <th className="number">{t('people.line')}</th>
            <th>{t('people.field')}</th>
            <th>{t('people.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {faults.map(({ line, column, reason, reasonEn }) => (
            <tr key={`${line} ${column} ${reason}`}>
              <td className="number" data-label={t('people.line')}>
                {line}
              </td>
              <td>{column || '—'}</td>
              <td className="whole">{pick(reason, reasonEn)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** People who join or leave. */
export function PeopleLines({ people }: { readonly people: readonly ListedPerson[] }) {
  const { t } = useText()
  return (
    <div className="card table-scroll">
      <table className="sheet stack">
        <thead>
          <tr>
            <th>{t('people.column.person')}</th>
            <th>{t('people.column.number')}</th>
            <th>{t('people.column.post')}</th>
            <th>{t('people.column.role')}</th>
          </tr>
        </thead>
        <tbody>
          {people.map((each) => (
            <tr key={each.person}>
              <td className="whitespace-nowrap">
                {each.name} <span className="text-faint text-[13px]">{each.account}</span>
              </td>
              <td className="text-soft">{each.person}</td>
              <td className="whole">
                {each.unit} {each.title}
              </td>
              <td>
                <RoleWord role={each.role} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** People whose post changes, field by field. */
export function ChangeTable({ changes }: { readonly changes: StaffPreview['changes'] }) {
  const { t } = useText()
  return (
    <div className="card table-scroll">
      <table className="sheet stack">
        <thead>
          <tr>
            <th>{t('people.column.person')}</th>
            <th>{t('people.column.number')}</th>
            <th>{t('people.changes')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((each) => (
            <tr key={each.person}>
              <td className="whitespace-nowrap">{each.name}</td>
              <td className="text-soft">{each.person}</td>
              <td className="whole">
                <ul className="people-fields">
                  {each.fields.map((field) => (
                    <li key={field.field}>
                      <FieldChange {...field} />
                    </li>
                  ))}
                </ul>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function FieldChange({ field, before, after }: ChangedField) {
  const { t } = useText()
  const words = usePortfolioWords()
  const say = (value: string) => {
    if (value === '') return t('people.blank')
    if (field === 'role' && roleNames.some((name) => name === value)) return t(`people.roles.${value}`)
    return field === 'portfolio' ? words(value.split(/ (?=[a-z])/)) : value
  }
  const isHidden = field === 'subject'
  return (
    <>
      <span className="text-faint">{t(`people.fields.${field}`)}</span>{' '}
      {isHidden ? (
        t('people.changedOnly')
      ) : (
        <>
          <del>{say(before)}</del> → <ins>{say(after)}</ins>
        </>
      )}
    </>
  )
}
