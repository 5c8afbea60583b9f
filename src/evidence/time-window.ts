import type { LoadContext } from './compiled.ts'
import { sqlTime } from './import-job.ts'
import type { TargetColumn } from './target.ts'

/** What stands over years; its beginning may be a birth or a marriage long ago. */
const STANDING = new Set(['post', 'kinship', 'address', 'watch', 'portfolio', 'terminal', 'employment'])
const FIRST_STANDING = '1900-01-01 00:00:00.000'
const FIRST_FACT = '1989-12-31 16:00:00.000'
const YEARS_AHEAD = 2
/** A leave without pay or a licence may run on for years. */
const YEARS_AHEAD_OF_END = 10

/**
 * SQL that holds when an instant is one this column can have: facts not before 1990, what stands not before 1900; nothing
 * begins over two years from now. An `end` may be any time that can be stored. Outside lie misread and mistyped dates.
 */
export function windowSql({ target, now }: LoadContext, column: TargetColumn, instant: string): string {
  const first = STANDING.has(target.name) && column.name !== 'recorded_at' ? FIRST_STANDING : FIRST_FACT
  const isLate = `${instant} >= toDateTime64('${first}', 3, 'UTC')`
  if (column.type === 'end') return `(${isLate})`
  const last = new Date(now)
  last.setUTCFullYear(last.getUTCFullYear() + (column.name === 'ends' ? YEARS_AHEAD_OF_END : YEARS_AHEAD))
  return `(${isLate} AND ${instant} <= toDateTime64('${sqlTime(last)}', 3, 'UTC'))`
}
