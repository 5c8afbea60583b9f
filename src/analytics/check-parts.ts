import type { Analytics } from './analytics.ts'
import type { Damage } from './damage.ts'

interface Part {
  readonly table: string
  readonly name: string
}

/** Parts of lasting tables which the engine itself set aside as broken when it opened. */
export async function partsSetAside(analytics: Analytics): Promise<Damage | undefined> {
  const [broken] = await analytics.rows<{ table: string }>(
    `SELECT table FROM system.detached_parts
     WHERE database = currentDatabase() AND startsWith(reason, 'broken') AND match(table, '^(access|verdict_(current|history)|evidence_[a-z]+)$')
     ORDER BY table LIMIT 1`,
  )
  return broken && { kind: 'unreadable', detail: `broken part of ${broken.table}` }
}

/**
 * Reads every byte of every part once and compares it with the checksums kept beside it: about a second for a gigabyte. Part
 * by part, so that others' statements come in between and it ends soon when told to.
 */
export async function checkEveryPart(analytics: Analytics, stop: AbortSignal): Promise<Damage | undefined> {
  const parts = await analytics.rows<Part>(
    `SELECT table, name FROM system.parts
     WHERE database = currentDatabase() AND active AND match(table, '^(access|verdict_(current|history)|evidence_[a-z]+)$')
     ORDER BY table, name`,
  )
  for (const part of parts) {
    if (stop.aborted) return undefined
    if (await isBroken(analytics, part)) return { kind: 'unreadable', detail: `part ${part.name} of ${part.table}` }
  }
  return undefined
}

async function isBroken(analytics: Analytics, { table, name }: Part): Promise<boolean> {
  const checked = await analytics
    .rows<{ is_passed: number }>(`CHECK TABLE ${table} PART '${name}'`, {
      settings: { check_query_single_value_result: 0 },
    })
    // Merged away or replaced meanwhile: what it became is checked at the next start.
    .catch((error: { type?: string }) => {
      if (error.type === 'NO_SUCH_DATA_PART' || error.type === 'BAD_ARGUMENTS') return []
      throw error
    })
  return checked.some(({ is_passed }) => is_passed === 0)
}
