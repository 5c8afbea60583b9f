import type { Analytics } from '../analytics/analytics.ts'
import { assert } from '../base/assert.ts'

/** Moves all rows of one table to another of the same structure, each partition in one atomic step. Safe to repeat. */
export async function movePartitions(analytics: Analytics, from: string, to: string): Promise<void> {
  const parts = await analytics.rows<{ id: string }>(
    'SELECT DISTINCT partition_id AS id FROM system.parts WHERE database = currentDatabase() AND table = {from:String} AND active ORDER BY id',
    { params: { from } },
  )
  for (const { id } of parts) {
    // Partition ids come from ClickHouse itself and are digits or `all`.
    assert(/^[0-9a-z]+$/.test(id), 'a partition id is plain')
    await analytics.command(`ALTER TABLE ${from} MOVE PARTITION ID '${id}' TO TABLE ${to}`)
  }
}
