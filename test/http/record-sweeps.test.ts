import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { asInstallation } from '../../src/base/tenant.ts'
import { newDisclosureCode } from '../../src/gate/disclosure-code.ts'
import { recordChunk, recordOpening } from '../../src/gate/disclosure-record.ts'
import type { RecordFindingView } from '../../src/wire/ledger.ts'
import type { WarningList } from '../../src/wire/warning.ts'
import { loadAccesses, type OneOffice, oneOffice } from './one-office.ts'

/** Whoever owns the database changes what he likes: triggers are off for him. What he changes is found and told. */
let office: OneOffice
let accessId = ''
let code = ''

beforeAll(async () => {
  office = await oneOffice()
  await loadAccesses(office, 40)
  const list = (await office.send('ethics', 'GET', '/api/verdicts?limit=5')).json<{ rows: { accessId: string }[] }>()
  accessId = list.rows[0]?.accessId ?? ''
  code = await openDisclosure()
})
afterAll(() => office.close())

const look = () => office.send('ethics', 'GET', `/api/accesses/${accessId}`)
const sweep = async () => (await office.send('security', 'POST', '/api/ledger/sweep', {})).json<{ open: number }>()
const findings = async () =>
  (await office.send('head', 'GET', '/api/ledger/findings')).json<{ findings: RecordFindingView[] }>().findings
const isWarned = async (role: string) =>
  (await office.send(role, 'GET', '/api/warnings'))
    .json<WarningList>()
    .warnings.some((warning) => warning.code === 'records')

/** The newest event of a kind, in the log by now. */
async function newest(kind: string): Promise<string> {
  await look()
  const [row] = await owned<{ event_id: string }>(
    'SELECT event_id FROM event WHERE kind = $1 ORDER BY at DESC, event_id DESC LIMIT 1',
    [kind],
  )
  const id = row?.event_id ?? ''
  const { ledger } = office.services
  await expect.poll(() => asInstallation(() => ledger.proofOf(id)).then((proof) => proof !== undefined)).toBe(true)
  return id
}

/** As the owner of the database, past every trigger. */
const owned = <Row>(sql: string, params: readonly unknown[] = []): Promise<readonly Row[]> =>
  asInstallation(() =>
    office.services.database.upkeep.transaction(async (tx) => {
      await tx.query('SET LOCAL session_replication_role = replica')
      return tx.query<Row & Record<string, unknown>>(sql, [...params]) as Promise<readonly Row[]>
    }),
  )

async function openDisclosure(): Promise<string> {
  const { database, clock } = office.services
  const opening = {
    code: newDisclosureCode(),
    request: {
      asker: { account: 'officer', agency: 'police', post: '員', unit: '室' },
      act: 'query',
      resource: { agency: 'police', query: 'police-person', version: 1, subjectToken: 'ab'.repeat(16), rows: 1 },
      purpose: 'criminal-case',
      case: { number: '偵字1號' },
      at: clock.now(),
      subjectsToday: 0,
    },
    decision: { outcome: 'permit', policies: [], policyVersion: 'v', obligations: [] },
    receiver: { name: '王承辦', unit: '偵查隊' },
    level: 'standard',
    approval: '',
    person: undefined,
  } as unknown as Parameters<typeof recordOpening>[1]
  const opened = await asInstallation(() => recordOpening({ database, clock }, opening))
  if (!opened.ok) throw new Error(opened.error)
  const chunk = { rows: [['x']], subjects: Buffer.alloc(16, 1), shapes: [], rowShapes: [] }
  await asInstallation(() => recordChunk({ database, clock }, opening, 1, chunk as never))
  return opening.code
}

// Each begins where everything agrees; what an earlier one left has been put back and taken note of.
beforeEach(async () => {
  await sweep()
  for (const each of await findings())
    if (each.notedAt === null) {
      const noted = await office.send('ethics', 'POST', `/api/ledger/findings/${each.id}/note`, {
        reason: '已由備份查明並還原',
      })
      expect(noted.statusCode).toBe(200)
    }
  expect(await isWarned('ethics')).toBe(false)
})

