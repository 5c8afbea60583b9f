import { assert } from '../base/assert.ts'
import { ok, type Result } from '../base/result.ts'
import { columnTitle } from '../evidence/port.ts'
import type { SourceSystem } from '../registry/port.ts'
import type { AccessPage } from '../wire/access.ts'
import type { RuleInfo, RunRecord } from '../wire/reconcile.ts'
import type {
  VerdictFilter,
  VerdictList,
  VerdictListQuery,
  VerdictName,
  VerdictRow,
  VerdictSummary,
} from '../wire/verdict.ts'
import { type AdjustedRules, adjustRuleSet, type RuleSetting } from './adjust-rules.ts'
import { getAccess } from './get-access.ts'
import { listVerdicts, streamVerdicts } from './list-verdicts.ts'
import { namesOf } from './names.ts'
import { dropExports } from './ordered-verdicts.ts'
import { loadRuleSet } from './rule-set.ts'
import { newRunner, type ReconcileParts, type RunRequest } from './run-reconciliation.ts'
import { closeAbandonedRuns, presentRun, readRuns } from './run-store.ts'
import { summarise } from './summarise.ts'

export interface SourceVerdict {
  readonly accessId: string
  readonly sourceId: string
  readonly verdict: VerdictName
}

/** What others may ask of the reconcile slice. */
export interface Reconcile {
  /** Starts a run and returns its record; `busy` while one runs. */
  startRun(request: RunRequest): Promise<Result<RunRecord, { readonly code: 'busy' }>>
  /** Runs to the end; throws when a step fails (the earlier verdicts stand). */
  runReconciliation(request: RunRequest): Promise<Result<RunRecord, { readonly code: 'busy' }>>
  listRuns(): Promise<readonly RunRecord[]>
  listVerdicts(query: VerdictListQuery): Promise<VerdictList>
  summarise(filter: VerdictFilter): Promise<VerdictSummary>
  getAccess(id: string): Promise<AccessPage | undefined>
  /** all rows of a filter by rank, in slices: bounded memory, and others are served in between */
  streamVerdicts(filter: VerdictFilter, signal?: AbortSignal): AsyncIterable<VerdictRow>
  /** id, source id and verdict of every access; for measuring */
  streamSourceVerdicts(): AsyncIterable<SourceVerdict>
  listRules(): Promise<{ readonly ruleSet: string; readonly rules: readonly RuleInfo[] }>
  /** what an office set of a rule; undefined: there is no such rule */
  ruleSetting(id: string): RuleSetting | undefined
  /** Sets rules for the next run (id → setting), all there are. */
  adjustRules(settings: ReadonlyMap<string, RuleSetting>): void
  /** Drops verdicts whose accesses are gone. */
  forgetAccesses(): Promise<void>
  settle(): Promise<void>
}

/** Opens the slice; crashes when a built-in rule is malformed, naming every mistake. */
export async function createReconcile(
  parts: ReconcileParts & { readonly listSystems: () => Promise<readonly SourceSystem[]> },
): Promise<Reconcile> {
  const loaded = await loadRuleSet()
  if (!loaded.ok) throw new Error(`malformed rules:\n${loaded.error.join('\n')}`)
  const base = loaded.value
  let rules = adjustRuleSet(base, new Map())
  const { analytics, database, clock } = parts
  await closeAbandonedRuns(database.upkeep, clock.now())
  await dropExports(analytics)
  const runner = newRunner(parts, () => rules.active)
  const names = async () => namesOf(await parts.listSystems())
  const runOf = async (runId: string): Promise<RunRecord> => {
    const row = (await readRuns(database)).find((each) => each.run_id === runId)
    assert(row, 'a started run has its record')
    return presentRun(row, runner.live(runId))
  }
  return {
    startRun: async (request) => {
      const started = await runner.start(request)
      if (!started.ok) return started
      // Its failure is in its record; nobody waits for this promise.
      started.value.work.catch(() => undefined)
      return ok(await runOf(started.value.runId))
    },
    runReconciliation: async (request) => {
      const started = await runner.start(request)
      if (!started.ok) return started
      await started.value.work
      return ok(await runOf(started.value.runId))
    },
    listRuns: async () => (await readRuns(database)).map((row) => presentRun(row, runner.live(row.run_id))),
    listVerdicts: async (query) => listVerdicts(analytics, rules.all, await names(), query),
    summarise: async (filter) => summarise(analytics, rules.all, await names(), filter),
    getAccess: async (id) => getAccess(analytics, rules.all, await names(), id),
    streamVerdicts: async function* (filter, signal) {
      yield* streamVerdicts(analytics, rules.all, await names(), filter, signal)
    },
    streamSourceVerdicts: () =>
      analytics.stream(
        'SELECT lower(hex(access_id)) AS accessId, source_id AS sourceId, toString(verdict) AS verdict FROM verdict_current',
      ),
    listRules: () => listRules(parts, rules),
    ruleSetting: (id) => {
      const rule = rules.all.rules.find((each) => each.id === id)
      return rule && { isOn: !rules.off.has(id), points: rule.points, strength: rule.strength }
    },
    adjustRules: (settings) => {
      rules = adjustRuleSet(base, settings)
    },
    forgetAccesses: async () => {
      for (const table of ['verdict_current', 'verdict_history']) {
        await analytics.command(`ALTER TABLE ${table} DELETE WHERE access_id NOT IN (SELECT access_id FROM access)`, {
          settings: { mutations_sync: 1 },
        })
      }
    },
    settle: runner.settle,
  }
}

// A rule by itself has no record to tell of: its slots are shown by the names of what fills them.
const namedSlots = (sentence: string): string =>
  sentence.replace(/\{(?:\w\.)?(\w+)\}/g, (_, name: string) => `〔${name === 'count' ? '數量' : columnTitle(name)}〕`)

async function listRules(
  { analytics }: ReconcileParts,
  { all: ruleSet, off }: AdjustedRules,
): Promise<{ ruleSet: string; rules: RuleInfo[] }> {
  const hits = await analytics.rows<{ rule: string; n: string }>(
    'SELECT rule, count() AS n FROM (SELECT arrayJoin(rules) AS rule FROM verdict_current) GROUP BY rule',
  )
  const byRule = new Map(hits.map((row) => [row.rule, Number(row.n)]))
  const rules = ruleSet.rules.map((rule) => ({
    id: rule.id,
    kind: rule.kind,
    title: rule.title,
    titleEn: rule.titleEn,
    sentence: namedSlots(rule.sentence),
    strength: rule.strength,
    points: rule.points,
    purposes: rule.when.claims ?? [],
    reads: [...new Set(rule.path.map((step) => step.table))],
    hits: byRule.get(rule.id) ?? 0,
    measures: rule.measures,
    isOn: !off.has(rule.id),
  }))
  return { ruleSet: ruleSet.version, rules }
}
