import type { ShownView } from '../../../../src/wire/gate-desk.ts'

/** Puts an answer into the clipboard as tab-separated lines, the code in every line and the whole mark in the last. */
export async function copyShown({ columns, rows, code, watermark }: ShownView): Promise<void> {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => row.map((cell) => cell ?? ''))]
  const text = [...lines.map((line) => [...line, code].join('\t')), watermark].join('\n')
  await navigator.clipboard.writeText(text)
}
