import type { VerdictCounts, VerdictFilter, VerdictName } from '../../../../src/wire/verdict.ts'
import { figure, share } from '../../format/figure.ts'
import { readVerdicts, withPart } from '../../router/verdict-address.ts'
import { useText } from '../../text/setup-text.ts'
import { VerdictMark } from '../../ui/verdict-mark.tsx'

const ORDER = ['explained', 'weak', 'unexplained', 'contradicted'] as const

interface Props {
  readonly counts: VerdictCounts | undefined
  readonly filter: VerdictFilter
  readonly onChange: (filter: VerdictFilter) => void
}

/** Four figures that are also the filter: pressing one adds or takes away that verdict. */
export function CountTiles({ counts, filter, onChange }: Props) {
  const { t } = useText()
  const chosen = readVerdicts(filter.verdict ?? '')
  const total = counts ? ORDER.reduce((sum, verdict) => sum + counts[verdict], 0) : 0
  const toggle = (verdict: VerdictName) => {
    const next = chosen.includes(verdict) ? chosen.filter((each) => each !== verdict) : [...chosen, verdict]
    onChange(
      withPart(filter, 'verdict', next.length === ORDER.length ? undefined : readVerdicts(next.join(',')).join(',')),
    )
  }
  return (
    <fieldset className="card tiles p-0" aria-label={t('verdicts.byVerdict')}>
      {ORDER.map((verdict) => (
        <button
          key={verdict}
          type="button"
          className="tile"
          aria-pressed={chosen.includes(verdict)}
          onClick={() => toggle(verdict)}
        >
          <VerdictMark verdict={verdict} />
          <span className="tile-number">{counts ? figure(counts[verdict]) : '…'}</span>
          <span className="tile-share">{counts ? share(counts[verdict], total) : ' '}</span>
        </button>
      ))}
    </fieldset>
  )
}
