import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { rule } from './rule.ts'
import { crossCheck, loadRuleSet, readRules } from './rule-set.ts'

test('the built-in rules are well-formed: at least ten templates, ten contradictions, and flags', async () => {
  const loaded = await loadRuleSet()
  if (!loaded.ok) throw new Error(loaded.error.join('\n'))
  const count = (kind: string) => loaded.value.rules.filter((rule) => rule.kind === kind).length
  expect(count('template')).toBeGreaterThanOrEqual(10)
  expect(count('contradiction')).toBeGreaterThanOrEqual(10)
  expect(count('flag')).toBeGreaterThanOrEqual(10)
  expect(loaded.value.version).toMatch(/^[0-9a-f]{12}$/)
})

test('the JSON Schema beside the rules, for editors, says what the program checks', async () => {
  const kept: unknown = JSON.parse(await readFile(join(import.meta.dirname, 'rules/rules.schema.json'), 'utf8'))
  expect(kept).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(z.array(rule), { io: 'input' }))))
})

describe('malformed rules', () => {
  test('are reported all at once, each with file, rule and field', () => {
    const errors: string[] = []
    readRules(
      'x.yaml',
      '- { id: a-b, kind: template, title: t, titleEn: t, sentence: s, sentenceEn: s, strength: 9 }\n- { id: "1", kind: nope }\n',
      errors,
    )
    expect(errors.join('\n')).toContain('x.yaml: a-b: strength')
    expect(errors.join('\n')).toContain('x.yaml: 1: kind')
  })

  test('cannot smuggle SQL: every name is a plain word', () => {
    const errors: string[] = []
    const path = '[{ table: party, as: p, on: { subject: a.subject }, where: [{ column: role, is: "x\' OR 1 --" }] }]'
    readRules(
      'x.yaml',
      `- { id: a-b, kind: flag, title: t, titleEn: t, sentence: s, sentenceEn: s, path: ${path} }`,
      errors,
    )
    expect(errors).toHaveLength(1)
  })

  test('that set strong evidence aside are refused: only weak templates give way', () => {
    const template = (strength: number) =>
      `{ id: t-${strength}, kind: template, title: t, titleEn: t, sentence: s, sentenceEn: s, strength: ${strength}, unless: [t-2] }`
    const rules = readRules('x.yaml', `- ${template(2)}\n- ${template(3)}\n`, [])
    expect(crossCheck(rules)).toEqual(['t-3: a template of strength 3 or more is set aside by nothing'])
  })

  test('naming a table, a column or a rule that does not exist are found', () => {
    const errors: string[] = []
    const rules = readRules(
      'x.yaml',
      `- { id: one, kind: flag, title: t, titleEn: t, sentence: '{p.nothing}', sentenceEn: s, unless: [two], path: [{ table: party, as: p, on: { nope: a.subject } }] }
- { id: one, kind: flag, title: t, titleEn: t, sentence: s, sentenceEn: s, path: [{ table: nowhere, as: p, on: { subject: a.subject } }] }`,
      errors,
    )
    expect(errors).toEqual([])
    const found = crossCheck(rules).join('\n')
    for (const words of [
      'no column p.nothing',
      'unless names no rule two',
      'no column p.nope',
      'id used twice',
      'no evidence kind nowhere',
    ])
      expect(found).toContain(words)
  })
})
