import { access, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { generateSample } from '../sample/generate.ts'
import type { SampleFile } from '../sample/outputs.ts'
import { readMapping } from '../src/evidence/port.ts'
import type { Services } from '../src/http/services.ts'
import { compose } from '../src/program/compose.ts'
import { readConfig } from '../src/program/config.ts'
import { watchMemory } from './peak-memory.ts'

const MAPPINGS = resolve(import.meta.dirname, '../sample/mappings')
const US_PER_S = 1_000_000

interface FileFigures {
  readonly rows: number
  readonly seconds: number
  /** processor time of this process, engine included: steadier than seconds on a machine others use too */
  readonly cpuSeconds: number
  readonly bytes: number
}

/**
 * Imports the access logs of a county and nothing but the posts beside them; seconds and processor seconds of each file.
 * `--files FOLDER` keeps the generated files there and uses them again.
 */
export async function run(args: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      accesses: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '115' },
      files: { type: 'string' },
    },
  })
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-bench-'))
  try {
    const files = values.files ?? join(folder, 'files')
    const manifest = await sampleIn(files, Number(values.accesses), Number(values.seed))
    return await measure(join(folder, 'data'), files, manifest)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function sampleIn(folder: string, accesses: number, seed: number): Promise<readonly SampleFile[]> {
  const path = join(folder, 'manifest.json')
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (!isThere) await generateSample({ out: folder, accesses, seed, end: '2026-11-22' })
  return (JSON.parse(await readFile(path, 'utf8')) as { files: SampleFile[] }).files
}

async function measure(data: string, files: string, manifest: readonly SampleFile[]): Promise<object> {
  const config = readConfig({ SHOUMI_DATA: data, SHOUMI_SAMPLE: 'no' })
  if (!config.ok) throw new Error(config.error.join(' '))
  const memory = watchMemory()
  const composed = await compose(config.value)
  if (!composed.ok) throw new Error(composed.error.message)
  const { services, close } = composed.value
  for (const file of manifest.filter((each) => each.target === 'post')) await load(services, files, file)
  const figures: FileFigures[] = []
  for (const file of manifest.filter((each) => each.target === 'access')) {
    const one = await load(services, files, file)
    figures.push(one)
    const rate = Math.round(one.rows / one.seconds).toLocaleString('en')
    const cpu = ((one.cpuSeconds / one.rows) * US_PER_S).toFixed(2)
    process.stderr.write(
      `${one.seconds.toFixed(2).padStart(8)} s  ${file.path}: ${one.rows} rows, ${rate} rows/s, ${cpu} µs CPU a row\n`,
    )
  }
  const peakMib = memory.stop()
  await close()
  const sum = (of: (one: FileFigures) => number) => figures.reduce((total, one) => total + of(one), 0)
  const [rows, seconds] = [sum((one) => one.rows), sum((one) => one.seconds)]
  return {
    name: 'import',
    accesses: rows,
    import_s: round(seconds),
    cpu_s: round(sum((one) => one.cpuSeconds)),
    import_rows_per_s: Math.round(rows / seconds),
    import_mib_per_s: Math.round(sum((one) => one.bytes) / seconds / 2 ** 20),
    peak_rss_mib: peakMib,
  }
}

async function load(services: Services, folder: string, file: SampleFile): Promise<FileFigures> {
  const filePath = join(folder, file.path)
  const mapping = await readMapping(join(MAPPINGS, file.mapping))
  if (!mapping.ok) throw new Error(mapping.error.message)
  const [startedMs, cpu] = [performance.now(), process.cpuUsage()]
  const outcome = await services.evidence.runImport({
    filePath,
    fileName: file.path,
    target: file.target,
    agency: file.agency,
    mapping: mapping.value,
    startedBy: { account: 'bench', post: 'bench' },
    ...(file.system !== undefined && { system: file.system }),
  })
  const seconds = (performance.now() - startedMs) / 1000
  const { user, system } = process.cpuUsage(cpu)
  if (!outcome.ok || outcome.value.state !== 'done') throw new Error(`${file.path} was not imported`)
  return {
    rows: outcome.value.rowsLoaded,
    seconds,
    cpuSeconds: (user + system) / US_PER_S,
    bytes: (await stat(filePath)).size,
  }
}

const round = (seconds: number): number => Math.round(seconds * 1000) / 1000
