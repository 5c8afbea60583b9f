import { spawn } from 'node:child_process'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAnalytics } from '../../src/analytics/open.ts'
import { FILTERED_TABLES } from '../../src/analytics/tenant-filters.ts'
import { asInstallation } from '../../src/base/tenant.ts'
import { odsBytes } from '../../src/documents/port.ts'
import { readConfig } from '../../src/program/config.ts'
import { rebuildAnalytics } from '../../src/program/rebuild-analytics.ts'
import type { ImportRecord, Mapping } from '../../src/wire/import.ts'
import { loadAccesses, type OneOffice, oneOffice } from '../http/one-office.ts'

const PROGRAM = join(import.meta.dirname, 'rebuild-and-die.ts')
const ROWS = 3000
const BY = { account: 'it', post: '室 員' }
const TIMEOUT_MS = 300_000
let office: OneOffice
let pristine: Awaited<ReturnType<typeof digest>>
let imports: readonly ImportRecord[]

beforeAll(async () => {
  office = await oneOffice()
  await fill()
  imports = await asInstallation(() => office.services.evidence.listImports())
  await office.close({ keepsData: true })
  pristine = await digest()
  await cp(store(), `${store()}.kept`, { recursive: true, verbatimSymlinks: true })
}, TIMEOUT_MS)
afterAll(() => rm(office.folder, { recursive: true, force: true }))

const store = () => join(office.folder, 'clickhouse')
const environment = () => ({ SHOUMI_DATA: office.folder, SHOUMI_SAMPLE: 'no', SHOUMI_PORT: '0' })

/** A log with repeated and bad rows, evidence as CSV, ODS and JSON Lines, and posts the program states itself. */
async function fill(): Promise<void> {
  await loadAccesses(office, ROWS)
  const again =
    '編號,時間,員工,證號,事由,案號\nQ1,2026-10-01 00:01:01,1,A120000001,偵辦案件,115偵1\nQX,不是時間,1,,,\nQN,2026-10-05 08:00:00,7,A123456789,新,115偵2\n'
  const access = { 編號: 'source_id', 時間: 'at', 員工: 'officer', 證號: 'subject', 事由: 'purpose', 案號: 'case_no' }
  await bring('access', 'again.csv', again, access)
  await bring(
    'stop',
    'stops.csv',
    '員工,證號,時間,地點\n1,A120000001,2026-10-01 08:02,前站\n2,A120000002,2026-10-01 08:03,後站\n',
    {
      ...{ 員工: 'officer', 證號: 'subject', 時間: 'at', 地點: 'place' },
    },
  )
  const rows = ['115偵1', '115偵2'].map((number) => [number, '竊盜', '偵查隊', '2026-09-01'])
  const ods: Uint8Array[] = []
  for await (const part of odsBytes('案件', ['案號', '類別', '單位', '立案日'], from(rows))) ods.push(Buffer.from(part))
  await bring('case', 'cases.ods', Buffer.concat(ods), {
    案號: 'case_no',
    類別: 'kind',
    單位: 'unit',
    立案日: 'opened_at',
  })
  await bring('leave', 'leave.jsonl', '{"e":"3","k":"事假","a":"2026-10-01","b":"2026-10-03"}\n', {
    ...{ e: 'officer', k: 'kind', a: 'starts', b: 'ends' },
  })
  const post = { unit: '偵查隊', title: '警員', duty: '刑事', supervisor: '', person: 'ab'.repeat(16) }
  const stated = { officer: '1', ...post, valid_from: '2026-01-01T00:00:00.000Z', valid_to: '' }
  const told = await office.services.evidence.stateRecords({
    ...{ kind: 'post', agency: 'police', startedBy: { account: 'system', post: '人員與職務' } },
    rows: [{ ...stated, recorded_at: '2026-01-01T00:00:00.000Z' }],
  })
  expect(told?.state).toBe('done')
  await asInstallation(() => office.services.reconcile.runReconciliation({ startedBy: BY }))
}

async function* from<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows
}

async function bring(
  target: string,
  fileName: string,
  content: string | Uint8Array,
  names: Readonly<Record<string, string>>,
): Promise<void> {
  const filePath = join(office.folder, fileName)
  await writeFile(filePath, content)
  const columns = Object.fromEntries(Object.entries(names).map(([source, column]) => [column, { from: source }]))
  const mapping: Mapping = { target, agency: 'police', columns }
  const system = target === 'access' ? { system: 'mpolice' } : {}
  const done = await asInstallation(() =>
    office.services.evidence.runImport({
      ...{ filePath, fileName, target, agency: 'police', mapping, startedBy: BY },
      ...system,
    }),
  )
  expect(done.ok && done.value.state, `${fileName}: ${JSON.stringify(done)}`).toBe('done')
}

/** Every row of every lasting table, down to when it became known; of a verdict all but the run that gave it. */
async function digest(): Promise<Readonly<Record<string, string>>> {
  const analytics = await openAnalytics({ path: store() }, 'installation')
  const found: Record<string, string> = {}
  for (const table of FILTERED_TABLES.filter((name) => !/history|reject|migration/.test(name))) {
    const [row] = await analytics.rows<{ d: string }>(
      `SELECT concat(toString(count()), ' ', lower(hex(SHA256(arrayStringConcat(arraySort(groupArray(toString(tuple(* EXCEPT run_id)))), '\\n'))))) AS d FROM ${table}`.replace(
        table === 'verdict_current' ? '' : ' EXCEPT run_id',
        '',
      ),
    )
    found[table] = row?.d ?? ''
  }
  await analytics.close()
  return found
}

