import { fail, ok, type Result } from '../../base/result.ts'
import { json, problem } from '../../edge/route.ts'
import type { SourceRowFailure } from '../../evidence/port.ts'
import { recordAct } from '../../ledger/port.ts'
import { type AccessPage, accessPage, revealAnswer, revealRequest } from '../../wire/access.ts'
import { accessId } from '../../wire/verdict.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'

export const accessRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/accesses/:id',
    action: 'access.view',
    summary: 'One access with its evidence; each look is recorded',
    answer: accessPage,
    handle: async (ask) => {
      const page = await pageOf(ask)
      if (!page) return problem('not-found')
      await record(ask, page, 'look', '', {})
      return json(page)
    },
  }),
  route({
    method: 'POST',
    path: '/api/accesses/:id/reveal',
    action: 'access.reveal',
    summary: 'Show a name or identifier, for a reason that is recorded first',
    body: revealRequest,
    answer: revealAnswer,
    handle: async (ask) => {
      const page = await pageOf(ask)
      if (!page) return problem('not-found')
      const { what, reason } = ask.body
      // The record is durable before the source is even opened: a crash in between leaves a record of nothing shown.
      const receipt = await record(ask, page, 'reveal', reason, { what })
      const value = await revealed(ask, page.importId, page.line, what)
      if (!value.ok) {
        // Whoever counts what was revealed must not count this.
        await record(ask, page, 'reveal-failed', '', { what, reveal: receipt.eventId, because: value.error })
        return value.error === 'not-found' ? problem('not-found', NO_SOURCE) : problem(value.error)
      }
      return json({ what, value: value.value, recordedAt: receipt.at.toISOString(), eventId: receipt.eventId })
    },
  }),
  route({
    method: 'GET',
    path: '/api/accesses/:id/report.pdf',
    action: 'access.print',
    summary: 'The page as PDF; printing is an act of its own',
    handle: async (ask) => {
      const page = await pageOf(ask)
      if (!page) return problem('not-found')
      const receipt = await record(ask, page, 'export', '', { format: 'pdf' })
      const printedBy = `${ask.caller.post} ${ask.caller.session?.person.name ?? ''}`
      const pdf = await ask.services.accessReport(page, printedBy, receipt.at)
      if (!pdf.ok) return problem(pdf.error.code === 'font-missing' ? 'font-missing' : 'internal')
      return {
        kind: 'file',
        name: `查詢判定-${page.row.accessId.slice(0, 8)}.pdf`,
        type: 'application/pdf',
        content: pdf.value,
      }
    },
  }),
]

const NO_SOURCE = {
  zh: '原始檔案中查無此筆紀錄的姓名或識別碼。',
  en: 'The source file holds no name or identifier for this record.',
}

async function pageOf(ask: Ask<unknown, unknown>) {
  const id = accessId.safeParse(ask.params['id'])
  return id.success ? ask.services.reconcile.getAccess(id.data) : undefined
}

function record(
  ask: Ask<unknown, unknown>,
  { row: { agency } }: AccessPage,
  kind: 'look' | 'reveal' | 'reveal-failed' | 'export',
  reason: string,
  detail: Readonly<Record<string, string>>,
) {
  const { caller, services } = ask
  return recordAct(services.database, {
    kind,
    at: services.clock.now(),
    actor: caller.account,
    actorPost: caller.post,
    subjectRef: `access:${ask.params['id']}`,
    reason,
    agency,
    detail,
  })
}

// The name stands nowhere in the stores: it is read again from the kept source file, this one line only.
async function revealed(
  ask: Ask<unknown, unknown>,
  importId: string,
  line: number,
  what: 'officer' | 'subject',
): Promise<Result<string, SourceRowFailure['code']>> {
  const row = await ask.services.evidence.readSourceRow(importId, line)
  if (!row.ok) return fail(row.error.code)
  const value = row.value[what]
  return value ? ok(value) : fail('not-found')
}
