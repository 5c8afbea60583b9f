import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { generateSample } from '../../sample/generate.ts'
import { taipeiDay } from '../base/roc-date.ts'
import { readMapping } from '../evidence/port.ts'
import type { Services } from '../http/services.ts'
import { createDemoAccounts } from '../identity/port.ts'
import { registerSystem, type SourceSystem } from '../registry/port.ts'
import { sampleState, setSampleState } from './demo-data.ts'
import { officeRecords, type SampleSystems } from './sample-systems.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const SEED = 115
const SAMPLE = { account: 'sample', post: '示範資料' } as const
const SAMPLE_SYSTEMS: readonly SourceSystem[] = [
  { system: 'ins-query', name: '承保應用系統', agency: 'insurance', agencyName: '健康保險局' },
  { system: 'mpolice', name: '警用行動查詢', agency: 'police', agencyName: '警察局第二分局' },
  { system: 'land-query', name: '地籍資料查詢', agency: 'land', agencyName: '雲山地政事務所' },
]

/**
 * Loads the sample agency into an installation that has never held any data: writes the files its offices would
 * export, imports them the way a user would, and reconciles. Cut short, it starts again from nothing next time.
 */
export async function loadSampleOnce(
  config: { readonly dataFolder: string; readonly sampleAccesses: number },
  services: Services & { readonly sampleSystems: SampleSystems },
  talk: (text: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const { database, evidence, reconcile, sampleSystems } = services
  const state = await sampleState(database)
  if (state === 'loaded' || state === 'removed') return
  if (state === undefined && (await evidence.listImports()).length > 0) return
  await evidence.removeImports({ startedBy: 'sample' })
  // Cut short after judging, in another month: verdicts of months that the new window no longer has.
  await reconcile.forgetAccesses()
  await setSampleState(database, 'loading')
  // What an earlier start left there, of whatever version.
  const folder = join(config.dataFolder, 'sample')
  await rm(folder, { recursive: true, force: true })
  talk('產生示範機關… Making the sample agency…')
  const end = taipeiDay(services.clock.now())
  const office = officeRecords()
  const manifest = await generateSample({
    out: folder,
    accesses: config.sampleAccesses,
    seed: SEED,
    end: isoDay(end),
    onEvidence: office.note,
  })
  for (const system of SAMPLE_SYSTEMS) await registerSystem(services, system, { isDemo: true, by: SAMPLE })
  talk('建立示範機關的資料庫… Making their databases…')
  await sampleSystems.make(manifest.county, office.records)
  talk('匯入示範資料… Importing it…')
  for (const file of manifest.files) {
    if (stop.aborted) return
    await importFile(services, folder, file)
  }
  talk('勾稽… Reconciling…')
  await reconcile.runReconciliation({ startedBy: SAMPLE })
  await createDemoAccounts(services)
  await setSampleState(database, 'loaded')
  await rm(folder, { recursive: true, force: true })
}

interface SampleFile {
  readonly path: string
  readonly target: string
  readonly agency: string
  readonly system?: string
  readonly mapping: string
}

async function importFile(services: Services, folder: string, file: SampleFile): Promise<void> {
  const mapping = await readMapping(join(PROJECT, 'sample/mappings', file.mapping))
  if (!mapping.ok) throw new Error(`sample mapping ${file.mapping}: ${mapping.error.message}`)
  const outcome = await services.evidence.runImport({
    filePath: join(folder, file.path),
    fileName: file.path,
    target: file.target,
    agency: file.agency,
    mapping: mapping.value,
    startedBy: { account: 'sample', post: '示範資料' },
    ...(file.system !== undefined && { system: file.system }),
  })
  if (!outcome.ok) throw new Error(`sample file ${file.path}: ${outcome.error.message}`)
}

const isoDay = (day: { year: number; month: number; day: number }): string =>
  `${day.year}-${String(day.month).padStart(2, '0')}-${String(day.day).padStart(2, '0')}`
