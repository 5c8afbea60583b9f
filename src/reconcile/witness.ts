import type { Analytics } from '../analytics/analytics.ts'
import { EVIDENCE_KINDS, type EvidenceKind, OPEN_END } from '../evidence/port.ts'
import { wordFor } from './names.ts'
import { fromSql, type Language, momentText } from './taipei-text.ts'

/** One evidence row that witnesses a verdict, as text by column. Read for this one access only; never listed. */
export interface Witness {
  readonly id: string
  readonly kind: EvidenceKind
  readonly kindTitle: string
  readonly importId: string
  readonly line: number
  /** when its source wrote it down; undefined where the file did not say, or said the time of the fact itself */
  readonly recordedAt: Date | undefined
  /** when it reached this program */
  readonly knownAt: Date
  readonly values: Readonly<Record<string, string>>
}

/** The rows of these kinds with these ids (hex). */
export async function readWitnesses(
  analytics: Analytics,
  wanted: ReadonlyMap<EvidenceKind, readonly string[]>,
): Promise<ReadonlyMap<string, Witness>> {
  const found = new Map<string, Witness>()
  for (const [kind, ids] of wanted) {
    const spec = EVIDENCE_KINDS[kind]
    const columns = spec.columns
      .filter((column) => column.type !== 'subject' && column.type !== 'address')
      .map((column) => `toString(${column.name}) AS v_${column.name}`)
    const rows = await analytics.rows<Record<string, string>>(
      `SELECT lower(hex(evidence_id)) AS id, import_id, line, toString(recorded_at) AS recorded, toString(known_at) AS known,
         recorded_at = ${spec.timeColumn} AS is_untold, ${columns.join(', ')} FROM ${spec.table}
       WHERE evidence_id IN (SELECT toFixedString(unhex(arrayJoin({ids:Array(String)})), 16))`,
      { params: { ids } },
    )
    for (const row of rows) {
      const values = Object.fromEntries(
        Object.entries(row).flatMap(([name, value]) => (name.startsWith('v_') ? [[name.slice(2), value]] : [])),
      )
      const id = row['id'] ?? ''
      found.set(id, {
        id,
        kind,
        kindTitle: spec.title,
        importId: row['import_id'] ?? '',
        line: Number(row['line']),
        recordedAt: Number(row['is_untold']) === 1 ? undefined : fromSql(row['recorded'] ?? ''),
        knownAt: fromSql(row['known'] ?? ''),
        values,
      })
    }
  }
  return found
}

/** A value of a record as people read it beside an access: instants as Taipei dates, officers by number, codes as words. */
export function valueText(witness: Witness, column: string, near: Date, language: Language = 'zh'): string {
  const value = witness.values[column] ?? ''
  if (value.startsWith(OPEN_END.slice(0, 10))) return language === 'zh' ? '迄今' : 'now'
  if (/^\d{4}-\d{2}-\d{2} \d{2}:/.test(value)) return momentText(fromSql(value), near, language)
  const officer = /^[a-z][a-z0-9-]*:(.+)$/.exec(value)
  return officer?.[1] ?? (language === 'zh' ? wordFor(value) : value)
}

/** One line that names a record: its number or what it says, and when. */
export function witnessSummary(witness: Witness, near: Date): string {
  const spec = EVIDENCE_KINDS[witness.kind]
  const told = spec.columns
    .filter((column) => ['case', 'text', 'word', 'time'].includes(column.type) && column.name !== 'subject_kind')
    .map((column) => valueText(witness, column.name, near))
    .filter((text) => text !== '')
  return [...new Set(told)].slice(0, 4).join('　')
}
