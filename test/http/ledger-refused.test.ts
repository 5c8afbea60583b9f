import { randomUUID } from 'node:crypto'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asInstallation } from '../../src/base/tenant.ts'
import { loadLogSigner } from '../../src/ledger/log-key.ts'
import type { RecoveryFailure } from '../../src/ledger/recover.ts'
import { formatCheckpoint } from '../../src/ledger/tlog/checkpoint.ts'
import { signNote } from '../../src/ledger/tlog/note.ts'
import { drawSeed } from '../../src/ledger/tlog/note-key.ts'
import { isOpenWhileRefused, may } from '../../src/wire/permissions.ts'
import { roleNames } from '../../src/wire/session.ts'
import { allRoutes } from './every-route.ts'
import { loadAccesses, type OneOffice, oneOffice } from './one-office.ts'

const TIMEOUT_MS = 300_000
let folder: string
let accessId: string
let eventId: string

beforeAll(async () => {
  const office = await oneOffice()
  folder = office.folder
  await loadAccesses(office, 50)
  accessId = (await office.send('ethics', 'GET', '/api/verdicts?limit=1')).json().rows[0].accessId
  eventId = (await office.send('ethics', 'GET', '/api/ledger/events?limit=1')).json().events[0].eventId
  await office.close({ keepsData: true })
  await cp(join(folder, 'ledger'), join(folder, 'ledger.kept'), { recursive: true })
  await cp(join(folder, 'keys'), join(folder, 'keys.kept'), { recursive: true })
}, TIMEOUT_MS)
afterAll(() => rm(folder, { recursive: true, force: true }))

const mark = () => join(folder, 'keys', 'ledger', 'largest-checkpoint')

/** Each way in which the log can be found not to be the one that was signed, brought about in the files of a stopped program. */
const BROUGHT_ABOUT: Readonly<Record<RecoveryFailure['code'], () => Promise<void>>> = {
  'restored-backup': async () => {
    const [origin, size = '', ...rest] = (await readFile(mark(), 'utf8')).split('\n')
    await writeFile(mark(), [origin, String(Number(size) + 3), ...rest].join('\n'))
  },
  fork: async () => {
    const [origin, size, root = '', ...rest] = (await readFile(mark(), 'utf8')).split('\n')
    const other = Buffer.from(root, 'base64').map((byte) => byte ^ 1)
    await writeFile(mark(), [origin, size, Buffer.from(other).toString('base64'), ...rest].join('\n'))
  },
  'other-key': async () => {
    // Data from before keys were marked: afterwards the start itself refuses another key.
    const office = await oneOffice({ folder })
    await forgetSeed(office)
    await office.close({ keepsData: true })
    await writeFile(join(folder, 'keys', 'ledger', 'log-seed'), drawSeed())
  },
  'other-name': async () => {
    const [, ...rest] = (await readFile(mark(), 'utf8')).split('\n')
    await writeFile(mark(), ['other.example/log', ...rest].join('\n'))
  },
  'unreadable-checkpoint': () => writeFile(join(folder, 'ledger', 'checkpoint'), 'half a file'),
  contradicted: async () => {
    const note = await readFile(join(folder, 'ledger', 'checkpoint'), 'utf8')
    const [origin = '', size = ''] = note.split('\n')
    // Signed with the log's own key, as somebody does who has a copy of it; a witness showed it.
    const signer = await loadLogSigner(join(folder, 'keys', 'ledger'), origin)
    const forked = signNote(formatCheckpoint({ origin, size: Number(size), root: Buffer.alloc(32, 7) }), [signer])
    const found = { id: randomUUID(), origin, witness: 'w', size: Number(size), note: forked, ownNote: note }
    const file = { ...found, foundAt: new Date().toISOString() }
    await writeFile(join(folder, 'keys', 'ledger', 'contradiction'), JSON.stringify(file))
  },
  'entries-differ': async () => {
    // Without its tiles the tree is derived again from the stored entries; one of them is another now.
    await rm(join(folder, 'ledger', 'tile'), { recursive: true })
    const office = await oneOffice({ folder })
    const { upkeep } = office.services.database
    const last = 'length(entries) - 1'
    for (const sql of [
      'ALTER TABLE ledger_batch DISABLE TRIGGER USER',
      `UPDATE ledger_batch SET entries = set_byte(entries, ${last}, get_byte(entries, ${last}) # 1) WHERE first_index = 0`,
      'ALTER TABLE ledger_batch ENABLE TRIGGER USER',
    ])
      await asInstallation(() => upkeep.query(sql))
    await office.close({ keepsData: true })
    await rm(join(folder, 'ledger', 'tile'), { recursive: true })
  },
}

const forgetSeed = ({ services }: Awaited<ReturnType<typeof oneOffice>>) =>
  asInstallation(() => services.database.upkeep.query("DELETE FROM key_mark WHERE name LIKE '%log-seed'"))

async function restored(): Promise<void> {
  for (const name of ['ledger', 'keys']) {
    await rm(join(folder, name), { recursive: true, force: true })
    await cp(join(folder, `${name}.kept`), join(folder, name), { recursive: true })
  }
}

const reveal = { reason: '查核個案需要知道姓名' }
const look = { query: 'police-person', parameters: { id: 'A123456789' }, purpose: 'criminal-case', caseNumber: '1' }

