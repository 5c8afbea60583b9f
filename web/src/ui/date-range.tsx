import { type CalendarDate, parseDate } from '@internationalized/date'
import { useState } from 'react'
import {
  Button,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  Heading,
  RangeCalendar,
} from 'react-aria-components'
import { longDay } from '../format/moment.ts'
import { parseTypedDay } from '../format/taipei-day.ts'
import { useText } from '../text/setup-text.ts'
import { Button as Act } from './button.tsx'
import { Field } from './field.tsx'

export interface DayRange {
  /** `YYYY-MM-DD`, both inclusive */
  readonly from: string
  readonly to: string
}

interface Props {
  readonly range: DayRange | undefined
  readonly onChange: (range: DayRange) => void
}

/** Two days, typed as offices write them (1151123, 115/11/23) or picked from a 民國 calendar. */
export function DateRange({ range, onChange }: Props) {
  const { t } = useText()
  return (
    <div className="flex flex-col gap-3">
      <TypedRange key={`${range?.from} ${range?.to}`} range={range} onChange={onChange} />
      <RangeCalendar
        aria-label={t('kit.period')}
        className="calendar"
        value={range ? { start: parseDate(range.from), end: parseDate(range.to) } : null}
        onChange={({ start, end }) => onChange({ from: dayOf(start), to: dayOf(end) })}
      >
        <header>
          <Button slot="previous" className="icon-button">
            ‹
          </Button>
          <Heading />
          <Button slot="next" className="icon-button">
            ›
          </Button>
        </header>
        <CalendarGrid>
          <CalendarGridHeader>{(day) => <CalendarHeaderCell>{day}</CalendarHeaderCell>}</CalendarGridHeader>
          <CalendarGridBody>{(date) => <CalendarCell date={date} className="calendar-day" />}</CalendarGridBody>
        </CalendarGrid>
      </RangeCalendar>
    </div>
  )
}

function TypedRange({ range, onChange }: Props) {
  const { t, language } = useText()
  const words = (day: string | undefined) => (day ? longDay(`${day}T04:00:00Z`, language) : '')
  const [from, setFrom] = useState(words(range?.from))
  const [to, setTo] = useState(words(range?.to))
  const days = { from: readBack(from, range?.from, words), to: readBack(to, range?.to, words) }
  const error = (typed: string, day: string | undefined) => (typed !== '' && !day ? t('kit.dayForm') : undefined)
  const isBackward = days.from !== undefined && days.to !== undefined && days.from > days.to
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (days.from && days.to && !isBackward) onChange({ from: days.from, to: days.to })
      }}
    >
      <Field
        label={t('kit.from')}
        value={from}
        onChange={setFrom}
        error={error(from, days.from)}
        placeholder="115/11/01"
      />
      <Field
        label={t('kit.to')}
        value={to}
        onChange={setTo}
        error={isBackward ? t('kit.backward') : error(to, days.to)}
        placeholder="115/11/23"
      />
      <Act type="submit" size="small" isDisabled={!days.from || !days.to || isBackward}>
        {t('kit.apply')}
      </Act>
    </form>
  )
}

// An unchanged text stands for the day it was written from, in whatever language it was written.
function readBack(
  typed: string,
  day: string | undefined,
  words: (day: string | undefined) => string,
): string | undefined {
  return day !== undefined && typed === words(day) ? day : parseTypedDay(typed)
}

const dayOf = (date: CalendarDate | { toString(): string }): string => date.toString().slice(0, 10)
