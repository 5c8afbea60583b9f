import { ProgressBar } from 'react-aria-components'

/** How far a job is, 0–1, or moving without a known end. Spoken by screen readers as it changes. */
export function Progress({ label, value }: { readonly label: string; readonly value: number | null }) {
  const percent = value === null ? undefined : Math.round(value * 100)
  return (
    <ProgressBar aria-label={label} {...(percent === undefined ? { isIndeterminate: true } : { value: percent })}>
      {({ percentage, valueText }) => (
        <div className="flex items-center gap-3">
          <div className="bar flex-1">
            <div style={{ width: `${percentage ?? 35}%` }} className={percentage === undefined ? 'bone' : ''} />
          </div>
          <span className="text-[13px] text-soft w-12 text-right">{valueText ?? '…'}</span>
        </div>
      )}
    </ProgressBar>
  )
}