/** Everything that shows a case, a citizen or who looked at whom, and everything that would change something. */
const SHOWS: readonly (readonly [string, string, string, object?])[] = [
  ['ethics', 'GET', '/api/verdicts'],
  ['ethics', 'GET', '/api/verdicts/summary'],
  ['ethics', 'GET', '/api/verdicts/export?format=csv'],
  ['ethics', 'GET', '/api/accesses/ID'],
  ['ethics', 'GET', '/api/accesses/ID/report.pdf'],
  ['ethics', 'POST', '/api/accesses/ID/reveal', reveal],
  ['ethics', 'POST', '/api/gate/trace', { code: '7K2-QM9-4XD', reason: '外流截圖' }],
  ['ethics', 'GET', '/api/ledger/events/EVENT'],
  ['ethics', 'GET', '/api/ledger/events/EVENT/bundle'],
  ['ethics', 'GET', '/api/ledger/events/EVENT/proof'],
  ['officer', 'POST', '/api/gate/look', look],
  ['officer', 'POST', '/api/gate/export', { ...look, format: 'csv' }],
  ['officer', 'POST', '/api/gate/emergencies', { ...look, justification: '追查中', assertion: {} }],
  ['supervisor', 'GET', '/api/gate/inbox'],
  ['it', 'POST', '/api/runs', {}],
]
/** What whoever has to find out needs. */
const OPEN: readonly (readonly [string, string])[] = [
  ['ethics', '/api/ledger'],
  ['ethics', '/api/ledger/events'],
  ['security', '/api/ledger'],
  ['head', '/api/ledger'],
  ['it', '/api/ledger'],
  ['it', '/api/imports'],
]

/** Every route that is not named as open in this state, each by somebody who may use it otherwise. */
const WAITING = allRoutes.flatMap(({ method, path, action, isUpload }) => {
  if (isOpenWhileRefused(action) || action === 'public' || isUpload) return []
  const role = roleNames.find((each) => may(each, action))
  const address = path.replace('*', 'x').replace(/:\w+/g, '00000000-0000-4000-8000-000000000000')
  return role === undefined ? [] : [{ role, method, address }]
})

async function expectRefused(office: OneOffice, code: string): Promise<void> {
  expect(WAITING.length).toBeGreaterThan(50)
  for (const { role, method, address } of WAITING) {
    const answer = await office.send(role, method, address, method === 'GET' ? undefined : {})
    expect([method, address, answer.statusCode, answer.json().code]).toEqual([method, address, 503, 'ledger-refused'])
  }
  for (const [role, path] of OPEN)
    expect([path, (await office.send(role, 'GET', path)).statusCode]).toEqual([path, 200])
  const { state, stateDetail } = (await office.send('security', 'GET', '/api/ledger')).json()
  expect([state, stateDetail.split(':')[0]]).toEqual(['refused', code])
  for (const [role, method, path, body] of SHOWS) {
    const address = path.replace('ID', accessId).replace('EVENT', eventId)
    const answer = await office.send(role, method, address, body)
    expect([path, answer.statusCode, answer.json().code], answer.body).toEqual([path, 503, 'ledger-refused'])
    expect(answer.json().message).toContain('帳冊')
  }
  for (const role of ['officer', 'supervisor', 'ethics', 'auditor', 'it', 'security', 'head', 'citizen'])
    expect((await office.send(role, 'GET', '/api/warnings')).json().warnings[0]).toMatchObject({ code: 'ledger' })
  for (const role of ['officer', 'supervisor', 'ethics', 'auditor', 'it', 'security', 'head'])
    expect((await office.send(role, 'GET', '/api/today')).json().warnings[0].words).toContain(code)
  expect((await office.send('it', 'DELETE', '/api/session')).statusCode).toBe(200)
}

describe.each(Object.keys(BROUGHT_ABOUT) as RecoveryFailure['code'][])('%s', (code) => {
  test(
    'nothing is shown or changed, everybody is told what to do, and who has to look signs in, sees the state and signs out',
    async () => {
      await restored()
      await BROUGHT_ABOUT[code]()
      const office = await oneOffice({ folder })
      try {
        await expectRefused(office, code)
      } finally {
        await forgetSeed(office)
        await office.close({ keepsData: true })
      }
    },
    TIMEOUT_MS,
  )
})

test(
  'two persons of the offices that may, and nobody else or alone, settle a contradiction; the next start goes on',
  async () => {
    await restored()
    await BROUGHT_ABOUT.contradicted()
    const office = await oneOffice({ folder })
    const settle = (role: string) => office.send(role, 'POST', '/api/ledger/settlement', { reason: '資料庫無法復原' })
    for (const role of ['officer', 'it', 'auditor', 'supervisor']) expect((await settle(role)).statusCode).toBe(403)
    expect((await settle('ethics')).json()).toEqual({ state: 'proposed' })
    const again = await settle('ethics')
    expect([again.statusCode, again.json().code]).toEqual([409, 'settle-refused'])
    expect((await settle('security')).json()).toEqual({ state: 'settled' })
    // Nothing is shown before the program was started again.
    expect((await office.send('ethics', 'GET', '/api/verdicts')).statusCode).toBe(503)
    await office.close({ keepsData: true })
    const next = await oneOffice({ folder })
    expect((await next.send('ethics', 'GET', '/api/verdicts')).statusCode).toBe(200)
    const { events } = (await next.send('ethics', 'GET', '/api/ledger/events?limit=50')).json()
    const settled = events.filter(({ kind }: { kind: string }) => kind === 'contradiction-settled')
    expect(new Set(settled.map(({ actor }: { actor: string }) => actor))).toEqual(new Set(['ethics', 'security']))
    await next.close({ keepsData: true })
  },
  TIMEOUT_MS,
)
