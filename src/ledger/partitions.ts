import type { Database } from '../database/database.ts'
import { expiryMonthOf, monthName, retentionMonths } from './retention.ts'

const MONTHS_AHEAD = 3

/** Name of the table that holds the records which may go in this month. The month is a number, so the name is safe. */
export const partitionName = (month: number): string => `event_until_${monthName(month).replace('-', '_')}`

/** Makes the partitions for records of this month and the next few. Idempotent; run at start and daily. */
export async function preparePartitions(database: Database, now: Date, months = retentionMonths()): Promise<void> {
  const first = expiryMonthOf(now, months)
  for (let month = first; month <= first + MONTHS_AHEAD; month++) {
    await database.exclusively('ledger-partitions', async () => {
      await database.upkeep.query(
        `CREATE TABLE IF NOT EXISTS ${partitionName(month)} PARTITION OF event FOR VALUES IN (${month})`,
      )
    })
  }
}
