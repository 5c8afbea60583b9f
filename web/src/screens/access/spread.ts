/** Something of a height that would like its middle at `wish`. Unit: px. */
export interface Wish {
  readonly wish: number
  readonly height: number
}

interface Block {
  /** sum over members of (wish − offset), and their number: the mean is where the block starts */
  sum: number
  members: number
}

/**
 * Middles for all wishes, `gap` apart at least, in the order given, with the least squared distance from the wishes
 * (pool adjacent violators). The order given must be the order wanted on the page.
 */
export function spread(wishes: readonly Wish[], gap: number): readonly number[] {
  const offsets: number[] = []
  let below = 0
  for (const { height } of wishes) {
    offsets.push(below + height / 2)
    below += height + gap
  }
  const blocks: Block[] = []
  wishes.forEach(({ wish }, i) => {
    let block: Block = { sum: wish - (offsets[i] ?? 0), members: 1 }
    let before = blocks.at(-1)
    while (before && before.sum / before.members >= block.sum / block.members) {
      block = { sum: before.sum + block.sum, members: before.members + block.members }
      blocks.pop()
      before = blocks.at(-1)
    }
    blocks.push(block)
  })
  const starts = blocks.flatMap(({ sum, members }) => Array.from({ length: members }, () => sum / members))
  return starts.map((start, i) => start + (offsets[i] ?? 0))
}
