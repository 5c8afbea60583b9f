import type { Services } from '../src/http/services.ts'

interface Planted {
  readonly scenario: string
  readonly source_id: string
}

const FIRST_PAGE = 30
const MONTH_BUDGET = 1000

/**
 * How the planted misuse fared: its share contradicted, unexplained, wrongly explained; scenarios within the first
 * 30 rows and the first 1,000; the share of honest accesses wrongly contradicted. The only reader of the truth file.
 */
export async function scoreAgainstTruth(services: Services, truth: string): Promise<object> {
  const planted = new Map(
    truth
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Planted)
      .map((each) => [each.source_id, each.scenario]),
  )
  const top = await services.reconcile.listVerdicts({ sort: 'rank', offset: 0, limit: 500 })
  const next = await services.reconcile.listVerdicts({ sort: 'rank', offset: 500, limit: 500 })
  const places = new Map([...top.rows, ...next.rows].map((row, i) => [row.accessId, i]))
  const ranked: (string | undefined)[] = new Array(places.size).fill(undefined)
  const counts: Record<string, Record<string, number>> = {}
  let [honest, honestContradicted, honestExplained] = [0, 0, 0]
  for await (const row of services.reconcile.streamSourceVerdicts()) {
    const scenario = planted.get(row.sourceId)
    const place = places.get(row.accessId)
    if (place !== undefined) ranked[place] = scenario
    if (scenario === undefined) {
      honest++
      if (row.verdict === 'contradicted') honestContradicted++
      if (row.verdict === 'explained') honestExplained++
    } else {
      counts[scenario] ??= {}
      const of = counts[scenario]
      of[row.verdict] = (of[row.verdict] ?? 0) + 1
    }
  }
  return {
    honest_explained: share(honestExplained, honest),
    honest_contradicted: share(honestContradicted, honest),
    planted: counts,
    first_30: scenariosIn(ranked.slice(0, FIRST_PAGE)),
    first_1000: scenariosIn(ranked.slice(0, MONTH_BUDGET)),
    first_1000_of: recallIn(ranked.slice(0, MONTH_BUDGET), [...planted.values()]),
    first_30_precision: share(ranked.slice(0, FIRST_PAGE).filter(Boolean).length, FIRST_PAGE),
  }
}

const scenariosIn = (ranked: readonly (string | undefined)[]): string[] =>
  [...new Set(ranked.filter((each) => each !== undefined))].sort()
/** `found/planted` of each scenario. */
const recallIn = (ranked: readonly (string | undefined)[], planted: readonly string[]): Record<string, string> => {
  const count = (of: readonly (string | undefined)[], scenario: string) => of.filter((each) => each === scenario).length
  return Object.fromEntries(
    scenariosIn(planted).map((each) => [each, `${count(ranked, each)}/${count(planted, each)}`]),
  )
}
const share = (part: number, whole: number): number => Math.round((part / Math.max(whole, 1)) * 100_000) / 100_000
