const HALF_PLUS = 0x2000

/** Wall-clock time in Taipei, `14:05` or `14:05:09`. */
export function taipeiTime(at: Date, withSeconds = false): string {
  return new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(11, withSeconds ? 19 : 16)
}

/** Rough width of a text set in the report's sans face, in millimetres. Good to a tenth: enough to keep labels apart. */
export function textWidthMm(text: string, pointSize: number): number {
  const em = pointSize * 0.3528
  return [...text].reduce((sum, sign) => sum + ((sign.codePointAt(0) ?? 0) >= HALF_PLUS ? em : em * 0.58), 0)
}

/** The text cut to `maxMm`, with an ellipsis where something was left out. */
export function fitted(text: string, pointSize: number, maxMm: number): string {
  if (textWidthMm(text, pointSize) <= maxMm) return text
  const signs = [...text]
  while (signs.length > 1 && textWidthMm(`${signs.join('')}…`, pointSize) > maxMm) signs.pop()
  return `${signs.join('')}…`
}
