import { formatRocDay, taipeiDay } from '../base/roc-date.ts'

/** Who holds a disclosure, as it must stand on everything that shows it. */
export interface Mark {
  readonly name: string
  readonly unit: string
  readonly caseNumber: string
  readonly at: Date
  readonly code: string
}

const clock = new Intl.DateTimeFormat('zh-TW', {
  timeZone: 'Asia/Taipei',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** The watermark in one line: name, unit, case, time, code. The same on screen, print, PDF, CSV and ODS. */
export function markLine(mark: Mark): string {
  const when = `${formatRocDay(taipeiDay(mark.at), 'slash')} ${clock.format(mark.at)}`
  return [mark.name, mark.unit, mark.caseNumber || '無案號', when, `追查代碼 ${mark.code}`].join('　')
}
