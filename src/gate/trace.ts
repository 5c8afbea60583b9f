import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, recorded } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'
import type { TraceAnswer } from '../wire/gate-query.ts'
import type { Doer } from './canary.ts'
import type { Catalogue } from './catalogue.ts'
import { readDisclosureCode } from './disclosure-code.ts'

interface DisclosureRow {
  code: string
  opened_at: Date
  account: string
  person_name: string
  unit: string
  post: string
  agency: string
  act: string
  query: string
  version: number
  purpose: string
  case_number: string
  subject_token: string
  mask_level: string
  outcome: string
  approval: string
  state: string
  recorded_rows: number
  delivered_rows: number | null
  closed_at: Date | null
  event_id: string
}

/**
 * Who saw this, when and why, from the code on a screenshot or a sheet of paper. The look-up itself is an event, also
 * when the code is unknown or mistyped. The answer holds pseudonyms, never what was shown.
 */
export async function traceCode(
  parts: { readonly database: Database; readonly clock: Clock; readonly catalogue: Catalogue },
  typed: string,
  reason: string,
  by: Doer,
): Promise<Result<TraceAnswer, 'malformed' | 'unknown'>> {
  const code = readDisclosureCode(typed)
  const row = await parts.database.transaction(async (tx) => {
    const [found] = code ? await tx.query<DisclosureRow>('SELECT * FROM disclosure WHERE code = $1', [code]) : []
    const receipt = await recordEvent(tx, {
      kind: 'trace',
      at: parts.clock.now(),
      actor: by.account,
      actorPost: by.post,
      subjectRef: found ? `disclosure:${found.code}` : 'disclosure:none',
      reason,
      detail: { isFound: found !== undefined },
    })
    return recorded(receipt, found)
  })
  if (code === undefined) return fail('malformed')
  return row ? ok(answerOf(row, parts.catalogue)) : fail('unknown')
}

function answerOf(row: DisclosureRow, catalogue: Catalogue): TraceAnswer {
  const query = catalogue.query(row.query, row.version)
  const purpose = catalogue.purpose(row.purpose)
  return {
    code: row.code,
    at: row.opened_at.toISOString(),
    who: { account: row.account, name: row.person_name, unit: row.unit, post: row.post },
    agency: row.agency,
    act: row.act,
    query: `${row.query}@${row.version}`,
    queryTitle: query?.title ?? row.query,
    queryTitleEn: query?.titleEn ?? row.query,
    purposeTitle: purpose?.title ?? row.purpose,
    purposeTitleEn: purpose?.titleEn ?? row.purpose,
    caseNumber: row.case_number,
    subject: row.subject_token.toUpperCase(),
    maskLevel: row.mask_level,
    outcome: row.outcome,
    approval: row.approval,
    state: row.state,
    recordedRows: row.recorded_rows,
    deliveredRows: row.delivered_rows,
    eventId: row.event_id,
  }
}
