import { canonicalJson } from '../base/canonical-json.ts'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, type Queryable, recorded } from '../database/database.ts'
import { readSealed, recordEvent, type SealedEventFacts } from '../ledger/port.ts'
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
 * Who saw this, when and why, from the code on a screenshot or a sheet of paper: as it was sealed then, not as a table says
 * now; where the two differ it says so. The look-up itself is an event, also when the code is unknown or mistyped. The
 * answer holds pseudonyms, never what was shown.
 */
export async function traceCode(
  parts: { readonly database: Database; readonly clock: Clock; readonly catalogue: Catalogue },
  typed: string,
  reason: string,
  by: Doer,
): Promise<Result<TraceAnswer, 'malformed' | 'unknown'>> {
  const code = readDisclosureCode(typed)
  const traced = await parts.database.transaction(async (tx) => {
    const found = code ? await factsOfCode(tx, code) : undefined
    const receipt = await recordEvent(tx, {
      kind: 'trace',
      at: parts.clock.now(),
      actor: by.account,
      actorPost: by.post,
      subjectRef: found ? `disclosure:${code}` : 'disclosure:none',
      reason,
      detail: { isFound: found !== undefined },
    })
    return recorded(receipt, found)
  })
  if (code === undefined) return fail('malformed')
  return traced ? ok(answerOf(traced, parts.catalogue)) : fail('unknown')
}

/** What is told of a code, before the catalogue's titles. */
type Facts = Omit<TraceAnswer, 'queryTitle' | 'queryTitleEn' | 'purposeTitle' | 'purposeTitleEn'> & {
  readonly purpose: string
}

async function factsOfCode(tx: Queryable, code: string): Promise<Facts | undefined> {
  const [row] = await tx.query<DisclosureRow>('SELECT * FROM disclosure WHERE code = $1', [code])
  const events = await readSealed(tx, `disclosure:${code}`, [
    'disclosure-opened',
    'disclosure-chunk',
    'disclosure-closed',
  ])
  const opened = events.find(({ kind }) => kind === 'disclosure-opened')
  const table = row && factsOfRow(row)
  if (!opened) return table
  const sealed = sealedFacts(code, opened, events, table)
  const differs = table
    ? COMPARED.filter((name) => canonicalJson(sealed[name]) !== canonicalJson(table[name]))
    : ['disclosure']
  return { ...sealed, differs }
}

const COMPARED = [
  'at',
  'who',
  'agency',
  'act',
  'query',
  'purpose',
  'caseNumber',
  'subject',
  'maskLevel',
  'outcome',
  'approval',
] as const

function factsOfRow(row: DisclosureRow): Facts {
  return {
    code: row.code,
    at: row.opened_at.toISOString(),
    who: { account: row.account, name: row.person_name, unit: row.unit, post: row.post },
    agency: row.agency,
    act: row.act,
    query: `${row.query}@${row.version}`,
    purpose: row.purpose,
    caseNumber: row.case_number,
    subject: row.subject_token.toUpperCase(),
    maskLevel: row.mask_level,
    outcome: row.outcome,
    approval: row.approval,
    state: row.state,
    recordedRows: row.recorded_rows,
    deliveredRows: row.delivered_rows,
    eventId: row.event_id,
    source: 'table',
    differs: [],
  }
}

/** What an erased citizen's part held is empty. Name and unit were not sealed before; then the table has the only ones. */
function sealedFacts(
  code: string,
  opened: SealedEventFacts,
  events: readonly SealedEventFacts[],
  table: Facts | undefined,
): Facts {
  const { detail } = opened
  const text = (name: string): string => (typeof detail[name] === 'string' ? detail[name] : '')
  const receiver = (detail['receiver'] ?? {}) as { readonly name?: string; readonly unit?: string }
  const closed = events.find(({ kind }) => kind === 'disclosure-closed')?.detail
  const recordedRows = events
    .filter(({ kind }) => kind === 'disclosure-chunk')
    .reduce((sum, each) => sum + numberOf(each.detail['rows']), 0)
  return {
    code,
    at: opened.at,
    who: {
      account: opened.actor,
      name: receiver.name ?? table?.who.name ?? '',
      unit: receiver.unit ?? table?.who.unit ?? '',
      post: opened.post,
    },
    agency: text('agency') || (table?.agency ?? ''),
    act: text('act'),
    query: text('query'),
    purpose: text('purpose'),
    caseNumber: text('case'),
    subject: text('subject').toUpperCase(),
    maskLevel: text('maskLevel'),
    outcome: text('outcome'),
    approval: text('approval'),
    state: typeof closed?.['state'] === 'string' ? closed['state'] : 'open',
    recordedRows,
    deliveredRows: closed && 'delivered' in closed ? numberOf(closed['delivered']) : null,
    eventId: opened.eventId,
    source: 'sealed',
    differs: [],
  }
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)

function answerOf({ purpose: code, ...facts }: Facts, catalogue: Catalogue): TraceAnswer {
  const [id = '', version] = facts.query.split('@')
  const query = catalogue.query(id, Number(version))
  const purpose = catalogue.purpose(code)
  return {
    ...facts,
    queryTitle: query?.title ?? id,
    queryTitleEn: query?.titleEn ?? id,
    purposeTitle: purpose?.title ?? code,
    purposeTitleEn: purpose?.titleEn ?? code,
  }
}
