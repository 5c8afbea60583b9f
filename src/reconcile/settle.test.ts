import { expect, test } from 'vitest'
import { hitCode, MAX_RULES } from './hit-code.ts'
import { type Rule, rule } from './rule.ts'
import { setAsideLayers } from './settle.ts'

const made = (id: string, unless: readonly string[] = [], kind = 'flag'): Rule =>
  rule.parse({
    id,
    kind,
    title: 't',
    titleEn: 't',
    sentence: 's',
    sentenceEn: 's',
    unless,
    ...(kind === 'template' && { strength: 2 }),
  })

test('a rule is set aside only by rules evaluated before it, and only once these are decided themselves', () => {
  const rules = [
    made('first', [], 'template'),
    made('second', ['first'], 'template'),
    made('third', ['second', 'strong']),
    made('early', ['late'], 'template'),
    made('late'),
  ]
  expect(setAsideLayers(rules).map((layer) => [...layer])).toEqual([[['second', ['first']]], [['third', ['second']]]])
})

test('hits sort by rule, then strength from high to low', () => {
  const code = hitCode([made('b-rule'), made('a-rule')])
  expect(code.rules.map((each) => each.id)).toEqual(['a-rule', 'b-rule'])
  expect(code.start('a-rule', 5)).toBe("unhex('00fa')")
  expect(code.start('b-rule', 2)).toBe("unhex('01fd')")
})

test('more than 64 rules take a wider set; 256 are refused', () => {
  const many = (count: number) => Array.from({ length: count }, (_, i) => made(`rule-${String(i).padStart(3, '0')}`))
  expect(hitCode(many(64)).set(['rule-063'])).toBe(`toUInt64('${2n ** 63n}')`)
  expect(hitCode(many(65)).set(['rule-064'])).toBe(`toUInt256('${2n ** 64n}')`)
  expect(() => hitCode(many(MAX_RULES + 1))).toThrow('at most 255')
})
