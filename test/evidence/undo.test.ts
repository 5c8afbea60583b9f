import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ok } from '../../src/base/result.ts'
import { asInstallation, inScope } from '../../src/base/tenant.ts'
import type { Changes, ChangeVerdict } from '../../src/changes/create-changes.ts'
import type { ImportRecord, Mapping } from '../../src/wire/import.ts'
import { passKeys } from '../http/pass-keys.ts'
import { PASSWORD, type TwoAgencies, twoAgencies } from '../http/two-agencies.ts'

/* Undoing an import through the real program: two persons, its event, and verdicts that follow. */
let world: TwoAgencies
beforeAll(async () => {
  world = await twoAgencies()
}, 120_000)
afterAll(() => world.close())

const HEADER = '編號,時間,員工,證號,事由'
const logMapping: Mapping = {
  target: 'access',
  agency: 'land',
  columns: {
    source_id: { from: '編號' },
    at: { from: '時間' },
    officer: { from: '員工' },
    subject: { from: '證號' },
    purpose: { from: '事由' },
  },
}
let serial = 0
async function load(rows: readonly string[], mapping = logMapping, header = HEADER): Promise<ImportRecord> {
  const filePath = join(world.folder, `undo-${serial++}.csv`)
  await writeFile(filePath, `${[header, ...rows].join('\n')}\n`)
  return asInstallation(async () => {
    const done = await world.services.evidence.runImport({
      ...{ filePath, fileName: `undo-${serial}.csv`, target: mapping.target, agency: 'land', mapping },
      startedBy: { account: 'land-it', post: '資訊' },
      ...(mapping.target === 'access' && { system: 'land-log' }),
    })
    if (!done.ok) throw new Error(done.error.messageEn)
    return done.value
  })
}

const doer = (account: string) => ({ account, post: '職務' })
function as<T>(account: string, work: (changes: Changes) => Promise<T>): Promise<T> {
  const home = account.startsWith('land-') ? 'land' : account.startsWith('pol-') ? 'police' : ''
  const agencies = home === '' ? ('all' as const) : [home]
  return inScope({ kind: 'served', agencies, home, account }, () => work(world.services.changes))
}
const present: ChangeVerdict['prove'] = async () => ok({ evidence: {} })
const propose = (account: string, importId: string) =>
  as(account, (changes) =>
    changes.propose({ kind: 'import-undo', value: { importId }, reason: '匯入了錯誤的檔案' }, doer(account)),
  )
async function undo(importId: string): Promise<void> {
  const made = await propose('land-ethics', importId)
  if (!made.ok) throw new Error(JSON.stringify(made.error))
  const decided = await as('land-head', (changes) =>
    changes.decide(made.value, doer('land-head'), { verdict: 'approve', reason: '', prove: present }),
  )
  expect(decided).toMatchObject({ ok: true })
  await world.services.evidence.settle()
}
const stateOf = async (importId: string) =>
  (await asInstallation(() => world.services.evidence.getImport(importId)))?.state
const reconcile = () => asInstallation(() => world.services.reconcile.runReconciliation({ startedBy: doer('land-it') }))
const verdictsOf = async (start: string) =>
  asInstallation(async () => {
    const found: string[] = []
    for await (const each of world.services.reconcile.streamSourceVerdicts())
      if (each.sourceId.startsWith(start)) found.push(`${each.sourceId} ${each.verdict}`)
    return found.sort()
  })
const look = (id: string, at = '2026-09-05 10:00') => `${id},${at},777,A123456789,查詢`

test('an import that is undone leaves lists and tables; its event, archive and history stay, and its file may come again', async () => {
  const rows = [look('G-1'), look('G-2', '2026-09-06 10:00')]
  const record = await load(rows)
  await reconcile()
  expect(await verdictsOf('G-')).toHaveLength(2)
  await undo(record.importId)
  expect(await stateOf(record.importId)).toBe('withdrawn')
  expect(await verdictsOf('G-')).toEqual([])
  const events = await asInstallation(() =>
    world.services.database.query<{ kind: string; actor: string }>(
      'SELECT kind, actor FROM event WHERE subject_ref = $1 ORDER BY at, kind',
      [`import:${record.importId}`],
    ),
  )
  expect(events).toEqual([
    { kind: 'import', actor: 'land-it' },
    { kind: 'import-undone', actor: 'land-head' },
  ])
  expect(await reconcile()).toMatchObject({ ok: true })
  expect(await verdictsOf('G-')).toEqual([])
  const row = await asInstallation(() => world.services.evidence.readSourceRow(record.importId, 2))
  expect(row).toMatchObject({ ok: true, value: { officer: '777' } })
  expect((await load(rows)).rowsLoaded).toBe(2)
  await reconcile()
  expect(await verdictsOf('G-')).toHaveLength(2)
})

