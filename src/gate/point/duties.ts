import type { Decision } from '../decision.ts'

/** A duty as the Obligations profile carries it. `id` is what a receipt names. */
export interface Duty {
  readonly id: string
  readonly type: 'custom' | 'step-up'
  readonly properties: Readonly<Record<string, unknown>>
}

export const DUTIES = ['mask', 'watermark', 'disclosure_log', 'justify', 'row_limit', 'no_export', 'step-up'] as const

/**
 * What a permit obliges the asking system to do itself, since the rows are in its hands: mask, mark, log, stop at so many
 * rows. Telling superior and ethics office is done here and not asked of it.
 */
export function dutiesOf({ obligations }: Decision): readonly Duty[] {
  return [...obligations.flatMap(dutyOf), custom('disclosure_log', {})]
}

function dutyOf(each: Decision['obligations'][number]): readonly Duty[] {
  switch (each.type) {
    case 'mask':
      return each.level === 'full' ? [] : [custom('mask', { level: each.level })]
    case 'watermark':
      return [custom('watermark', { rendering: each.rendering })]
    case 'row-limit':
      return [custom('row_limit', { rows: each.rows })]
    case 'no-export':
      return [custom('no_export', {})]
    case 'challenge':
      return [custom('justify', { per_mille: each.perMille })]
    case 'step-up':
      return [{ id: 'step-up', type: 'step-up', properties: { acr_value: 'phr', max_age_minutes: each.minutes } }]
    case 'notify':
      return []
  }
}

const custom = (id: string, rest: Readonly<Record<string, unknown>>): Duty => ({
  id,
  type: 'custom',
  properties: { vendor: 'shoumi', duty: id, ...rest },
})

/** Duties the asking system says it cannot do; a system that says nothing is taken to know them all. */
export function cannotDo(
  duties: readonly Duty[],
  context: Readonly<Record<string, unknown>> | undefined,
): readonly Duty[] {
  const stated = context?.['supported_obligations']
  if (!Array.isArray(stated)) return []
  const able = new Set(stated.map(String))
  return duties.filter(({ id, type }) => !able.has(id) && !able.has(type) && !able.has(`${type}:${id}`))
}
