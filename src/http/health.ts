import { z } from 'zod'

/** Why the program is not ready. The words go to operators; none of them tells anything of a person or a case. */
export const REASONS = {
  database: ['資料庫沒有回應。', 'The database does not answer.'],
  analytics: ['分析資料庫沒有回應或已損毀。', 'The analytic database does not answer or is damaged.'],
  ledger: ['帳冊目前不能寫入。', 'The ledger cannot be written now.'],
} as const
export type HealthReason = keyof typeof REASONS

export const healthAnswer = z.object({
  isAlive: z.literal(true),
  isReady: z.boolean(),
  reasons: z.array(z.object({ code: z.enum(['database', 'analytics', 'ledger']), zh: z.string(), en: z.string() })),
  version: z.string(),
})

/** One thing the program cannot work without; resolves when it is fine, throws or says false when not. */
export type Probe = () => Promise<boolean>

const PROBE_MS = 3000
const KEPT_MS = 1000

/**
 * Asks every probe, each within three seconds, and answers which are not fine. An answer holds for a second, so that
 * whoever may ask (everybody) costs the stores nothing.
 */
export function createHealth(probes: Readonly<Partial<Record<HealthReason, Probe>>>, nowMs = () => performance.now()) {
  let kept: { readonly at: number; readonly reasons: Promise<readonly HealthReason[]> } | undefined
  return (): Promise<readonly HealthReason[]> => {
    if (kept && nowMs() - kept.at < KEPT_MS) return kept.reasons
    const names = Object.keys(probes) as HealthReason[]
    const reasons = Promise.all(names.map(async (name) => ((await isFine(probes[name])) ? [] : [name]))).then((all) =>
      all.flat(),
    )
    kept = { at: nowMs(), reasons }
    return reasons
  }
}

async function isFine(probe: Probe | undefined): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PROBE_MS)
  })
  const asked = (async () => (await probe?.()) ?? true)().catch(() => false)
  try {
    return await Promise.race([asked, late])
  } finally {
    clearTimeout(timer)
  }
}
