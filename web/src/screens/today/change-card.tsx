import { lazy, Suspense } from 'react'
import type { Today } from '../../../../src/wire/guide.ts'
import { figure } from '../../format/figure.ts'
import { Link } from '../../router/link.tsx'
import { useText } from '../../text/setup-text.ts'
import { Figure } from '../../ui/figure.tsx'

const Sparkline = lazy(async () => ({
  default: (await import('../../charts/sparkline.tsx')).Sparkline,
}))

/** One figure against its earlier value; the whole card leads to the rows behind it. */
export function ChangeCard({ change }: { readonly change: Today['changes'][number] }) {
  const { t, pick } = useText()
  const difference = Math.round((change.value - change.previous) * 100) / 100
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '±'
  return (
    <Link href={change.href} className="card p-4 no-underline text-ink hover:border-act!">
      <span className="text-soft text-[13.5px] block">{pick(change.title, change.titleEn)}</span>
      <span className="flex items-end justify-between gap-3 mt-1">
        <Figure value={change.value} unit={pick(change.unit, change.unitEn)} />
        <Suspense>
          <Sparkline values={change.spark} tone="neutral" />
        </Suspense>
      </span>
      <span className="text-faint text-[13px] block mt-1">
        {t('today.against', {
          previous: figure(change.previous),
          change: `${sign}${figure(Math.abs(difference))}`,
        })}
      </span>
    </Link>
  )
}
