import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { csvLines, MAX_ODS_ROWS, odsBytes } from '../../documents/port.ts'
import { json, problem } from '../../edge/route.ts'
import { recordAct } from '../../ledger/port.ts'
import { ruleList } from '../../wire/reconcile.ts'
import { seenValue } from '../../wire/typed-text.ts'
import { verdictFilter, verdictList, verdictListQuery, verdictSummary } from '../../wire/verdict.ts'
import { type UnboundRoute as Route, route } from '../bound-route.ts'
import { exportHeader, exportRows } from '../present/verdict-export.ts'

const exportQuery = verdictFilter.extend({ format: z.enum(['csv', 'ods', 'jsonl']) })

export const verdictRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/verdicts',
    action: 'verdict.list',
    summary: 'Accesses with their verdicts',
    query: verdictListQuery,
    answer: verdictList,
    handle: async ({ services, query }) => json(await services.reconcile.listVerdicts(query)),
  }),
  route({
    method: 'GET',
    path: '/api/verdicts/summary',
    action: 'figures.view',
    summary: 'Figures over the same filter',
    query: verdictFilter,
    answer: verdictSummary,
    handle: async ({ services, query }) => json(await services.reconcile.summarise(query)),
  }),
  route({
    method: 'GET',
    path: '/api/verdicts/export',
    action: 'verdict.export',
    summary: 'The list as a file',
    query: exportQuery,
    handle: async ({ services, caller, query, request }) => {
      const { format, ...filter } = query
      // A sheet that has begun to flow cannot be refused any more.
      if (format === 'ods' && (await services.reconcile.listVerdicts({ ...filter, ...NONE })).total > MAX_ODS_ROWS)
        return problem('too-many-rows', ODS_WORDS)
      const at = services.clock.now()
      // Recorded first: rows that left without a record would be the very thing this program is against.
      await recordAct(services.database, {
        kind: 'export',
        at,
        actor: caller.account,
        actorPost: caller.post,
        subjectRef: 'verdicts',
        reason: '',
        detail: { format, filter: JSON.stringify(filter) },
      })
      const name = `判定清單-${at.toISOString().slice(0, 10)}.${format}`
      const rows = whileConnected(request, (gone) => services.reconcile.streamVerdicts(filter, gone))
      if (format === 'jsonl') return { kind: 'file', name, type: 'application/x-ndjson', content: jsonLines(rows) }
      if (format === 'csv')
        return {
          kind: 'file',
          name,
          type: 'text/csv; charset=utf-8',
          content: csvLines(exportHeader, exportRows(rows)),
        }
      const type = 'application/vnd.oasis.opendocument.spreadsheet'
      return { kind: 'file', name, type, content: odsBytes('判定清單', exportHeader, exportRows(rows)) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/rules',
    action: 'rule.view',
    summary: 'Templates, contradictions and flags in force',
    answer: ruleList,
    handle: async ({ services }) => json(await services.reconcile.listRules()),
  }),
]

const NONE = { sort: 'rank', offset: 0, limit: 1 } as const
const ODS_WORDS = {
  zh: `試算表最多 ${MAX_ODS_ROWS.toLocaleString('en')} 列，這份清單超過上限。`,
  en: `A spreadsheet holds at most ${MAX_ODS_ROWS.toLocaleString('en')} rows; this list has more.`,
}

/** Ends with the connection: for a reader who has gone nothing more is prepared. */
async function* whileConnected<Row>(
  { raw: { socket } }: FastifyRequest,
  rowsUntil: (gone: AbortSignal) => AsyncIterable<Row>,
): AsyncGenerator<Row> {
  const gone = new AbortController()
  const leave = () => gone.abort()
  socket.once('close', leave)
  try {
    yield* rowsUntil(gone.signal)
  } finally {
    // One connection serves many exports.
    socket.off('close', leave)
  }
}

async function* jsonLines(rows: AsyncIterable<unknown>): AsyncIterable<string> {
  for await (const row of rows) yield `${JSON.stringify(seenValue(row))}\n`
}
