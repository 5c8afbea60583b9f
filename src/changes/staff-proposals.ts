import { fail } from '../base/result.ts'
import type { Proposals } from '../organisation/port.ts'
import type { Changes } from './create-changes.ts'

/** The organisation's way up to changes: what a file or a directory may not do alone is proposed in its name. */
export function staffProposals(changes: () => Pick<Changes, 'propose' | 'standing'>): Proposals {
  return {
    propose: async (waiting, doer) => {
      const { id, fileName } = waiting
      const reason = fileName === '' ? '人員目錄陳報' : `人事名冊 ${fileName}`
      const proposed = await changes().propose({ kind: 'staff', value: { waiting: id }, reason }, doer)
      if (proposed.ok) return proposed
      return fail(proposed.error.code === 'refused' ? proposed.error.words : NOT_PROPOSED)
    },
    standing: (waitingId) => changes().standing('staff', waitingId),
  }
}

const NOT_PROPOSED = {
  zh: '這份異動使人取得權限，須由兩人變更；目前無法提出。',
  en: 'It gives somebody power and takes two persons; it cannot be proposed now.',
}