interface Way {
  readonly what: string
  readonly code: string
  /** changes something, answers the place that is to be found */
  readonly change: () => Promise<string>
}
const way = (what: string, code: string, change: () => Promise<string>): Way => ({ what, code, change })

const column = (name: string, value: string) => async () => {
  const id = await newest('look')
  await owned(`UPDATE event SET ${name} = ${value} WHERE event_id = $1`, [id])
  return `event:${id}`
}
const WAYS: readonly Way[] = [
  way('the actor of a record', 'column-differs', column('actor', "'auditor'")),
  way('the kind of a record', 'column-differs', column('kind', "'sign-in'")),
  way('the time of a record', 'column-differs', column('at', "at - interval '40 days'")),
  way('what a record was about', 'column-differs', column('subject_ref', "'event:x'")),
  way('a sealed byte', 'unreadable', column('sealed', 'set_byte(sealed, 20, get_byte(sealed, 20) # 1)')),
  way('the leaf of a record', 'leaf-differs', column('leaf', 'set_byte(leaf, 20, get_byte(leaf, 20) # 1)')),
  way('a record that is deleted', 'row-missing', async () => {
    const id = await newest('look')
    await owned('DELETE FROM event WHERE event_id = $1', [id])
    return `event:${id}`
  }),
  way('a record that is added', 'row-without-leaf', async () => {
    const id = await newest('look')
    const added = `${id.slice(0, -4)}ffff`
    await owned(
      `INSERT INTO event (expires_month, event_id, at, kind, actor, subject_ref, leaf, sealed, agency)
       SELECT expires_month, $2, at, kind, 'head', subject_ref, leaf, sealed, agency FROM event WHERE event_id = $1`,
      [id, added],
    )
    return `event:${added}`
  }),
  way('the sealed bodies of two records, exchanged', 'unreadable', async () => {
    const first = await newest('look')
    const second = await newest('look')
    await owned(
      `UPDATE event e SET sealed = o.sealed FROM event o
       WHERE (e.event_id = $1 AND o.event_id = $2) OR (e.event_id = $2 AND o.event_id = $1)`,
      [first, second],
    )
    return `event:${first}`
  }),
  way('the row a code is traced by', 'side-differs', async () => {
    await owned("UPDATE disclosure SET account = 'supervisor', person_name = '別人' WHERE code = $1", [code])
    return `disclosure:${code}`
  }),
  way('the subjects of a chunk', 'side-differs', async () => {
    await owned("UPDATE disclosed_chunk SET subjects = '\\x00' WHERE code = $1", [code])
    return `chunk:${code}:1`
  }),
  way('a disclosure that is deleted', 'side-missing', async () => {
    const gone = await openDisclosure()
    const [row] = await owned<{ event_id: string }>('SELECT event_id FROM disclosure WHERE code = $1', [gone])
    await owned('DELETE FROM disclosure WHERE code = $1', [gone])
    return `event:${row?.event_id}`
  }),
  way('a disclosure nobody made', 'side-without-event', async () => {
    const made = newDisclosureCode()
    await owned(
      `INSERT INTO disclosure (code, opened_at, event_id, account, person_name, unit, post, agency, act, query, version,
             purpose, case_number, subject_token, mask_level, outcome, approval, policy_version)
           SELECT $1, opened_at, gen_random_uuid(), account, person_name, unit, post, agency, act, query, version,
             purpose, case_number, subject_token, mask_level, outcome, approval, policy_version
           FROM disclosure WHERE code = $2`,
      [made, code],
    )
    return `disclosure:${made}`
  }),
  way('a byte of a public file', 'file-repaired', async () => {
    await newest('look')
    const { size } = (await office.send('ethics', 'GET', '/api/ledger')).json<{ size: number }>()
    const path = `tile/0/000.p/${size}`
    const file = join(office.folder, 'ledger', path)
    const bytes = await readFile(file)
    bytes[40] = (bytes[40] ?? 0) ^ 1
    await writeFile(file, bytes)
    return path
  }),
  way('the published checkpoint, put back to an older one', 'checkpoint-behind', async () => {
    const file = join(office.folder, 'ledger', 'checkpoint')
    const older = await readFile(file)
    await newest('look')
    await writeFile(file, older)
    return 'checkpoint'
  }),
]

