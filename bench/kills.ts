import { KILLS, type KillReport, killUnderLoad } from '../test/kill-under-load.ts'

const COUNT = 100

/**
 * Kills the program, its PostgreSQL, one process of that, or all at once, `--count N` times (or for `--seconds N`) under a load of
 * looks that are recorded, and counts what was acknowledged and is not in the ledger afterwards. The measure is 0.
 */
export async function run(args: readonly string[]): Promise<KillReport & { readonly seconds: number }> {
  const count = Number(args[args.indexOf('--count') + 1] || 0) || COUNT
  const seconds = args.includes('--seconds') ? Number(args[args.indexOf('--seconds') + 1]) : Infinity
  const from = performance.now()
  const kills = Array.from({ length: count }, (_, i) => KILLS[i % KILLS.length] ?? 'everything')
  const report = await killUnderLoad(kills, { seconds, tell: (line) => process.stdout.write(`${line}\n`) })
  return { ...report, seconds: Math.round((performance.now() - from) / 1000) }
}
