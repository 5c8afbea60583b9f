import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fixedClock } from '../../src/base/clock.ts'
import { createEvidence } from '../../src/evidence/create-evidence.ts'
import { EVIDENCE_KINDS, readMapping } from '../../src/evidence/port.ts'
import { createReconcile } from '../../src/reconcile/create-reconcile.ts'
import type { Mapping } from '../../src/wire/import.ts'
import { temporaryAnalytics, temporaryDatabase } from '../engines.ts'

const BY = { account: 'tester', post: 'test' }
const AGENCY = 'demo'

export interface Judged {
  readonly verdict: string
  readonly rules: readonly string[]
  readonly rank: number
}

/** Both engines, evidence and reconciliation, wired as the program wires them. */
async function wiredOffice() {
  const [analytics, database] = [await temporaryAnalytics(), await temporaryDatabase()]
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-verdicts-'))
  const clock = fixedClock(new Date('2026-02-01T04:00:00Z'))
  const logged: string[] = []
  const parts = { analytics, database, clock, log: (line: string) => void logged.push(line) }
  const evidence = await createEvidence({ ...parts, dataFolder: folder, keysFolder: join(folder, 'keys') })
  const reconcile = await createReconcile({ ...parts, listSystems: async () => [] })
  return { ...parts, folder, evidence, reconcile, logged }
}

/** The ways in: files with the mapping beside them, and lines whose header names the columns. */
function waysIn({ clock, evidence, folder }: Awaited<ReturnType<typeof wiredOffice>>) {
  const load = async (filePath: string, mapping: Mapping) => {
    clock.advanceMs(60_000)
    const system = mapping.target === 'access' ? { system: 'x' } : {}
    const job = { filePath, fileName: basename(filePath), target: mapping.target, agency: AGENCY, startedBy: BY }
    const done = await evidence.runImport({ ...job, mapping, ...system })
    if (!done.ok) throw new Error(JSON.stringify(done))
    return done.value
  }
  /** Imports a file with the mapping file beside it. */
  const loadFile = async (filePath: string, mappingPath: string) => {
    const mapping = await readMapping(mappingPath)
    if (!mapping.ok) throw new Error(mapping.error.message)
    return load(filePath, mapping.value)
  }
  let written = 0
  /** Imports lines whose header names the columns themselves. */
  const bring = async (target: string, ...lines: readonly string[]) => {
    const filePath = join(folder, `${target}-${++written}.csv`)
    await writeFile(filePath, `${lines.join('\n')}\n`)
    const columns = Object.fromEntries((lines[0] ?? '').split(',').map((name) => [name, { from: name }]))
    const record = await load(filePath, { target, agency: AGENCY, columns })
    if (record.state !== 'done' || record.rowsRejected > 0) throw new Error(JSON.stringify(record))
    return record
  }
  return { load, loadFile, bring }
}

/** An office whose files go the way of users' files; whole worlds can follow one another. */
export async function verdictOffice() {
  const office = await wiredOffice()
  const { analytics, database, clock, reconcile, folder } = office
  /** Judges what is dirty. */
  const judge = async () => {
    clock.advanceMs(60_000)
    const run = await reconcile.runReconciliation({ startedBy: BY })
    if (!run.ok) throw new Error(run.error.code)
    return run.value
  }
  /** Every access's verdict by its number in the source. */
  const verdicts = async (): Promise<ReadonlyMap<string, Judged>> => {
    const rows = await analytics.rows<Judged & { id: string }>(
      'SELECT source_id AS id, toString(verdict) AS verdict, rules, rank FROM verdict_current ORDER BY source_id',
    )
    return new Map(rows.map(({ id, ...judged }) => [id, { ...judged, rank: Number(judged.rank) }]))
  }
  /** Another world: nothing was ever imported. */
  const forget = async () => {
    const kinds = Object.values(EVIDENCE_KINDS).map(({ table }) => table)
    for (const table of ['access', 'verdict_current', 'verdict_history', ...kinds])
      await analytics.command(`TRUNCATE TABLE ${table}`)
    await database.upkeep.query('DELETE FROM import')
    await database.upkeep.query('DELETE FROM reconcile_dirty')
  }
  /** The records of one kind are taken away, and may come again. */
  const forgetKind = async (kind: string) => {
    await analytics.command(`TRUNCATE TABLE evidence_${kind}`)
    await database.upkeep.query('DELETE FROM import WHERE target = $1', [kind])
  }
  const close = async () => {
    await analytics.close()
    await database.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { ...office, ...waysIn(office), judge, verdicts, forget, forgetKind, close }
}
