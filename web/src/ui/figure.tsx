import { figure } from '../format/figure.ts'

/** A number with thousands separators and, smaller, its unit. */
export function Figure({ value, unit }: { readonly value: number; readonly unit?: string }) {
  return (
    <span className="whitespace-nowrap">
      {figure(value)}
      {unit && <span className="text-faint text-[12.5px]"> {unit}</span>}
    </span>
  )
}
