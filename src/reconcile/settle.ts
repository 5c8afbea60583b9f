import { setAsideBy } from './evaluation-order.ts'
import type { HitCode } from './hit-code.ts'
import { type Rule, STRONG } from './rule.ts'

/** What each verdict weighs before its reasons are added. */
export const BASE = { contradicted: 0, unexplained: 10, weak: 2, explained: -30 } as const

/**
 * One row of `work_settled` for each access that any rule hit: its hits, one a rule (the strongest, ties by witness so
 * that the choice never varies), their strengths, verdict, score, main rule. Contradicted beats unexplained beats weak
 * beats explained: any contradiction decides; else the strongest template.
 */
export function settledSql(code: HitCode, rules: readonly Rule[]): string {
  const number = 'reinterpretAsUInt8(h)'
  const best = `arrayFilter((h, i) -> i = 1, sorted, arrayEnumerateUniq(arrayMap(h -> ${number}, sorted)))`
  const chosen = `SELECT n, hit, arraySort(arrayFilter(h -> bitTest(hit, ${number}), every)) AS sorted, ${best} AS best,
    arrayMap(h -> toUInt8(255 - reinterpretAsUInt8(substring(h, 2, 1))), best) AS strengths, arrayMap(h -> ${number}, best) AS numbers
    FROM (${struckOutSql(code, rules)})`
  const names = `[${code.rules.map((rule) => `'${rule.id}'`).join(', ')}]`
  const points = `[${code.rules.map((rule) => `toInt16(${rule.points})`).join(', ')}]`
  const contradictions = code.set(code.rules.filter((rule) => rule.kind === 'contradiction').map((rule) => rule.id))
  const main = `arraySort((r, s) -> (-bitTest(${contradictions}, r), -${points}[r + 1], -s, r), numbers, strengths)[1]`
  return `SELECT n, best, strengths, arrayMax(arrayConcat([0], strengths)) AS strength,
    toLowCardinality(multiIf(bitAnd(hit, ${contradictions}) != 0, 'contradicted',
      strength >= ${STRONG}, 'explained', strength > 0, 'weak', 'unexplained')) AS verdict,
    toInt32(arraySum(arrayMap(r -> ${points}[r + 1], numbers)) + transform(toString(verdict), ['contradicted', 'explained', 'weak'],
      [${BASE.contradicted}, ${BASE.explained}, ${BASE.weak}], ${BASE.unexplained})) AS score,
    toLowCardinality(if(empty(numbers), '', ${names}[1 + ${main}])) AS main_rule
    FROM (${chosen})`
}

// Every access's hits together, and as a set those that no other rule sets aside.
function struckOutSql(code: HitCode, rules: readonly Rule[]): string {
  return setAsideLayers(rules).reduce((from, layer) => {
    const aside = [...layer].map(
      ([id, others]) => `if(bitAnd(hit, ${code.set(others)}) != 0, ${code.set([id])}, ${code.set([])})`,
    )
    return `SELECT n, every, bitAnd(hit, bitNot(${aside.join(' + ')})) AS hit FROM (${from})`
  }, 'SELECT n, groupBitOr(bits) AS hit, groupArrayArray(hits) AS every FROM work_hit GROUP BY n')
}

/** Layers of rules that others set aside, each decided before the next: rule → the rules before it that set it aside. */
export function setAsideLayers(rules: readonly Rule[]): ReadonlyMap<string, readonly string[]>[] {
  const levels = new Map<string, number>()
  const layers: Map<string, readonly string[]>[] = []
  for (const [id, others] of setAsideBy(rules)) {
    const level = Math.max(...others.map((each) => levels.get(each) ?? 0))
    levels.set(id, level + 1)
    layers[level] = (layers[level] ?? new Map<string, readonly string[]>()).set(id, others)
  }
  return layers
}
