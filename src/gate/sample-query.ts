import { ok, type Result } from '../base/result.ts'
import type { QueryColumn } from './catalogue.ts'
import type { Row } from './connector.ts'
import type { MaskLevel } from './decision.ts'
import { type DiscloseAsk, type DiscloseDeps, type DiscloseFailure, discloseQuery } from './disclose.ts'

/** What a chief sees before he approves. */
export interface QuerySample {
  readonly disclosureCode: string
  readonly columns: readonly QueryColumn[]
  /** the first row under the strongest mask; undefined when nothing was found */
  readonly first: Row | undefined
  readonly count: number
  readonly isCut: boolean
  /** fewest rows of the answer that look alike under that mask: 1 means the mask hides nobody */
  readonly k: number
}

const SAMPLE_ROWS = 1000

/**
 * Runs the query for the one who decides: rows are counted and one is shown, under the
 * strongest mask. It is a disclosure to the approver and recorded as one, under his own account.
 */
export async function sampleQuery(deps: DiscloseDeps, ask: DiscloseAsk): Promise<Result<QuerySample, DiscloseFailure>> {
  const strong: DiscloseAsk = {
    ...ask,
    decision: {
      ...ask.decision,
      outcome: 'permit',
      obligations: [
        { type: 'mask', level: 'strong' satisfies MaskLevel },
        { type: 'row-limit', rows: SAMPLE_ROWS },
      ],
    },
  }
  const disclosed = await discloseQuery(deps, strong)
  if (!disclosed.ok) return disclosed
  const groups = new Map<string, number>()
  let first: Row | undefined
  let count = 0
  for await (const row of disclosed.value.rows) {
    first ??= row
    count += 1
    const key = JSON.stringify(row)
    groups.set(key, (groups.get(key) ?? 0) + 1)
  }
  return ok({
    disclosureCode: disclosed.value.disclosureCode,
    columns: disclosed.value.columns,
    first,
    count,
    isCut: disclosed.value.ended()?.state === 'cut',
    k: Math.min(...groups.values(), count),
  })
}
