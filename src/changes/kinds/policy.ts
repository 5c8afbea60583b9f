import { z } from 'zod'
import { fail, ok } from '../../base/result.ts'
import type { LivePolicies } from '../../gate/port.ts'
import type { PolicyDifference } from '../../wire/gate-policy.ts'
import type { ChangeKind, Words } from '../change.ts'

const value = z.strictObject({ file: z.string().regex(/^[a-z][a-z0-9-]{0,60}$/), text: z.string().min(1).max(100_000) })
const SHOWN_CHANGES = 20

/**
 * The gate's policies of one data set, or those all have in common. Whoever decides sees the two texts and what follows:
 * who gets in otherwise than before, from every situation the policies can tell apart.
 */
export function policyKind(policies: LivePolicies): ChangeKind {
  return {
    kind: 'policy',
    current: async (file) => policies.text(file) ?? null,
    read: async (given) => {
      const parsed = value.safeParse(given)
      if (!parsed.success) return fail(MALFORMED)
      const { file, text } = parsed.data
      const bound = policies.bindWith(file, text)
      if (!bound.ok) return fail({ zh: `政策有誤：${bound.error}`, en: `The policies are wrong: ${bound.error}` })
      return ok({
        target: file,
        agency: '',
        value: { file, text },
        after: text,
        refusal: async () => undefined,
        consequences: async () => wordsOf(await policies.compareWith(bound.value)),
      })
    },
    takeUp: async (values) => {
      const texts = [...values.values()].map((each) => value.parse(each))
      policies.adopt(new Map(texts.map(({ file, text }) => [file, text])))
    },
  }
}

function wordsOf({ changes, tried, isWhole }: PolicyDifference): readonly Words[] {
  const count = tried.toLocaleString()
  const whole = isWhole
    ? { zh: '為政策分得出的全部', en: 'all that the policies can tell apart' }
    : { zh: '未必涵蓋全部', en: 'there may be more' }
  const summary = {
    zh: `試算 ${count} 種情況（${whole.zh}），${changes.length === 0 ? '結果完全相同。' : '改變如下。'}`,
    en: `${count} situations tried (${whole.en}): ${changes.length === 0 ? 'no outcome changes.' : 'these change.'}`,
  }
  const told = changes.slice(0, SHOWN_CHANGES).map(({ dataSet, from, to, count: n, isWider, examples: [first] }) => {
    const example = first ? `${first.purpose}／${first.act}／${first.standing}／${first.case}` : ''
    return {
      zh: `${isWider ? '▲ 放寬' : '▽ 收緊'}　${dataSet}：${from} → ${to}，${n.toLocaleString()} 種，例如 ${example}`,
      en: `${isWider ? '▲ wider' : '▽ narrower'}　${dataSet}: ${from} → ${to}, ${n.toLocaleString()}, e.g. ${example}`,
    }
  })
  return [summary, ...told]
}

const MALFORMED: Words = {
  zh: '須有 file（資料集代號或 common）與 text（政策全文）。',
  en: 'It takes file (a data set, or common) and text (its policies).',
}
