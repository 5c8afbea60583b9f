import { stringify } from 'yaml'
import type { Json } from '../base/canonical-json.ts'
import type { DiffLine } from '../wire/change.ts'

const MAX_LINES = 2000

/** How a value reads: a text as it is, anything else as YAML; nothing for null. */
export const linesOf = (value: Json): readonly string[] =>
  value === null ? [] : (typeof value === 'string' ? value : stringify(value)).trimEnd().split('\n')

/**
 * Two texts line by line, equal lines beside each other (longest common subsequence), a changed line beside what it
 * became. Texts of more than 2,000 lines are not compared but set one after the other.
 */
export function lineDiff(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  if (before.length > MAX_LINES || after.length > MAX_LINES) return [...gap(before, []), ...gap([], after)]
  const lengths = commonLengths(before, after)
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  let [gone, come]: [string[], string[]] = [[], []]
  while (i < before.length || j < after.length) {
    const [left, right] = [before[i], after[j]]
    if (left !== undefined && left === right) {
      lines.push(...gap(gone, come), { before: left, after: right })
      ;[gone, come] = [[], []]
      i += 1
      j += 1
    } else if (left !== undefined && (right === undefined || at(lengths, i + 1, j) >= at(lengths, i, j + 1))) {
      gone.push(left)
      i += 1
    } else if (right !== undefined) {
      come.push(right)
      j += 1
    }
  }
  return [...lines, ...gap(gone, come)]
}

const at = (lengths: readonly Uint16Array[], i: number, j: number): number => lengths[i]?.[j] ?? 0

function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint16Array[] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1))
  for (let i = before.length - 1; i >= 0; i--) {
    const row = lengths[i]
    if (!row) continue
    for (let j = after.length - 1; j >= 0; j--)
      row[j] =
        before[i] === after[j] ? at(lengths, i + 1, j + 1) + 1 : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1))
  }
  return lengths
}

const gap = (gone: readonly string[], come: readonly string[]): DiffLine[] =>
  Array.from({ length: Math.max(gone.length, come.length) }, (_, n) => ({
    before: gone[n] ?? null,
    after: come[n] ?? null,
  }))
