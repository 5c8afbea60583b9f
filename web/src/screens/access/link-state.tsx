import type { PathLink } from '../../../../src/wire/access.ts'

/** A shape of its own for each state, in the current colour: ✓ holds, ✕ contradicts, – – missing, a pennant for a flag. */
export function LinkShape({ state }: { readonly state: State }) {
  return (
    <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
      <LinkPath state={state} />
    </svg>
  )
}

/** The same shape inside another picture, in a square of 14 px from its origin. */
export function LinkPath({ state }: { readonly state: State }) {
  return (
    <path
      d={SHAPES[state]}
      fill="none"
      stroke="currentColor"
      strokeWidth={state === 'contradicts' ? 3 : 2.2}
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  )
}

type State = PathLink['state'] | 'flagged'

const SHAPES: Readonly<Record<State, string>> = {
  holds: 'M2 7.5l3.4 3.5L12 3.5',
  contradicts: 'M2.5 2.5l9 9M11.5 2.5l-9 9',
  missing: 'M1.5 7h3.2M9.3 7h3.2',
  flagged: 'M3 12.5V2l8 3-8 3.2',
}
