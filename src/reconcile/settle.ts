import type { HitCode } from './hit-code.ts'
import { type Rule, STRONG } from './rule.ts'
import { setAsideBy } from './set-aside.ts'

/** What each verdict weighs before its reasons are added. */
export const BASE = { contradicted: 0, unexplained: 10, weak: 2, explained: -30 } as const

/**
 * One row of `work_settled` for each access that any rule hit: its hits, one a rule (the strongest, ties by witness so
 * that the choice never varies), their strengths, verdict, score, main rule. Contradicted beats unexplained beats weak
 * beats explained: any contradiction decides; else the strongest template.
 */
export function settledSql(code: HitCode, rules: readonly Rule[]): string {
  const number = 'reinterpretAsUInt8(h)'
  // Not bitTest, which knows no more than 64 bits.
  const has = (set: string, rule: string) => `bitAnd(${set}, ${masks}[${rule} + 1]) != 0`
  const masks = `[${code.rules.map((rule) => code.set([rule.id])).join(', ')}]`
  const best = `arrayFilter((h, i) -> i = 1, sorted, arrayEnumerateUniq(arrayMap(h -> ${number}, sorted)))`
  const chosen = `SELECT n, hit, arraySort(arrayFilter(h -> ${has('hit', number)}, every)) AS sorted, ${best} AS best,
    arrayMap(h -> toUInt8(255 - reinterpretAsUInt8(substring(h, 2, 1))), best) AS strengths, arrayMap(h -> ${number}, best) AS numbers
    FROM (${struckOutSql(code, rules)})`
  const names = `[${code.rules.map((rule) => `'${rule.id}'`).join(', ')}]`
  const points = `[${code.rules.map((rule) => `toInt16(${rule.points})`).join(', ')}]`
  const contradictions = code.set(code.rules.filter((rule) => rule.kind === 'contradiction').map((rule) => rule.id))
  const main = `arraySort((r, s) -> (NOT (${has(contradictions, 'r')}), -${points}[r + 1], -s, r), numbers, strengths)[1]`
  return `SELECT n, best, strengths, arrayMax(arrayConcat([0], strengths)) AS strength,
    toLowCardinality(multiIf(bitAnd(hit, ${contradictions}) != 0, 'contradicted',
      strength >= ${STRONG}, 'explained', strength > 0, 'weak', 'unexplained')) AS verdict,
    toInt32(arraySum(arrayMap(r -> ${points}[r + 1], numbers)) + transform(toString(verdict), ['contradicted', 'explained', 'weak'],
      [${BASE.contradicted}, ${BASE.explained}, ${BASE.weak}], ${BASE.unexplained})) AS score,
    toLowCardinality(if(empty(numbers), '', ${names}[1 + ${main}])) AS main_rule
    FROM (${chosen})`
}

// Every access's hits together, and as a set those that no other rule sets aside. A rule sets aside by having been found,
// whether or not it is itself set aside: else one reason less against an access could bring another one back.
function struckOutSql(code: HitCode, rules: readonly Rule[]): string {
  const aside = [...setAsideBy(rules)].map(
    ([id, others]) => `if(bitAnd(found, ${code.set(others)}) != 0, ${code.set([id])}, ${code.set([])})`,
  )
  const struck = aside.length === 0 ? code.set([]) : aside.join(' + ')
  return `SELECT n, every, bitAnd(found, bitNot(${struck})) AS hit FROM
    (SELECT n, groupBitOr(bits) AS found, groupArrayArray(hits) AS every FROM work_hit GROUP BY n)`
}
