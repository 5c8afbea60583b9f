import { useTranslation } from 'react-i18next'
import type { VerdictName } from '../../../src/wire/verdict.ts'
import { VerdictShape } from '../ui/verdict-mark.tsx'

/** What the fills mean: the fill itself, the verdict's shape and its word. */
export function VerdictLegend({ verdicts }: { readonly verdicts: readonly VerdictName[] }) {
  const { t } = useTranslation()
  return (
    <ul className="legend" aria-hidden="true">
      {verdicts.map((verdict) => (
        <li key={verdict} className={`legend-${verdict}`}>
          <svg width="16" height="12" aria-hidden="true">
            <Hatch />
            <rect className={`fill-${verdict}`} width="16" height="12" rx="2" />
          </svg>
          <VerdictShape verdict={verdict} />
          {t(`verdict.${verdict}`)}
        </li>
      ))}
    </ul>
  )
}

/** Fill of the unexplained, told from the others on a black-and-white print by its lines. All copies are alike, so one id serves. */
export function Hatch() {
  return (
    <defs>
      <pattern id="chart-hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className="hatch-ground" width="5" height="5" />
        <rect className="hatch-line" width="2.4" height="5" />
      </pattern>
    </defs>
  )
}
