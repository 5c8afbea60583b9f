import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { generateSample, type SampleManifest } from '../sample/generate.ts'
import { readMapping } from '../src/evidence/port.ts'
import type { Services } from '../src/http/services.ts'
import { compose } from '../src/program/compose.ts'
import { readConfig } from '../src/program/config.ts'
import { watchMemory } from './peak-memory.ts'
import { scoreAgainstTruth } from './score-against-truth.ts'

const PROJECT = resolve(import.meta.dirname, '..')
const END = '2026-11-22'
const BY = { account: 'bench', post: 'bench' }

interface Prepared {
  readonly accesses: number
  readonly evidence: number
  readonly generate_s: number
  readonly import_s: number
  readonly import_evidence_s: number
  readonly import_rows_per_s: number
  readonly import_mib_per_s: number
}

/**
 * Generates a county, imports it, reconciles it; seconds of each phase, peak memory, and how the planted misuse fared.
 * `--folder F --keep` leaves the county where the next run with the same folder finds it: that run reconciles only.
 */
export async function run(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      accesses: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '115' },
      folder: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  })
  const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'shoumi-bench-')))
  try {
    return await measure(folder, Number(values.accesses), Number(values.seed))
  } finally {
    if (!values.keep) await rm(folder, { recursive: true, force: true })
  }
}

async function measure(folder: string, accesses: number, seed: number): Promise<object> {
  const [files, note] = [join(folder, 'files'), join(folder, 'prepared.json')]
  const known = await readFile(note, 'utf8').catch(() => undefined)
  const generated = known ?? (await timed('generate', () => generateSample({ out: files, accesses, seed, end: END })))
  const config = readConfig({ SHOUMI_DATA: join(folder, 'data'), SHOUMI_SAMPLE: 'no' })
  if (!config.ok) throw new Error(config.error.join(' '))
  const memory = watchMemory()
  const composed = await compose(config.value)
  if (!composed.ok) throw new Error(composed.error.message)
  const { services, close } = composed.value
  const prepared =
    typeof generated === 'string'
      ? (JSON.parse(generated) as Prepared)
      : await importAll(services, files, generated[1], generated[0])
  await writeFile(note, JSON.stringify(prepared))
  // The window names every month, so that a kept county is judged as a whole again.
  const reconciled = await reconcile(services, known === undefined ? {} : { from: '1912-01-01T00:00:00Z' })
  const [againS] = await timed('reconcile again, nothing new', () => reconcile(services, {}, () => undefined))
  const peakMib = memory.stop()
  const score = await scoreAgainstTruth(services, await readFile(join(files, 'truth.jsonl'), 'utf8'))
  await close()
  return { name: 'reconcile', ...prepared, ...reconciled, reconcile_again_s: againS, peak_rss_mib: peakMib, ...score }
}

/** Reconciles and prints the seconds of each step, the dearest first. */
async function reconcile(
  services: Services,
  window: { readonly from?: string },
  print: (text: string) => void = (text) => process.stderr.write(text),
): Promise<{ readonly reconcile_s: number; readonly reconcile_cpu_s: number }> {
  const steps = new Map<string, number>()
  let [step, sinceMs] = ['start', performance.now()]
  const onStep = (next: string) => {
    const name = step.replace(/^\d{6} /, '')
    steps.set(name, (steps.get(name) ?? 0) + performance.now() - sinceMs)
    ;[step, sinceMs] = [next, performance.now()]
  }
  const cpu = process.cpuUsage()
  const [seconds] = await timed('reconcile', () =>
    services.reconcile.runReconciliation({ ...window, startedBy: BY, onStep }),
  )
  onStep('')
  for (const [name, ms] of [...steps].sort((a, b) => b[1] - a[1]))
    print(`${(ms / 1000).toFixed(2).padStart(13)} s  ${name}\n`)
  const { user, system } = process.cpuUsage(cpu)
  return { reconcile_s: seconds, reconcile_cpu_s: Math.round((user + system) / 1000) / 1000 }
}

async function importAll(
  services: Services,
  files: string,
  manifest: SampleManifest,
  generateS: number,
): Promise<Prepared> {
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
  return {
    accesses: accessRows,
    evidence: evidenceRows,
    generate_s: generateS,
    import_s: accessS,
    import_evidence_s: evidenceS,
    import_rows_per_s: Math.round(accessRows / accessS),
    import_mib_per_s: Math.round(accessBytes / accessS / 2 ** 20),
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
