import { assert } from '../base/assert.ts'
import type { Clock } from '../base/clock.ts'
import type { Database } from '../database/database.ts'
import { type Connector, ConnectorFailure, type ConnectorFailureCode, type Row } from './connector.ts'
import { type DisclosureState, type Opening, recordChunk, recordClosing } from './disclosure-record.ts'
import { maskChunk } from './mask-rows.ts'
import type { RegisteredQuery } from './register-query.ts'
import type { SubjectTokens } from './subject-token.ts'

export interface Ended {
  readonly state: DisclosureState
  /** rows taken by the reader */
  readonly delivered: number
}

interface FlowDeps {
  readonly database: Database
  readonly clock: Clock
  readonly tokens: SubjectTokens
}

interface FlowAsk {
  readonly binds: readonly string[]
  readonly rowCap: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** The rows stopped. `code` is for the person, `disclosureCode` finds the record; no text of the database is in it. */
export class DisclosureStopped extends Error {
  readonly code: 'mask-union' | ConnectorFailureCode
  readonly disclosureCode: string
  constructor(code: DisclosureStopped['code'], disclosureCode: string) {
    super(`disclosure ${disclosureCode} stopped: ${code}`)
    this.code = code
    this.disclosureCode = disclosureCode
  }
}

/** The rows of an opened disclosure, once: fetch ahead by one chunk, mask, record, hand out, close. */
export function openFlow(
  deps: FlowDeps,
  opening: Opening,
  query: RegisteredQuery,
  connector: Connector,
  ask: FlowAsk,
): { readonly rows: AsyncIterable<Row>; readonly ended: () => Ended | undefined } {
  let ended: Ended | undefined
  let isTaken = false
  const rows = () => {
    assert(!isTaken, 'the rows of a disclosure are read once')
    isTaken = true
    return flow(deps, opening, query, connector, ask, (end) => {
      ended = end
    })
  }
  return { rows: { [Symbol.asyncIterator]: rows }, ended: () => ended }
}

async function* flow(
  deps: FlowDeps,
  opening: Opening,
  query: RegisteredQuery,
  connector: Connector,
  ask: FlowAsk,
  onEnd: (end: Ended) => void,
): AsyncGenerator<Row> {
  const stop = new AbortController()
  const signal = ask.signal ? AbortSignal.any([stop.signal, ask.signal]) : stop.signal
  const { rowCap, timeoutMs, binds } = ask
  const source = connector.run({ sql: query.sql, binds, signal, timeoutMs, rowCap })
  const count = { received: 0, delivered: 0 }
  // What holds when the reader just goes away.
  let state: DisclosureState = 'abandoned'
  let because = ''
  try {
    // While one chunk is recorded the next is masked and the one after it fetched; a failure is met when its turn comes.
    let arriving = source.next()
    const fetchNext = async () => {
      const got = await arriving
      if (got.done) return got
      arriving = source.next()
      arriving.catch(() => undefined)
      return { masked: maskChunk(query, opening.level, deps.tokens, got.value) }
    }
    let pending = fetchNext()
    for (let chunk = 1; ; chunk++) {
      const got = await pending
      if (signal.aborted) throw new DisclosureStopped('cancelled', opening.code)
      if ('done' in got) {
        state = got.value.isCut ? 'cut' : 'complete'
        return
      }
      const { masked } = got
      count.received += masked.rows.length
      pending = fetchNext()
      pending.catch(() => undefined)
      const recorded = await recordChunk(deps, opening, chunk, masked)
      if (!recorded.ok) throw new DisclosureStopped('mask-union', opening.code)
      for (const row of masked.rows) {
        count.delivered += 1
        yield row
      }
    }
  } catch (error) {
    const stopped = asStopped(error, opening.code)
    because = stopped.code
    state = stopped.code === 'cancelled' ? 'abandoned' : 'failed'
    throw stopped
  } finally {
    if (state !== 'complete' && state !== 'cut') {
      stop.abort()
      await source.return({ rows: 0, isCut: false }).catch(() => undefined)
    }
    await recordClosing(deps, opening, { state, ...count, because })
    onEnd({ state, delivered: count.delivered })
  }
}

function asStopped(error: unknown, code: string): DisclosureStopped {
  if (error instanceof DisclosureStopped) return error
  if (error instanceof ConnectorFailure) return new DisclosureStopped(error.code, code)
  throw error
}
