import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../../base/canonical-json.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import { type EvaluationAnswer, type EvaluationBody, type EvaluationsBody, evaluationBody } from '../../wire/authzen.ts'

/** A system that asks on behalf of its users. */
export interface AskingSystem {
  readonly system: string
  readonly agency: string
  /** answers are always yes; what would have been said is recorded */
  readonly isShadow: boolean
}

/** One question judged; nothing has been answered or recorded yet. */
export interface Judged {
  readonly decision: boolean
  readonly context?: EvaluationAnswer['context']
}

/** What a search asks; the part that is searched for has no id. */
export interface SearchAsk {
  readonly subject: { readonly type: string; readonly id?: string; readonly properties?: Properties | undefined }
  readonly action?: EvaluationBody['action']
  readonly resource: { readonly type: string; readonly id?: string; readonly properties?: Properties | undefined }
  readonly context?: Properties | undefined
}
type Properties = Readonly<Record<string, unknown>>
export type SearchKind = 'subject' | 'resource' | 'action'

/**
 * Who decides behind the protocol. `judge` has no effect that lasts; `settle` records what was judged, durably, and only
 * then gives the answers that may be sent, in the same order.
 */
export interface DecisionPoint<Kept extends Judged = Judged> {
  /** `before`: judged in the same call, so not yet on record */
  judge(system: AskingSystem, evaluation: EvaluationBody, before: readonly Kept[]): Promise<Kept>
  /** `decision-stale`: by now it would be judged otherwise; nothing was recorded, judge again */
  settle(system: AskingSystem, judged: readonly Kept[]): Promise<Result<readonly EvaluationAnswer[], 'decision-stale'>>
  search(system: AskingSystem, kind: SearchKind, ask: SearchAsk): Promise<readonly Readonly<Record<string, string>>[]>
}

/** One evaluation (AuthZEN 1.0 §6). */
export async function answerOne(
  point: DecisionPoint,
  system: AskingSystem,
  evaluation: EvaluationBody,
): Promise<EvaluationAnswer> {
  const settled = await judgeAndSettle(point, system, async () => [await point.judge(system, evaluation, [])])
  return settled[0] ?? STALE
}

/**
 * A batch (§7): every item takes from the defaults what it lacks and is judged on its own; an incomplete item is a deny
 * with its error, never a failure of the whole. The short-circuit semantics end the list with the deciding item. Without
 * items it is one evaluation. Fails when that one is incomplete.
 */
export async function answerMany(
  point: DecisionPoint,
  system: AskingSystem,
  body: EvaluationsBody,
): Promise<Result<EvaluationAnswer | { readonly evaluations: readonly EvaluationAnswer[] }, 'malformed'>> {
  const items = body.evaluations ?? []
  if (items.length === 0) {
    const single = evaluationBody.safeParse(body)
    return single.success ? ok(await answerOne(point, system, single.data)) : fail('malformed')
  }
  const semantic = body.options?.evaluations_semantic ?? 'execute_all'
  const ending = { execute_all: undefined, deny_on_first_deny: false, permit_on_first_permit: true }[semantic]
  let judged: (Judged | undefined)[] = []
  const judgeAll = async () => {
    judged = []
    const whole: Judged[] = []
    for (const item of items) {
      const evaluation = evaluationBody.safeParse(withDefaults(body, item))
      const each = evaluation.success ? await point.judge(system, evaluation.data, whole) : undefined
      judged.push(each)
      if (each) whole.push(each)
      if ((each?.decision ?? false) === ending) break
    }
    return whole
  }
  const settled = await judgeAndSettle(point, system, judgeAll)
  let next = 0
  return ok({ evaluations: judged.map((each) => (each ? (settled[next++] ?? STALE) : INCOMPLETE)) })
}

const MAX_JUDGED_AGAIN = 3

/** Judges, and again while others of the same asker came in between; nothing at all where that does not end. */
async function judgeAndSettle<Kept extends Judged>(
  point: DecisionPoint<Kept>,
  system: AskingSystem,
  judge: () => Promise<readonly Kept[]>,
): Promise<readonly EvaluationAnswer[]> {
  for (let again = 0; again <= MAX_JUDGED_AGAIN; again++) {
    const settled = await point.settle(system, await judge())
    if (settled.ok) return settled.value
  }
  return []
}

const STALE: EvaluationAnswer = { decision: false, context: { reason: 'decision-stale' } }
const INCOMPLETE: EvaluationAnswer = {
  decision: false,
  context: { error: { status: 400, message: 'subject, action or resource is missing or malformed' } },
}

const NAMING = ['type', 'id', 'name'] as const

/**
 * Members an item lacks come whole from the defaults. Within a member only an absent `type`, `id` or `name` is filled:
 * the scenario's text forbids merging, its test wants exactly this (gateways.md c5); both are met.
 */
export function withDefaults(defaults: EvaluationsBody, item: unknown): unknown {
  if (!isObject(item)) return item
  const filled: Record<string, unknown> = { ...item }
  for (const key of ['subject', 'action', 'resource', 'context'] as const) {
    const [own, general] = [item[key], defaults[key]]
    if (own === undefined) filled[key] = general
    else if (key !== 'context' && isObject(own) && general) filled[key] = { ...pick(general), ...own }
  }
  return filled
}

const pick = (general: Properties) =>
  Object.fromEntries(NAMING.flatMap((name) => (name in general ? [[name, general[name]]] : [])))

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export interface Page {
  readonly token?: string | undefined
  readonly limit?: number | undefined
}

/**
 * A page of search results (§8.3). The token stands for a place in the results of exactly this question: everything
 * else of the request has to stay the same. `malformed`: a token that is not ours or belongs to another question.
 */
export function pageOf<Found>(
  found: readonly Found[],
  ask: SearchAsk,
  page: Page | undefined,
): Result<{ readonly page?: { next_token: string; count: number; total: number }; results: Found[] }, 'malformed'> {
  if (!page) return ok({ results: [...found] })
  const mark = createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(ask)) as Json))
    .digest('hex')
    .slice(0, 16)
  const [of = mark, at = '0'] = page.token ? Buffer.from(page.token, 'base64url').toString().split(' ') : []
  const from = Number(at)
  if (of !== mark || !Number.isSafeInteger(from) || from < 0) return fail('malformed')
  const results = found.slice(from, from + (page.limit ?? found.length))
  const next = from + results.length
  const token = next < found.length ? Buffer.from(`${mark} ${next}`).toString('base64url') : ''
  return ok({ page: { next_token: token, count: results.length, total: found.length }, results })
}
