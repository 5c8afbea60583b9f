import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { generateSample } from '../sample/generate.ts'
import { compose } from '../src/compose.ts'
import { readConfig } from '../src/config.ts'
import { readMapping } from '../src/evidence/port.ts'
import type { Services } from '../src/http/services.ts'
import { watchMemory } from './peak-memory.ts'
import { scoreAgainstTruth } from './score-against-truth.ts'

const PROJECT = resolve(import.meta.dirname, '..')
const BY = { account: 'bench', post: 'bench' }

/** Generates a county, imports it, reconciles it; seconds of each phase, peak memory, and how the planted misuse fared. */
export async function run(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      accesses: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '115' },
      folder: { type: 'string' },
    },
  })
  const accesses = Number(values.accesses)
  const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'shoumi-bench-')))
  try {
    return await measure(folder, accesses, Number(values.seed))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(folder: string, accesses: number, seed: number): Promise<object> {
  const files = join(folder, 'files')
  const [generateS, manifest] = await timed('generate', () =>
    generateSample({ out: files, accesses, seed, end: '2026-11-22' }),
  )
  const config = readConfig({ SHOUMI_DATA: join(folder, 'data'), SHOUMI_SAMPLE: 'no' })
  if (!config.ok) throw new Error(config.error.join(' '))
  const memory = watchMemory()
  const composed = await compose(config.value)
  if (!composed.ok) throw new Error(composed.error.message)
  const { services, close } = composed.value
  let [accessRows, evidenceRows, accessS, evidenceS, accessBytes] = [0, 0, 0, 0, 0]
  for (const file of manifest.files) {
    const path = join(files, file.path)
    const [seconds, rows] = await timed(file.path, () => load(services, path, file))
    if (file.target === 'access') {
      accessS += seconds
      accessRows += rows
      accessBytes += (await stat(path)).size
    } else {
      evidenceS += seconds
      evidenceRows += rows
    }
  }
  const [reconcileS] = await timed('reconcile', () => services.reconcile.runReconciliation({ startedBy: BY }))
  const [againS] = await timed('reconcile again, nothing new', () =>
    services.reconcile.runReconciliation({ startedBy: BY }),
  )
  const peakMib = memory.stop()
  const truth = await readFile(join(files, 'truth.jsonl'), 'utf8')
  const score = await scoreAgainstTruth(services, truth)
  await close()
  return {
    name: 'reconcile',
    accesses: accessRows,
    evidence: evidenceRows,
    generate_s: generateS,
    import_s: accessS,
    import_evidence_s: evidenceS,
    import_rows_per_s: Math.round(accessRows / accessS),
    import_mib_per_s: Math.round(accessBytes / accessS / 2 ** 20),
    reconcile_s: reconcileS,
    reconcile_again_s: againS,
    peak_rss_mib: peakMib,
    ...score,
  }
}

async function load(
  services: Services,
  filePath: string,
  file: { path: string; target: string; agency: string; system?: string; mapping: string },
): Promise<number> {
  const mapping = await readMapping(join(PROJECT, 'sample/mappings', file.mapping))
  if (!mapping.ok) throw new Error(mapping.error.message)
  const outcome = await services.evidence.runImport({
    filePath,
    fileName: file.path,
    target: file.target,
    agency: file.agency,
    mapping: mapping.value,
    startedBy: BY,
    ...(file.system !== undefined && { system: file.system }),
  })
  if (!outcome.ok) throw new Error(`${file.path}: ${outcome.error.message}`)
  return outcome.value.rowsLoaded
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<[number, T]> {
  const startedMs = performance.now()
  const value = await work()
  const seconds = Math.round(performance.now() - startedMs) / 1000
  process.stderr.write(`${seconds.toFixed(2).padStart(9)} s  ${what}\n`)
  return [seconds, value]
}
