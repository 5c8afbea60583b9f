import { asInstallation } from '../src/base/tenant.ts'

/** Benchmarks: `npm run bench -- NAME [--option value …]`. Each prints its figures and, as its last line, one JSON object. */
const benchmarks: Readonly<
  Record<string, () => Promise<{ readonly run: (args: readonly string[]) => Promise<object> }>>
> = {
  gate: () => import('./gate.ts'),
  'gate-stream': () => import('./gate-stream.ts'),
  reconcile: () => import('./reconcile.ts'),
  import: () => import('./import.ts'),
  ledger: () => import('./ledger.ts'),
  people: () => import('./people.ts'),
  kills: () => import('./kills.ts'),
  export: () => import('./export.ts'),
}

const [name = '', ...args] = process.argv.slice(2)
const load = benchmarks[name]
if (load) {
  const { run } = await load()
  // Whoever measures works for the installation; a benchmark that asks as a person says so itself.
  process.stdout.write(`${JSON.stringify(await asInstallation(() => run(args)))}\n`)
} else {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(benchmarks).join('|')} [options]\n`)
  process.exitCode = 64
}