async function rebuilt(options: { withoutLost?: boolean } = {}) {
  const config = readConfig(environment())
  if (!config.ok) throw new Error(config.error.join())
  const said: string[] = []
  const talk = (text: string) => void said.push(text)
  const code = await rebuildAnalytics(config.value, {
    withoutLost: false,
    ...options,
    talk,
    onProgress: () => undefined,
  })
  return { code, said: said.join('') }
}

async function restorePristine(): Promise<void> {
  await rm(store(), { recursive: true, force: true })
  await cp(`${store()}.kept`, store(), { recursive: true, verbatimSymlinks: true })
}

/** Does something with the program started, then stops it. */
async function started<T>(work: (office: OneOffice) => Promise<T>): Promise<T> {
  const running = await oneOffice({ folder: office.folder })
  return work(running).finally(() => running.close({ keepsData: true }))
}

const warningsOf = async (running: OneOffice) =>
  (await running.send('it', 'GET', '/api/warnings')).json().warnings as readonly { code: string; words: string }[]

async function expectRefused(running: OneOffice): Promise<void> {
  expect((await warningsOf(running))[0]?.words).toContain('bin/shoumi rebuild analytics')
  for (const path of ['/api/verdicts', '/api/verdicts/summary', '/api/verdicts/export?format=csv', '/api/guide']) {
    const { statusCode, body } = await running.send('ethics', 'GET', path)
    expect([path, statusCode], body).toEqual([path, 503])
    expect(body).toContain('analytics-damaged')
  }
  const today = (await running.send('ethics', 'GET', '/api/today')).json()
  expect(today.warnings[0].words).toContain('bin/shoumi rebuild analytics')
  // The same file is neither taken nor said to be there already.
  await expect(loadAccesses(running, ROWS)).rejects.toThrow('rebuild analytics')
  const now = await asInstallation(() => running.services.evidence.listImports())
  expect(now.map(({ importId }) => importId)).toEqual(imports.map(({ importId }) => importId))
}

test(
  'a store that is gone is said at the start, nothing is shown or taken meanwhile, and the rebuilt one is equal to the last row',
  async () => {
    await rm(store(), { recursive: true })
    await started(expectRefused)
    const { code, said } = await rebuilt()
    expect(said).toContain(`已重建：${imports.length} 次匯入`)
    expect([code, await digest()]).toEqual([0, pristine])
    await started(async (running) => {
      expect(await warningsOf(running)).toEqual([])
      expect(await asInstallation(() => running.services.evidence.listImports())).toEqual(imports)
      const { events } = (await running.send('ethics', 'GET', '/api/ledger/events?limit=50')).json()
      expect(events.filter(({ kind }: { kind: string }) => kind === 'analytics-rebuilt')).toHaveLength(1)
    })
  },
  TIMEOUT_MS,
)

test(
  'a rebuild that is killed after any import says at the next start that it did not end, and the next one ends it',
  async () => {
    await rm(store(), { recursive: true })
    for (const diesAt of [0, 1, 3, imports.length]) {
      const child = spawn(process.execPath, [PROGRAM, String(diesAt)], {
        env: { ...process.env, ...environment() },
        stdio: 'ignore',
      })
      expect(await new Promise((done) => child.once('close', (_code, signal) => done(signal)))).toBe('SIGKILL')
      if (diesAt === 1)
        await started(async (running) => {
          expect((await warningsOf(running))[0]?.words).toContain('重建尚未完成')
          await expectRefused(running)
        })
    }
    expect([(await rebuilt()).code, await digest()]).toEqual([0, pristine])
  },
  TIMEOUT_MS,
)

test(
  'a kept file that is gone stops the rebuild with its name, and given up its import counts as undone and is taken again',
  async () => {
    await restorePristine()
    const lost = imports.find(({ fileName }) => fileName === 'stops.csv')?.importId ?? ''
    const kept = join(office.folder, 'archive', lost)
    const bytes = await readFile(kept)
    await rm(store(), { recursive: true })
    await rm(kept)
    const refused = await rebuilt()
    expect([refused.code, refused.said.includes(lost)]).toEqual([1, true])
    expect(refused.said).toContain('原始檔遺失、損毀')
    await started(expectRefused)
    await writeFile(kept, bytes)
    expect([(await rebuilt()).code, await digest()]).toEqual([0, pristine])
    await rm(store(), { recursive: true })
    await writeFile(kept, bytes.subarray(0, bytes.length - 1))
    expect((await rebuilt()).code).toBe(1)
    expect((await rebuilt({ withoutLost: true })).code).toBe(2)
    await started(async (running) => {
      expect(await warningsOf(running)).toEqual([])
      const undone = await asInstallation(() => running.services.evidence.getImport(lost))
      expect([undone?.state, undone?.error?.includes('重新匯入')]).toEqual(['undone', true])
      office = { ...running, folder: office.folder }
      await bring('stop', 'stops.csv', await readFile(join(office.folder, 'stops.csv')), {
        ...{ 員工: 'officer', 證號: 'subject', 時間: 'at', 地點: 'place' },
      })
    })
  },
  TIMEOUT_MS,
)
