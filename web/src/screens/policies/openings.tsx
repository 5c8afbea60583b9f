import { useQuery } from '@tanstack/react-query'
import type { Opening } from '../../../../src/wire/gate-policy.ts'
import { catalogueQuery, openingsQuery } from '../../api/gate.ts'
import { figure } from '../../format/figure.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'

/** The policies of the gate, turned round: not what they say, but who gets in without anybody's approval. */
export function Openings() {
  const { t } = useText()
  const query = useQuery(openingsQuery)
  return (
    <section aria-labelledby="openings">
      <h2 id="openings" className="mb-0!">
        {t('openings.title')}
      </h2>
      <p className="text-soft text-[14px] m-0 mb-2">{t('openings.lead')}</p>
      {query.isPending && <p className="text-faint text-[13px]">{t('openings.waiting')}</p>}
      <Answer query={query} rows={6}>
        {({ openings, tried, isWhole, policyVersion }) => (
          <>
            {openings.length === 0 ? <p>{t('openings.none')}</p> : <OpeningTable openings={openings} />}
            <p className="text-faint text-[13px] mt-2">
              {t(isWhole ? 'openings.tried' : 'openings.triedPart', { version: policyVersion, count: figure(tried) })}
            </p>
          </>
        )}
      </Answer>
    </section>
  )
}

function OpeningTable({ openings }: { readonly openings: readonly Opening[] }) {
  const { t } = useText()
  return (
    <div className="card table-scroll">
      <table className="sheet stack">
        <thead>
          <tr>
            <th>{t('openings.column.what')}</th>
            <th>{t('openings.column.act')}</th>
            <th>{t('openings.column.who')}</th>
            <th>{t('openings.column.when')}</th>
            <th>{t('openings.column.mask')}</th>
          </tr>
        </thead>
        <tbody>
          {openings.map((each) => (
            <OpeningLine key={`${each.dataSet} ${each.purpose} ${each.act} ${each.mask}`} opening={each} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function OpeningLine({ opening }: { readonly opening: Opening }) {
  const { t, pick } = useText()
  const catalogue = useQuery(catalogueQuery).data
  const dataSet = catalogue?.queries.find((each) => each.dataSet === opening.dataSet)
  const purpose = catalogue?.purposes.find(({ code }) => code === opening.purpose)
  return (
    <tr>
      <td className="min-w-40 whole">
        <b>{dataSet ? pick(dataSet.dataSetTitle, dataSet.dataSetTitleEn) : opening.dataSet}</b>
        <span className="block text-soft">{purpose ? pick(purpose.title, purpose.titleEn) : opening.purpose}</span>
      </td>
      <td className="whitespace-nowrap" data-label={t('openings.column.act')}>
        {t(`openings.act.${opening.act}`, { defaultValue: opening.act })}
      </td>
      <td className="min-w-24" data-label={t('openings.column.who')}>
        {opening.roles.map((role) => t(`openings.role.${role}`, { defaultValue: role })).join(t('kit.comma'))}
      </td>
      <td className="min-w-64 whole" data-label={t('openings.column.when')}>
        <Conditions opening={opening} />
      </td>
      <td className="whitespace-nowrap" data-label={t('openings.column.mask')}>
        {t(`openings.mask.${opening.mask}`, { defaultValue: opening.mask })}
      </td>
    </tr>
  )
}

function Conditions({ opening }: { readonly opening: Opening }) {
  const { t } = useText()
  const { subjectsTodayAtMost: people, minutesSinceStepUpAtMost: minutes } = opening
  const cases = opening.cases.map((state) =>
    state
      .split(' ')
      .map((word) => t(`openings.case.${word}`))
      .join(t('kit.comma')),
  )
  const rest = [
    t(opening.outsidePortfolio ? 'openings.anyPortfolio' : 'openings.ownPortfolio'),
    t(opening.offDuty ? 'openings.offDuty' : 'openings.onDuty'),
    people === null ? t('openings.anyVolume') : t('openings.volume', { count: people }),
    ...(minutes === null ? [] : [t('openings.stepUp', { count: minutes })]),
    ...(opening.isEveryCombination ? [] : [t('openings.mixed')]),
  ]
  return (
    <>
      {cases.join(t('openings.or'))}
      <span className="block text-faint text-[13px]">{rest.join(t('kit.comma'))}</span>
    </>
  )
}
