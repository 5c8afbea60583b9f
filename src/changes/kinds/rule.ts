import { z } from 'zod'
import { fail, ok } from '../../base/result.ts'
import type { Reconcile } from '../../reconcile/port.ts'
import type { ChangeKind, Words } from '../change.ts'

const value = z.strictObject({
  id: z.string().max(60),
  isOn: z.boolean(),
  points: z.number().int().min(-100).max(100).optional(),
  strength: z.number().int().min(0).max(5).optional(),
})

/** A reconciliation rule on or off, its points and strength. What a rule is stands in its file and is not changed here. */
export function ruleKind({ ruleSetting, adjustRules }: Pick<Reconcile, 'ruleSetting' | 'adjustRules'>): ChangeKind {
  return {
    kind: 'rule',
    current: async (id) => {
      const setting = ruleSetting(id)
      return setting ? { ...setting } : null
    },
    read: async (given) => {
      const parsed = value.safeParse(given)
      if (!parsed.success) return fail(MALFORMED)
      const { id, isOn, points, strength } = parsed.data
      const now = ruleSetting(id)
      if (!now) return fail(UNKNOWN)
      const after = { isOn, points: points ?? now.points, strength: strength ?? now.strength }
      return ok({
        target: id,
        agency: '',
        value: { id, ...after },
        after,
        refusal: async () => undefined,
        consequences: async () => [isOn ? CONSEQUENCE : { zh: OFF.zh, en: OFF.en }],
      })
    },
    takeUp: async (values) => {
      const settings = [...values.values()].map((each) => value.parse(each))
      adjustRules(new Map(settings.map(({ id, isOn, points = 0, strength = 0 }) => [id, { isOn, points, strength }])))
    },
  }
}

const MALFORMED: Words = {
  zh: '須有 id 與 isOn；points 為 −100 至 100，strength 為 0 至 5。',
  en: 'It takes id and isOn; points −100 to 100, strength 0 to 5.',
}
const UNKNOWN: Words = { zh: '查無此範本。', en: 'There is no such rule.' }
const CONSEQUENCE: Words = {
  zh: '下一次勾稽起適用；已有的判定待該期間重新勾稽才更新，判定經過保留兩者。',
  en: 'Holds from the next reconciliation; verdicts given before change when their window is judged anew, and history keeps both.',
}
const OFF: Words = { zh: `停用此範本。${CONSEQUENCE.zh}`, en: `The rule is switched off. ${CONSEQUENCE.en}` }
