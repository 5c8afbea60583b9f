import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../base/assert.ts'
import type { Result } from '../base/result.ts'
import type { ImportRecord, Mapping } from '../wire/import.ts'
import type { EvidenceFailure } from './failure.ts'
import type { EvidenceContext, ImportJob, StartedBy } from './import-job.ts'
import type { EvidenceKind } from './kinds.ts'
import { FIELD } from './staged-chunk.ts'
import { findTarget, type Target } from './target.ts'

/** Records this program holds itself, to stand as evidence of a kind. */
export interface Statement {
  readonly kind: EvidenceKind
  readonly agency: string
  /** All name the same columns, as text: instants in ISO, identifiers as pseudonyms in hex, '' for what is not stated. */
  readonly rows: readonly Readonly<Record<string, string>>[]
  readonly startedBy: StartedBy
}

/**
 * Brings in those of the records that are not evidence yet, by the way of every file: staged, counted, kept, with its record
 * and event. None is new: no import. Returns the import's record, or undefined when nothing was to be done.
 */
export async function stateRecords(
  context: EvidenceContext,
  statement: Statement,
  runImport: (job: ImportJob) => Promise<Result<ImportRecord, EvidenceFailure>>,
): Promise<ImportRecord | undefined> {
  const { kind, agency, startedBy } = statement
  const target = findTarget(kind)
  assert(target, 'every kind of evidence is a target')
  const rows = await newRecords(context, target, statement)
  if (rows.length === 0) return undefined
  const folder = join(context.dataFolder, 'staging')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const id = randomUUID()
  const filePath = join(folder, `stated-${id}.jsonl`)
  // A statement is known by its id: a store that was rebuilt is told the same again, which is no repeated file.
  await writeFile(filePath, rows.map((row) => `${JSON.stringify({ ...row, statement: id })}\n`).join(''), {
    mode: 0o600,
  })
  try {
    const job = { filePath, fileName: `${kind}-${id}.jsonl`, target: kind, agency, startedBy, isStated: true }
    const done = await runImport({ ...job, mapping: mappingOf(target, statement) })
    assert(done.ok, 'a statement is a file that can be read')
    return done.value
  } finally {
    await rm(filePath, { force: true })
  }
}

async function newRecords(
  { analytics }: EvidenceContext,
  target: Target,
  { agency, rows }: Statement,
): Promise<Statement['rows']> {
  if (rows.length === 0) return rows
  const known = await analytics.rows<{ id: string }>(
    `SELECT lower(hex(evidence_id)) AS id FROM ${target.table} WHERE agency = {agency:String}`,
    { params: { agency } },
  )
  const ids = new Set(known.map(({ id }) => id))
  return rows.filter((row) => !ids.has(recordId(target, agency, row)))
}

// As compile-load.ts makes it in SQL; a test holds the two together.
function recordId(target: Target, agency: string, row: Readonly<Record<string, string>>): string {
  const texts = columnsOf(target, row).map((name) => row[name] ?? '')
  return createHash('sha256')
    .update([target.name, agency, ...texts].join(FIELD))
    .digest('hex')
    .slice(0, 32)
}

const columnsOf = (target: Target, row: Readonly<Record<string, string>>): readonly string[] =>
  target.columns.map(({ name }) => name).filter((name) => Object.hasOwn(row, name))

function mappingOf(target: Target, { kind, agency, rows }: Statement): Mapping {
  const columns = columnsOf(target, rows[0] ?? {}).map((name) => [name, { from: name }] as const)
  return { target: kind, agency, encoding: 'utf-8', format: 'jsonl', columns: Object.fromEntries(columns) }
}
