import type { VerdictFilter } from '../../../../src/wire/verdict.ts'
import { shortened } from '../../format/figure.ts'
import { withPart } from '../../router/verdict-address.ts'
import { useText } from '../../text/setup-text.ts'
import { Button } from '../../ui/button.tsx'

const NAMES = ['officer', 'subject', 'weekday', 'hour'] as const

interface Props {
  readonly filter: VerdictFilter
  readonly onChange: (filter: VerdictFilter) => void
}

/** Parts of the filter that come from a link or a chart and have no list of their own: shown, and removable. */
export function OtherChips({ filter, onChange }: Props) {
  const { t } = useText()
  const words = {
    officer: (value: string) => value.split(':').at(-1) ?? value,
    subject: (value: string) => shortened(value, 4, 3).toUpperCase(),
    weekday: (value: string) => t(`verdicts.weekday.${value}`),
    hour: (value: string) => t('verdicts.hourWords', { hour: value.padStart(2, '0') }),
  }
  return NAMES.filter((name) => filter[name] !== undefined).map((name) => {
    const value = words[name](String(filter[name]))
    const label = t(`verdicts.part.${name}`)
    return (
      <Button
        key={name}
        size="small"
        className="chip-on"
        aria-label={t('verdicts.removePart', { label, value })}
        onPress={() => onChange(withPart(filter, name, undefined))}
      >
        {t('kit.labelled', { label }) + value} <span aria-hidden="true">✕</span>
      </Button>
    )
  })
}
