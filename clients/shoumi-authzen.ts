/**
 * A client for systems that ask Shoumi before they show a record (OpenID AuthZEN 1.0, Obligations, Access Request and
 * Approval Profile). No dependencies; one file to copy. The rule for whoever calls it: only `permitted: true` with every
 * duty done is a yes; an error, a timeout, an unknown duty is a no.
 */
export interface Look {
  /** account of the official */
  readonly user: string
  /** when he last proved his presence, where your system asks for it */
  readonly stepUpAt?: Date
  readonly act: 'query' | 'export' | 'print' | 'copy'
  /** `<query>@<version>` of the catalogue */
  readonly query: string
  readonly parameters: Readonly<Record<string, string>>
  readonly purpose: string
  readonly caseNumber: string
}

export interface Duty {
  readonly id: string
  readonly type: string
  readonly properties: Readonly<Record<string, unknown>>
}

export type Outcome =
  | { readonly permitted: true; readonly evaluation: string; readonly duties: readonly Duty[] }
  | {
      readonly permitted: false
      readonly evaluation: string
      readonly reason: string
      /** what to show the official */
      readonly words: { readonly 'zh-TW': string; readonly en: string } | undefined
      /** present when he may ask for approval */
      readonly offer: { readonly template: string; readonly binding_token: string } | undefined
    }

export interface Approval {
  readonly id: string
  readonly state: string
}

interface Answer {
  readonly decision?: unknown
  readonly context?: Readonly<Record<string, unknown>>
}

const TIMEOUT_MS = 5000

/** `duties`: what your system can do (`custom:mask`, `custom:watermark`, …); a permit that needs more is a no. */
export function shoumiClient(address: string, key: string, duties: readonly string[]) {
  const send = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await fetch(new URL(path, address), {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`shoumi: ${path} ${response.status}`)
    return (await response.json()) as Answer & Readonly<Record<string, unknown>>
  }
  return {
    /** May he do this now? Throws when there is no answer: then show nothing. */
    evaluate: async (look: Look, approval?: Approval): Promise<Outcome> =>
      outcomeOf(await send('POST', '/access/v1/evaluation', tupleOf(look, duties, approval))),
    /** Several looks in one call, in their order. */
    evaluateMany: async (looks: readonly Look[]): Promise<readonly Outcome[]> => {
      const evaluations = looks.map((look) => tupleOf(look, duties))
      const answer = await send('POST', '/access/v1/evaluations', { evaluations })
      return (answer['evaluations'] as readonly Answer[]).map(outcomeOf)
    },
    /** Sends a refused look for approval. `idempotencyKey`: the same for every try of the same request. */
    requestApproval: (look: Look, refused: Outcome, justification: string, idempotencyKey: string) => {
      if (refused.permitted || !refused.offer) throw new Error('shoumi: nothing to ask approval for')
      const { context, ...tuple } = tupleOf(look, duties)
      const denial = { evaluation_id: refused.evaluation, binding_token: refused.offer.binding_token }
      const body = { ...tuple, context: { ...context, business_justification: justification }, denial }
      return send('POST', '/access/v1/requests', body, { 'idempotency-key': idempotencyKey })
    },
    /** How a request stands; once approved `result.approval` goes into `evaluate`. */
    task: (id: string) => send('GET', `/access/v1/requests/${encodeURIComponent(id)}`),
    /** Tells what was done with a permit. Too many untold end the permits. */
    receipt: (evaluation: string, fulfilled: readonly string[], rows: number) =>
      send('POST', '/access/v1/receipts', { evaluation_id: evaluation, fulfilled, rows }),
  }
}

function tupleOf(look: Look, duties: readonly string[], approval?: Approval) {
  return {
    subject: { type: 'user', id: look.user, ...(look.stepUpAt && { properties: { step_up_at: look.stepUpAt } }) },
    action: { name: look.act, properties: { processing_activity_id: look.purpose } },
    resource: { type: 'catalogued-query', id: look.query, properties: { parameters: look.parameters } },
    context: {
      supported_obligations: duties,
      ...(look.caseNumber !== '' && { case: { number: look.caseNumber } }),
      ...(approval && { approval }),
    },
  }
}

function outcomeOf({ decision, context = {} }: Answer): Outcome {
  const evaluation = String(context['evaluation_id'] ?? '')
  if (decision === true)
    return { permitted: true, evaluation, duties: (context['obligations'] ?? []) as readonly Duty[] }
  return {
    permitted: false,
    evaluation,
    reason: String(context['reason'] ?? 'unknown'),
    words: context['reason_user'] as { 'zh-TW': string; en: string } | undefined,
    offer: context['access_request'] as { template: string; binding_token: string } | undefined,
  }
}
