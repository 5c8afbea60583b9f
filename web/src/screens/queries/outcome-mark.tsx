import type { OutcomeView } from '../../../../src/wire/gate-desk.ts'

const SHAPES: Readonly<Record<OutcomeView['outcome'], string>> = {
  permit: 'M4 10.5l4 4 8-9',
  'needs-approval': 'M10 3v8M10 15.5v1',
  'break-glass': 'M11 2L5 11h4l-1 7 6-9h-4z',
  deny: 'M4 10h12',
}

/** The outcome as a shape; its colour never says more than the shape does. */
export function OutcomeMark({ outcome }: { readonly outcome: OutcomeView['outcome'] }) {
  return (
    <svg className="outcome-mark" viewBox="0 0 20 20" width="22" height="22" aria-hidden="true">
      <circle cx="10" cy="10" r="9.2" className="outcome-ring" />
      <path d={SHAPES[outcome]} transform="translate(3 3) scale(.7)" className="outcome-shape" />
    </svg>
  )
}
