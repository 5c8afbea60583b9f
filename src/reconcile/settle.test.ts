import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryAnalytics } from '../../test/engines.ts'
import { hitCode, MAX_RULES } from './hit-code.ts'
import { type Rule, rule } from './rule.ts'
import { settledSql } from './settle.ts'

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

describe('what a rule names in unless', () => {
  let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
  beforeAll(async () => {
    analytics = await temporaryAnalytics()
  })
  afterAll(() => analytics.close())

  /** The rules that stand when all these were found on one access. */
  async function standing(rules: readonly Rule[], found: readonly string[]): Promise<readonly string[]> {
    const code = hitCode(rules)
    await analytics.command('DROP TABLE IF EXISTS work_hit SYNC')
    await analytics.command(
      `CREATE TABLE work_hit (n UInt32, bits ${code.setType}, strong Bool, hits Array(String)) ENGINE = Memory`,
    )
    for (const id of found)
      await analytics.command(`INSERT INTO work_hit SELECT 1, ${code.set([id])}, false, [${code.start(id, 0)}]`)
    const [row] = await analytics.rows<{ numbers: number[] }>(
      `SELECT arrayMap(h -> reinterpretAsUInt8(h), best) AS numbers FROM (${settledSql(code, rules)})`,
    )
    return (row?.numbers ?? []).map((number) => code.rules[number]?.id ?? '')
  }
  const chain = [made('a-first'), made('b-second', ['a-first']), made('c-third', ['b-second'])]

  test('sets it aside by having been found, even where it is itself set aside', async () => {
    expect(await standing(chain, ['a-first', 'b-second', 'c-third'])).toEqual(['a-first'])
  })

  test('sets nothing aside where it was not found', async () => {
    expect(await standing(chain, ['a-first', 'c-third'])).toEqual(['a-first', 'c-third'])
  })

  test('counts wherever in the files it stands', async () => {
    const rules = [made('early', ['late']), made('late')]
    expect(await standing(rules, ['early', 'late'])).toEqual(['late'])
  })

  test.each([64, 65, 129, MAX_RULES])('holds among %i rules', async (count) => {
    const rules = Array.from({ length: count - 2 }, (_, i) => made(`rule-${String(i).padStart(3, '0')}`))
    const last = [made('x-last', ['y-last']), made('y-last')]
    expect(await standing([...rules, ...last], ['rule-000', 'x-last', 'y-last'])).toEqual(['rule-000', 'y-last'])
  })
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
  expect(hitCode(many(65)).set(['rule-064'])).toBe(`toUInt128('${2n ** 64n}')`)
  expect(hitCode(many(129)).set(['rule-128'])).toBe(`toUInt256('${2n ** 128n}')`)
  expect(() => hitCode(many(MAX_RULES + 1))).toThrow('at most 255')
})
