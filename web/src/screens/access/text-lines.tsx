interface Props {
  readonly lines: readonly string[]
  readonly x: number
  /** top of the first line */
  readonly y: number
  readonly linePx: number
  readonly className?: string
}

/** Lines of text below one another in a picture; SVG does not wrap by itself. */
export function TextLines({ lines, x, y, linePx, className }: Props) {
  return lines.map((line, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: two lines may read alike and none ever moves
    <text key={i} className={className} x={x} y={y + (i + 0.74) * linePx}>
      {line}
    </text>
  ))
}
