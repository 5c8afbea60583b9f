/** A ledger that asks nobody outside, as far as its warnings are concerned. */
export const NOBODY_OUTSIDE = {
  witnesses: [],
  stampState: 'none-asked',
  seenBy: [],
  isSplitViewPossible: false,
} as const
