import { rm } from 'node:fs/promises'
import type { Damage } from '../analytics/damage.ts'
import { guardAnalytics } from '../analytics/guard.ts'
import { assert } from '../base/assert.ts'
import { ok, type Result } from '../base/result.ts'
import { asInstallation } from '../base/tenant.ts'
import type { Queryable } from '../database/database.ts'
import { inLongWork } from '../database/patience.ts'
import type { ImportPreview, ImportRecord, Mapping } from '../wire/import.ts'
import { checkStore, unfinishedRebuild } from './check-store.ts'
import { clearRemains, finishImport } from './commit-import.ts'
import type { EvidenceFailure } from './failure.ts'
import {
  archivePath,
  type EvidenceContext,
  type EvidenceParts,
  type ImportJob,
  rejectsPath,
  type StartedBy,
} from './import-job.ts'
import {
  endImport,
  presentImport,
  readImport,
  readImports,
  readImportsBy,
  readLastMapping,
  readOpenImports,
} from './import-store.ts'
import { newTurns } from './in-turn.ts'
import { loadKey } from './keys.ts'
import { EVIDENCE_KINDS } from './kinds.ts'
import { type PreviewRequest, previewFile } from './preview.ts'
import { proveSourceRow, type RowProofFailure, type SourceRowProof } from './prove-row.ts'
import { type RebuildOptions, rebuildStore, type StoreRebuilt } from './rebuild-store.ts'
import { openRejects } from './rejects.ts'
import { undoImport } from './run-import.ts'
import { runningImports } from './running-imports.ts'
import { readSourceRow, type SourceRowFailure } from './source-row.ts'
import { type Statement, stateRecords } from './state-records.ts'
import {
  describeWithdrawal,
  finishWithdrawal,
  newWithdrawals,
  openWithdrawal,
  type Withdrawal,
} from './withdraw-import.ts'

/** What a file is read for; `system` is '' for evidence. */
interface ImportUse {
  readonly target: string
  readonly agency: string
  readonly system: string
}

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
  /** How files of this use were read last; undefined when none stands. */
  lastMapping(use: ImportUse): Promise<Mapping | undefined>
  openRejects(importId: string): Promise<AsyncIterable<Uint8Array> | undefined>
  /** At start: finishes what was decided, undoes what was not. */
  recoverImports(): Promise<void>
  /** Whether the analytic store holds what the imports' records say; undefined: it does. After recoverImports. */
  checkStore(): Promise<Damage | undefined>
  /** Brings every import back from the archive into an emptied store; nobody else works with it meanwhile. */
  rebuildStore(options: RebuildOptions): Promise<StoreRebuilt>
  readSourceRow(importId: string, line: number): Promise<Result<Readonly<Record<string, string>>, SourceRowFailure>>
  /** Proof that a line of an import's file is covered by the root its event commits to. */
  proveSourceRow(importId: string, line: number): Promise<Result<SourceRowProof, RowProofFailure>>
  /** What undoing an import would take away; undefined: no such import for who asks. */
  describeWithdrawal(importId: string): Promise<Withdrawal | undefined>
  /** Decides that an import is undone, in the transaction of that decision; false when it does not stand. */
  openWithdrawal(tx: Queryable, importId: string, by: StartedBy, at: Date): Promise<boolean>
  /** Lets what was decided to be undone leave the stores; its state and `settle` tell when it has. */
  finishWithdrawals(): void
  /** Takes away every import an account started, with all it loaded. */
  removeImports(filter: { readonly startedBy: string }): Promise<void>
  /** Waits for imports that run in this process; called before the stores close. */
  settle(): Promise<void>
}

/** Opens the slice; makes its keys on first use. */
export async function createEvidence(parts: EvidenceParts): Promise<Evidence> {
  const { condition, analytics } = parts
  const context = await contextOf(parts)
  const imports = runningImports(context)
  const finishOpen = newWithdrawals(context)

  const get = async (importId: string) => {
    const row = await readImport(context.database, importId)
    return row && { ...presentImport(row, imports.live(importId)), mapping: row.mapping }
  }

  const run: Evidence['runImport'] = async (job) => {
    const started = await imports.start(job)
    if (!started.ok) return started
    await started.value.work
    const record = await get(started.value.importId)
    assert(record, 'an import that ran has its record')
    return ok(record)
  }

  return {
    preview: previewFile,
    startImport: async (job) => {
      const started = await imports.start(job)
      return started.ok ? ok({ importId: started.value.importId }) : started
    },
    runImport: run,
    // Stated again at every start and after a rebuild: what a damaged store cannot take is not lost.
    stateRecords: async (statement) =>
      condition?.damage() ? undefined : asInstallation(() => stateRecords(context, statement, run)),
    listImports: async () =>
      (await readImports(context.database)).map((row) => presentImport(row, imports.live(row.import_id))),
    getImport: get,
    lastMapping: (use) => readLastMapping(context.database, use),
    ...filesOf(context),
    ...upkeepOf({ ...context, analytics }),
    describeWithdrawal: (importId) => describeWithdrawal(context, importId),
    openWithdrawal,
    finishWithdrawals: () => imports.track(asInstallation(() => inLongWork(finishOpen))),
    removeImports: (filter) => remove(context, filter.startedBy),
    settle: imports.settle,
  }
}

async function contextOf(parts: EvidenceParts): Promise<EvidenceContext> {
  const { condition, analytics, keysFolder } = parts
  return {
    ...parts,
    inTurn: newTurns(),
    analytics: condition ? guardAnalytics(analytics, condition) : analytics,
    subjectKey: await loadKey(keysFolder, 'subject-hmac.key'),
    archiveKey: await loadKey(keysFolder, 'archive.key'),
  }
}

const filesOf = (context: EvidenceContext): Pick<Evidence, 'openRejects' | 'readSourceRow' | 'proveSourceRow'> => ({
  openRejects: (importId) => openRejects(context, importId),
  readSourceRow: (importId, line) => readSourceRow(context, importId, line),
  proveSourceRow: (importId, line) => proveSourceRow(context, importId, line),
})

// They work with the store as it is, damaged or not.
const upkeepOf = (bare: EvidenceContext): Pick<Evidence, 'recoverImports' | 'checkStore' | 'rebuildStore'> => ({
  recoverImports: () => recover(bare),
  checkStore: async () => (await unfinishedRebuild(bare.database)) ?? (await checkStore(bare)),
  rebuildStore: (options) => rebuildStore(bare, options),
})

async function recover(context: EvidenceContext): Promise<void> {
  for (const row of await readOpenImports(context.database)) {
    if (row.state === 'committing') await finishImport(context, row.import_id)
    if (row.state === 'withdrawing') await finishWithdrawal(context, row.import_id)
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
  const rows = await readImportsBy(context.database, startedBy)
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
