import { useQuery } from '@tanstack/react-query'
import type { LivingGuide } from '../../../../src/wire/guide.ts'
import { guideQuery } from '../../api/queries.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Screen } from '../../ui/screen.tsx'
import { GuideBand } from './guide-band.tsx'

/** The guide, alive: each measure, the control that carries it out here, and the proof of the day. Prints on two A4 sheets. */
export function GuideScreen() {
  const { t } = useText()
  const query = useQuery(guideQuery)
  const actions = (
    <>
      {query.data && <Counts counts={query.data.counts} />}
      <Button onPress={() => window.print()}>{t('guide.print')}</Button>
    </>
  )
  return (
    <Screen title={t('guide.title')} lead={t('guide.lead')} actions={actions}>
      <div className="h-3.5" />
      <Answer query={query} rows={10}>
        {(guide) => guide.types.map((type) => <GuideBand key={type.id} type={type} at={guide.at} />)}
      </Answer>
    </Screen>
  )
}

function Counts({ counts }: { readonly counts: LivingGuide['counts'] }) {
  const { t } = useText()
  const tones = { alive: 'text-green', stale: 'text-amber', absent: 'text-faint' } as const
  return (
    <dl className="flex gap-5 m-0 mr-2 text-right">
      {(['alive', 'stale', 'absent'] as const).map((state) => (
        <div key={state} className="flex flex-col-reverse">
          <dt className="text-faint text-[13px] leading-tight">{t(`guide.state.${state}`)}</dt>
          <dd className={`m-0 text-[24px] font-semibold leading-tight ${tones[state]}`}>{counts[state]}</dd>
        </div>
      ))}
    </dl>
  )
}