describe('what the owner of the database or of the files changes', () => {
  test.each(WAYS)('$what is found by the sweep and told on every page of ethics, security and head', async (each) => {
    const place = await each.change()
    expect((await sweep()).open).toBeGreaterThan(0)
    expect(await findings()).toContainEqual(expect.objectContaining({ code: each.code, place, notedAt: null }))
    for (const role of ['ethics', 'security', 'head'])
      expect({ role, told: await isWarned(role) }).toEqual({ role, told: true })
    for (const role of ['officer', 'it', 'citizen'])
      expect({ role, told: await isWarned(role) }).toEqual({ role, told: false })
  })

  test('is not shown as true when it is opened, and that it was opened makes it known', async () => {
    const id = await newest('look')
    await owned("UPDATE event SET actor = 'auditor', at = at - interval '40 days' WHERE event_id = $1", [id])
    const opened = await office.send('ethics', 'GET', `/api/ledger/events/${id}`)
    expect(opened.statusCode).toBe(409)
    expect(opened.json()).toMatchObject({ code: 'record-changed' })
    expect((await office.send('ethics', 'GET', `/api/ledger/events/${id}/bundle`)).statusCode).toBe(409)
    expect(await isWarned('head')).toBe(true)
  })

  test('does not change what a trace, or a list of acts, says: they tell what was sealed, and that a table differs', async () => {
    await owned("UPDATE disclosure SET account = 'supervisor', person_name = '別人', purpose = 'x' WHERE code = $1", [
      code,
    ])
    const traced = await office.send('ethics', 'POST', '/api/gate/trace', { code, reason: '外流截圖' })
    expect(traced.json()).toMatchObject({
      who: { account: 'officer', name: '王承辦', unit: '偵查隊' },
      caseNumber: '偵字1號',
      source: 'sealed',
      differs: expect.arrayContaining(['who', 'purpose']),
    })
    const id = await newest('look')
    await owned("UPDATE event SET kind = 'sign-in', subject_ref = 'x' WHERE event_id = $1", [id])
    const { events } = (await office.send('ethics', 'GET', '/api/me/acts')).json<{ events: { eventId: string }[] }>()
    expect(events.find(({ eventId }) => eventId === id)).toMatchObject({
      kind: 'look',
      subjectRef: expect.stringContaining(accessId),
      isChanged: true,
    })
  })

  test('leaves no line in a list where it stands in no log', async () => {
    const id = await newest('look')
    const added = `${id.slice(0, -4)}eeee`
    await owned(
      `INSERT INTO event (expires_month, event_id, at, kind, actor, subject_ref, leaf, sealed, agency)
       SELECT expires_month, $2, at, kind, actor, subject_ref, leaf, sealed, agency FROM event WHERE event_id = $1`,
      [id, added],
    )
    const { events } = (await office.send('ethics', 'GET', '/api/ledger/events?limit=20')).json<{
      events: { eventId: string }[]
    }>()
    const ids = events.map(({ eventId }) => eventId)
    expect(ids).toContain(id)
    expect(ids).not.toContain(added)
  })
})

test('a difference is taken note of by those who answer for it, with a reason, once', async () => {
  const id = await newest('look')
  await owned("UPDATE event SET actor = 'auditor' WHERE event_id = $1", [id])
  await sweep()
  const found = (await findings()).find(({ place }) => place === `event:${id}`)
  const path = `/api/ledger/findings/${found?.id}/note`
  for (const role of ['auditor', 'it', 'officer'])
    expect((await office.send(role, 'POST', path, { reason: '不是我該說的' })).statusCode).toBe(403)
  expect((await office.send('head', 'POST', path, { reason: '' })).statusCode).toBe(400)
  expect((await office.send('head', 'POST', path, { reason: '已請政風保全資料庫' })).statusCode).toBe(200)
  expect((await office.send('head', 'POST', path, { reason: '已請政風保全資料庫' })).statusCode).toBe(404)
  expect((await findings()).find(({ place }) => place === `event:${id}`)).toMatchObject({ notedBy: 'head' })
})
