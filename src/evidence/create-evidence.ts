import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { assert } from '../base/assert.ts'
import { ok, type Result } from '../base/result.ts'
import { asInstallation } from '../base/tenant.ts'
import type { RowProof } from '../ledger/port.ts'
import type { ImportPreview, ImportRecord } from '../wire/import.ts'
import { clearRemains, finishImport } from './commit-import.ts'
import type { EvidenceFailure } from './failure.ts'
import { archivePath, type EvidenceContext, type EvidenceParts, type ImportJob, rejectsPath } from './import-job.ts'
import { endImport, type Live, presentImport, readImport, readImports } from './import-store.ts'
import { loadKey } from './keys.ts'
import { EVIDENCE_KINDS } from './kinds.ts'
import type { LoadProgress } from './load-file.ts'
import { type PreviewRequest, previewFile } from './preview.ts'
import { proveSourceRow, type RowProofFailure } from './prove-row.ts'
import { openRejects } from './rejects.ts'
import { carryOut, openImport, undoImport } from './run-import.ts'
import { readSourceRow } from './source-row.ts'
import { type Statement, stateRecords } from './state-records.ts'

/** What others may ask of the evidence slice. */
export interface Evidence {
  preview(request: PreviewRequest): Promise<Result<Omit<ImportPreview, 'uploadId'>, EvidenceFailure>>
  /** Opens an import and lets it run; its progress is in getImport. */
  startImport(job: ImportJob): Promise<Result<{ readonly importId: string }, EvidenceFailure>>
  /** Runs an import to its end. The record's state says how it ended. */
  runImport(job: ImportJob): Promise<Result<ImportRecord, EvidenceFailure>>
  /** Brings in what this program holds itself; the same again adds nothing (undefined). */
  stateRecords(statement: Statement): Promise<ImportRecord | undefined>
  listImports(): Promise<readonly ImportRecord[]>
  getImport(importId: string): Promise<ImportRecord | undefined>
  openRejects(importId: string): Promise<AsyncIterable<Uint8Array> | undefined>
  /** At start: finishes what was decided, undoes what was not. */
  recoverImports(): Promise<void>
  readSourceRow(
    importId: string,
    line: number,
  ): Promise<Result<Readonly<Record<string, string>>, { readonly code: 'not-found' }>>
  /** Proof that a line of an import's file is covered by the root its event commits to. */
  proveSourceRow(importId: string, line: number): Promise<Result<RowProof, RowProofFailure>>
  /** Takes away every import an account started, with all it loaded. */
  removeImports(filter: { readonly startedBy: string }): Promise<void>
  /** Waits for imports that run in this process; called before the stores close. */
  settle(): Promise<void>
}

interface Running extends LoadProgress {
  readonly startedMs: number
  readonly fileBytes: number
}

/** Opens the slice; makes its keys on first use. */
export async function createEvidence(parts: EvidenceParts): Promise<Evidence> {
  const context: EvidenceContext = {
    ...parts,
    subjectKey: await loadKey(parts.keysFolder, 'subject-hmac.key'),
    archiveKey: await loadKey(parts.keysFolder, 'archive.key'),
  }
  const running = new Map<string, Running>()
  const works = new Set<Promise<void>>()

  async function start(
    job: ImportJob,
  ): Promise<Result<{ readonly importId: string; readonly work: Promise<void> }, EvidenceFailure>> {
    const importId = randomUUID()
    const opened = await openImport(context, importId, job)
    if (!opened.ok) return opened
    const { fileBytes } = opened.value
    const progress: Running = { bytesRead: 0, rowsRead: 0, startedMs: performance.now(), fileBytes }
    running.set(importId, progress)
    const work = asInstallation(() => carryOut(context, importId, job, opened.value, progress))
      .finally(() => running.delete(importId))
      .finally(() => removeUpload(job))
    works.add(work)
    void work.finally(() => works.delete(work)).catch(() => undefined)
    return ok({ importId, work })
  }

  const get = async (importId: string) => {
    const row = await readImport(context.database, importId)
    const progress = running.get(importId)
    return row && presentImport(row, progress && liveOf(progress))
  }

  const run: Evidence['runImport'] = async (job) => {
    const started = await start(job)
    if (!started.ok) return started
    await started.value.work
    const record = await get(started.value.importId)
    assert(record, 'an import that ran has its record')
    return ok(record)
  }

  return {
    preview: previewFile,
    startImport: async (job) => {
      const started = await start(job)
      return started.ok ? ok({ importId: started.value.importId }) : started
    },
    runImport: run,
    stateRecords: (statement) => asInstallation(() => stateRecords(context, statement, run)),
    listImports: async () =>
      (await readImports(context.database)).map((row) => presentImport(row, liveFor(running, row.import_id))),
    getImport: get,
    openRejects: (importId) => openRejects(context, importId),
    recoverImports: () => recover(context),
    readSourceRow: (importId, line) => readSourceRow(context, importId, line),
    proveSourceRow: (importId, line) => proveSourceRow(context, importId, line),
    removeImports: (filter) => remove(context, filter.startedBy),
    settle: async () => void (await Promise.allSettled(works)),
  }
}

const removeUpload = (job: ImportJob): Promise<void> | undefined =>
  job.isUpload ? rm(job.filePath, { force: true }) : undefined

function liveFor(running: ReadonlyMap<string, Running>, importId: string): Live | undefined {
  const progress = running.get(importId)
  return progress && liveOf(progress)
}

function liveOf(progress: Running): Live {
  const seconds = (performance.now() - progress.startedMs) / 1000
  const share = Math.min(progress.bytesRead / Math.max(progress.fileBytes, 1), 1)
  return {
    progress: share,
    rowsRead: progress.rowsRead,
    rowsPerSecond: seconds > 0 ? progress.rowsRead / seconds : null,
    remainingSeconds: share > 0 ? (seconds / share) * (1 - share) : null,
  }
}

async function recover(context: EvidenceContext): Promise<void> {
  for (const row of await readImports(context.database)) {
    if (row.state === 'committing') await finishImport(context, row.import_id)
    if (row.state !== 'running') continue
    await undoImport(context, row.import_id)
    await endImport(
      context.database.upkeep,
      row.import_id,
      'undone',
      context.clock.now(),
      '程式中止，已復原；請重新匯入。 The program stopped; undone. Import again.',
    )
  }
  await clearRemains(context)
}

async function remove(context: EvidenceContext, startedBy: string): Promise<void> {
  const rows = (await readImports(context.database)).filter((row) => row.started_by === startedBy)
  const ids = rows.map((row) => row.import_id)
  if (ids.length === 0) return
  for (const table of ['access', ...Object.values(EVIDENCE_KINDS).map((spec) => spec.table)]) {
    await context.analytics.command(`ALTER TABLE ${table} DELETE WHERE import_id IN {ids:Array(String)}`, {
      params: { ids },
      settings: { mutations_sync: 1 },
    })
  }
  for (const id of ids) {
    await rm(archivePath(context, id), { force: true })
    await rm(rejectsPath(context, id), { force: true })
  }
  await context.database.upkeep.query('DELETE FROM import WHERE import_id = ANY($1::uuid[])', [ids])
}
