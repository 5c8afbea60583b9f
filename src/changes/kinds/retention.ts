import { z } from 'zod'
import { fail, ok } from '../../base/result.ts'
import { type Ledger, MIN_RETENTION_MONTHS, retentionMonths } from '../../ledger/port.ts'
import type { ChangeKind, Words } from '../change.ts'

const MAX_MONTHS = 360
const value = z.strictObject({ months: z.number().int().min(MIN_RETENTION_MONTHS).max(MAX_MONTHS) })

/** How many months records of acts are kept. Longer than the law's floor, never shorter. */
export function retentionKind(ledger: Pick<Ledger, 'keepFor'>): ChangeKind {
  return {
    kind: 'retention',
    current: async () => ({ months: retentionMonths() }),
    read: async (given) => {
      const parsed = value.safeParse(given)
      if (!parsed.success) return fail(MALFORMED)
      return ok({
        target: 'events',
        agency: '',
        value: parsed.data,
        after: parsed.data,
        refusal: async () => undefined,
        consequences: async () => [CONSEQUENCE],
      })
    },
    takeUp: async (values) => {
      const kept = value.safeParse(values.get('events'))
      if (kept.success) await ledger.keepFor(kept.data.months)
    },
  }
}

const MALFORMED: Words = {
  zh: `保存期間須為 ${MIN_RETENTION_MONTHS} 至 ${MAX_MONTHS} 個月：懲處權時效五年內不得銷毀。`,
  en: `Between ${MIN_RETENTION_MONTHS} and ${MAX_MONTHS} months: a reprimand may follow for five years.`,
}
const CONSEQUENCE: Words = {
  zh: '只及於此後的紀錄；已有的紀錄依當時的期限，期限已寫在各筆的公開葉中。',
  en: 'For records made from then on; earlier ones keep their month, which stands in their public leaf.',
}