test('evidence that is undone explains nothing any more', async () => {
  await load([look('H-1', '2026-08-05 10:00')])
  const visit: Mapping = {
    target: 'visit',
    agency: 'land',
    columns: {
      ticket: { from: '號碼牌' },
      officer: { from: '承辦人' },
      subject: { from: '證號' },
      service: { from: '項目' },
      at: { from: '時間' },
    },
  }
  const record = await load(['A1,777,A123456789,謄本,2026-08-05 09:58'], visit, '號碼牌,承辦人,證號,項目,時間')
  await reconcile()
  expect(await verdictsOf('H-')).toEqual(['H-1 explained'])
  await undo(record.importId)
  await reconcile()
  expect(await verdictsOf('H-')).toEqual(['H-1 unexplained'])
})

test('whoever decides is told what follows, and which other files have a hole then; those may be read again', async () => {
  const first = await load([look('I-1'), look('I-2')])
  const second = await load([look('I-2'), look('I-3')])
  expect(second.rowsDuplicate).toBe(1)
  const made = await propose('land-it', first.importId)
  const page = await as('land-head', (changes) => changes.page(made.ok ? made.value : '', 'land-head'))
  expect(page?.diff.filter(({ before, after }) => before !== after)).toEqual([
    { before: 'state: done', after: 'state: withdrawn' },
  ])
  expect(page?.consequences.map(({ zh }) => zh).join()).toContain(`「${second.fileName}」有 1 列`)
  await as('land-it', (changes) => changes.withdraw(made.ok ? made.value : '', doer('land-it')))
  await undo(first.importId)
  const holed = await asInstallation(() => world.services.evidence.getImport(second.importId))
  expect(holed?.quality.find(({ code }) => code === 'rows-withdrawn')).toMatchObject({ count: 1, severity: 'serious' })
  const again = await load([look('I-2'), look('I-3')])
  expect([again.state, again.rowsLoaded, again.rowsDuplicate]).toEqual(['done', 1, 1])
})

test('an import of another agency, one that loaded nothing, and one undone already are refused', async () => {
  const record = await load([look('J-1')])
  expect(await propose('pol-ethics', record.importId)).toMatchObject({ ok: false, error: { code: 'refused' } })
  expect(await propose('land-ethics', world.foreign.import)).toMatchObject({ ok: false, error: { code: 'refused' } })
  const repeated = await load([look('J-1')])
  expect(repeated.state).toBe('repeated')
  expect(await propose('land-ethics', repeated.importId)).toMatchObject({ error: { code: 'refused' } })
  const running = '5f0e4f1e-0000-4000-8000-000000000001'
  await asInstallation(() =>
    world.services.database.upkeep.query(
      `INSERT INTO import (import_id, target, agency, system, file_name, file_bytes, mapping, state, started_at, started_by, started_by_post)
       SELECT $1, target, agency, system, file_name, file_bytes, mapping, 'running', started_at, started_by, started_by_post FROM import WHERE import_id = $2`,
      [running, record.importId],
    ),
  )
  expect(await propose('land-ethics', running)).toMatchObject({ error: { code: 'refused' } })
  await undo(record.importId)
  expect(await propose('land-ethics', record.importId)).toMatchObject({
    error: { code: 'refused', words: { zh: expect.stringContaining('已經撤銷') } },
  })
})

test('whoever may not import does not propose it either', async () => {
  const record = await load([look('K-1')])
  const answers: number[] = []
  for (const account of ['land-head', 'land-security', 'land-it']) {
    const signed = await world.server.inject({
      ...{ method: 'POST', url: '/api/session', headers: { host: '127.0.0.1' } },
      payload: { account, password: PASSWORD },
    })
    await passKeys(world.services.database)
    const cookies = Object.fromEntries(signed.cookies.map(({ name, value }) => [name, value]))
    const csrf = Object.entries(cookies).find(([name]) => name === 'shoumi_csrf')?.[1] ?? ''
    const answer = await world.server.inject({
      ...{ method: 'POST', url: '/api/changes', cookies, headers: { host: '127.0.0.1', 'x-shoumi-csrf': csrf } },
      payload: { kind: 'import-undo', value: { importId: record.importId }, reason: '匯入了錯誤的檔案' },
    })
    answers.push(answer.statusCode)
  }
  expect(answers).toEqual([403, 403, 200])
})

test('imports come in while an undoing waits for a reconciliation, and it is done after that', async () => {
  const record = await load([look('L-1')])
  await reconcile()
  const { database } = world.services
  await asInstallation(() =>
    database.exclusively('reconcile', async () => {
      const made = await propose('land-ethics', record.importId)
      await as('land-head', (changes) =>
        changes.decide(made.ok ? made.value : '', doer('land-head'), {
          verdict: 'approve',
          reason: '',
          prove: present,
        }),
      )
      for (let asked = 0; asked < 20; asked++) await asInstallation(() => world.services.changes.takeUp())
      expect((await load([look('L-2')])).rowsLoaded).toBe(1)
      expect(await stateOf(record.importId)).toBe('withdrawing')
    }),
  )
  await world.services.evidence.settle()
  expect(await stateOf(record.importId)).toBe('withdrawn')
  expect(await verdictsOf('L-1')).toEqual([])
})
