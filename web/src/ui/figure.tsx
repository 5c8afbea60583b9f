import { figure } from '../format/figure.ts'

/** A number with thousands separators and, smaller, its unit. */
export function Figure({ value, unit }: { readonly value: number; readonly unit: string }) {
  return (
    <span className="figure">
      <b>{figure(value)}</b> <small>{unit}</small>
    </span>
  )
}
