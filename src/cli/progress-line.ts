import type { ImportRecord } from '../wire/import.ts'

const BAR_CELLS = 24

/** One line of progress: bar, rows, rate, remaining time. Fits 80 columns. */
export function progressLine(
  record: Pick<ImportRecord, 'progress' | 'rowsRead' | 'rowsPerSecond' | 'remainingSeconds'>,
): string {
  const filled = Math.round((record.progress ?? 0) * BAR_CELLS)
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_CELLS - filled)}`
  const rate = record.rowsPerSecond === null ? '' : ` ${Math.round(record.rowsPerSecond).toLocaleString()} 列/秒`
  const remaining = record.remainingSeconds === null ? '' : ` 約剩 ${Math.ceil(record.remainingSeconds)} 秒`
  return `${bar} ${record.rowsRead.toLocaleString()} 列${rate}${remaining}\u001b[K`
}
