const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Taipei',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** `14:02`, Taipei. */
export function clockTime(instant: string): string {
  return clock.format(new Date(instant))
}

/** `13:54–15:24`, or one time for a point. */
export function clockSpan(starts: string, ends: string | null): string {
  return ends === null ? clockTime(starts) : `${clockTime(starts)}–${clockTime(ends)}`
}
