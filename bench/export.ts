import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Analytics } from '../src/analytics/analytics.ts'
import { migrateAnalytics } from '../src/analytics/migrate.ts'
import { openAnalytics } from '../src/analytics/open.ts'
import { csvLines } from '../src/documents/port.ts'
import { exportHeader, exportRows } from '../src/http/present/verdict-export.ts'
import { streamVerdicts } from '../src/reconcile/list-verdicts.ts'
import { namesOf } from '../src/reconcile/names.ts'
import { loadRuleSet } from '../src/reconcile/rule-set.ts'

const ROWS = 600_000
const MB = 1_000_000
const PAUSE_MS = 20

/**
 * A whole export as CSV out of the embedded engine, while somebody else asks small questions all the time: time to the
 * first byte, memory on top of what the filled store takes, what the others wait. `--rows N`.
 */
export async function run(args: readonly string[]): Promise<object> {
  const rows = Number(args[args.indexOf('--rows') + 1] || 0) || ROWS
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-bench-'))
  const analytics = await openAnalytics({ path: folder })
  try {
    await migrateAnalytics(analytics)
    await fill(analytics, rows)
    const before = process.memoryUsage.rss()
    const others = askBesides(analytics)
    const start = performance.now()
    const cpu = process.cpuUsage()
    let firstByteMs = 0
    let bytes = 0
    for await (const text of csvLines(exportHeader, exportRows(await verdicts(analytics)))) {
      firstByteMs ||= performance.now() - start
      bytes += Buffer.byteLength(text)
    }
    const { user, system } = process.cpuUsage(cpu)
    const figures = {
      ...{ name: 'export', rows, bytes, first_byte_ms: Math.round(firstByteMs) },
      ...{ total_ms: Math.round(performance.now() - start), cpu_s: Math.round((user + system) / MB) },
      ...(await others.stop(before)),
    }
    process.stderr.write(
      `${rows} rows, first byte after ${figures.first_byte_ms} ms, others' p99 ${figures.others_p99_ms} ms\n`,
    )
    return figures
  } finally {
    await analytics.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function verdicts(analytics: Analytics) {
  const rules = await loadRuleSet()
  if (!rules.ok) throw new Error('malformed rules')
  return streamVerdicts(analytics, rules.value, namesOf([]), {})
}

/** One in twenty unexplained, over many ranks; the rest explained, all of one. */
const fill = (analytics: Analytics, rows: number): Promise<void> =>
  analytics.command(
    `INSERT INTO verdict_current (access_id, at, agency, system, officer, unit, title, duty, subject_kind, subject, purpose, case_no, source_id, verdict, strength, score, rank, main_rule, rules, run_id)
     SELECT substring(SHA256(toString(number)), 1, 16), toDateTime64('2026-01-01 00:00:00', 3, 'UTC') + number * 11, 'police', 'log',
       concat('police:', toString(number % 900)), '偵查隊', '偵查佐', '刑事', 'person', substring(SHA256(toString(number % 70000)), 1, 16),
       concat('偵辦竊盜案件調閱資料', toString(number % 1000)), concat('115偵', toString(number % 9999)), toString(number),
       if(number % 20 = 0, 'unexplained', 'explained'), 4, 20, if(number % 20 = 0, cityHash64(number) % 60, 0), '', ['at-night'], ''
     FROM numbers({rows:UInt64})`,
    { params: { rows } },
  )

/** Asks one small question after another until it is stopped; answers how long they took, and the memory on top. */
function askBesides(analytics: Analytics) {
  const delays: number[] = []
  let isOver = false
  let peak = 0
  const work = (async () => {
    while (!isOver) {
      const start = performance.now()
      await analytics.rows('SELECT count() AS n FROM verdict_current WHERE agency = {agency:String} AND rank > 58', {
        params: { agency: 'police' },
      })
      delays.push(performance.now() - start)
      peak = Math.max(peak, process.memoryUsage.rss())
      await new Promise((next) => setTimeout(next, PAUSE_MS))
    }
  })()
  return {
    stop: async (before: number) => {
      isOver = true
      await work
      delays.sort((a, b) => a - b)
      const at = (share: number) => Math.round(delays[Math.floor(delays.length * share)] ?? 0)
      return { memory_mb: Math.round((peak - before) / MB), others_p50_ms: at(0.5), others_p99_ms: at(0.99) }
    },
  }
}
