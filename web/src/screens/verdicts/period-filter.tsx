import { useState } from 'react'
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components'
import type { VerdictFilter } from '../../../../src/wire/verdict.ts'
import { taipeiDayOf } from '../../format/taipei-day.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'
import { DateRange, type DayRange } from '../../ui/date-range.tsx'
import { lastDays, periodOf, periodWords, withPeriod } from './period.ts'

interface Props {
  readonly filter: VerdictFilter
  /** the last access known, which ends "the last 7 days": a log may end before today */
  readonly latest: string | null
  readonly onChange: (filter: VerdictFilter) => void
}

const SPANS = [1, 7, 30] as const

/** The period, by common spans or by days of the 民國 calendar. */
export function PeriodFilter({ filter, latest, onChange }: Props) {
  const { t, language } = useText()
  const [isOpen, setOpen] = useState(false)
  const end = taipeiDayOf(latest ? new Date(Date.parse(latest) - 1).toISOString() : new Date().toISOString())
  const words = periodWords(filter, language)
  const choose = (range: DayRange | undefined) => {
    setOpen(false)
    onChange(withPeriod(filter, range))
  }
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <AriaButton className={`btn small ${words ? 'chip-on' : ''}`}>
        {t('kit.labelled', { label: t('kit.period') }) + (words ?? t('verdicts.all'))} <span aria-hidden="true">▾</span>
      </AriaButton>
      <Popover className="popover" placement="bottom start">
        <Dialog aria-label={t('kit.period')} className="p-4 outline-none">
          <div className="flex flex-wrap gap-2 mb-3">
            <Button size="small" onPress={() => choose(undefined)}>
              {t('verdicts.wholePeriod')}
            </Button>
            {SPANS.map((days) => (
              <Button key={days} size="small" onPress={() => choose(lastDays(end, days))}>
                {t(`verdicts.span.${days}`)}
              </Button>
            ))}
          </div>
          <DateRange range={periodOf(filter)} onChange={choose} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}
