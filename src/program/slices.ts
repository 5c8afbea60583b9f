import type { Slice } from '../edge/slice.ts'
import type { Services } from '../http/services.ts'
import { reconcileSlice } from '../reconcile/port.ts'

/** What slices are made of. */
export type Parts = Omit<Services, 'slices'>

/** The program is this list: whoever adds a slice writes its folder and one line here. */
export const slicesOf = (parts: Parts): readonly Slice[] => [reconcileSlice(parts)]
