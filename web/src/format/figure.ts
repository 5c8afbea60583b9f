const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const upToTwo = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 })

/** 1,284,306; fractions keep at most two digits; a true minus, so that signs align. */
export function figure(value: number): string {
  return (Number.isInteger(value) ? whole.format(value) : upToTwo.format(value)).replace('-', '−')
}

/** `98.69 %` of a whole; `—` when there is nothing to take a share of. A rest that is not zero never rounds to 0 % or 100 %. */
export function share(value: number, total: number): string {
  if (total <= 0) return '—'
  const percent = (value / total) * 100
  if (value > 0 && percent < 0.01) return '< 0.01 %'
  if (value < total && percent > 99.99) return '> 99.99 %'
  return `${upToTwo.format(percent)} %`
}

/** A long id shortened in its middle: `7f3a9c…c21e`. */
export function shortened(id: string, head = 6, tail = 4): string {
  return id.length <= head + tail + 1 ? id : `${id.slice(0, head)}…${id.slice(-tail)}`
}
