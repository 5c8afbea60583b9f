import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixedClock } from '../../src/base/clock.ts'
import { asInstallation } from '../../src/base/tenant.ts'
import { buildServer } from '../../src/http/server.ts'
import type { Services } from '../../src/http/services.ts'
import { MAX_WAITING, openUploads } from '../../src/http/upload-store.ts'
import { hashPassword } from '../../src/identity/password.ts'
import { compose } from '../../src/program/compose.ts'
import { readConfig } from '../../src/program/config.ts'
import type { ImportPreview, ImportRecord } from '../../src/wire/import.ts'

const PASSWORD = 'a password for tests'
const HEADER = '日期時間,員工編號,身分證字號,事由'
const CSV = `${HEADER}\n2026-11-05 08:30,0412,A123456789,查詢\n`
let folder: string
let server: FastifyInstance
let services: Services
let close: () => Promise<void>
const people: Record<string, Record<string, string>> = {}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-uploads-'))
  // As an earlier run that was killed left them.
  await mkdir(join(folder, 'uploads', 'staff'), { recursive: true })
  for (const name of ['a', 'staff/b']) await writeFile(join(folder, 'uploads', name), CSV)
  const config = readConfig({ SHOUMI_DATA: folder, SHOUMI_SAMPLE: 'no' })
  if (!config.ok) throw new Error(config.error.join())
  const composed = await compose(config.value)
  if (!composed.ok) throw new Error(composed.error.message)
  services = composed.value.services
  server = await buildServer(services)
  close = async () => {
    await server.close()
    await composed.value.close()
  }
  for (const account of ['it-one', 'it-two']) {
    const add = async () =>
      services.database.upkeep.query(
        `INSERT INTO account (account, name, unit, title, role, agency, password_hash) VALUES ($1, $1, '室', '員', 'it', '', $2)`,
        [account, await hashPassword(PASSWORD)],
      )
    await asInstallation(add)
    const payload = { account, password: PASSWORD }
    const answer = await server.inject({ method: 'POST', url: '/api/session', headers: { host: 'localhost' }, payload })
    const jar = Object.fromEntries(answer.cookies.map((each) => [each.name, each.value]))
    people[account] = {
      host: 'localhost',
      cookie: `shoumi_session=${jar['shoumi_session']}`,
      'x-shoumi-csrf': jar['shoumi_csrf'] ?? '',
    }
  }
}, 180_000)
afterAll(async () => {
  await close()
  await rm(folder, { recursive: true, force: true })
})

const kept = async () => (await readdir(join(folder, 'uploads')).catch(() => [])).filter((name) => name !== 'staff')
const preview = (content: string | Buffer, fileName = 'log.csv', account = 'it-one') =>
  server.inject({
    method: 'POST',
    url: `/api/imports/preview?target=access&agency=police&fileName=${encodeURIComponent(fileName)}`,
    headers: { ...people[account], 'content-type': 'application/octet-stream' },
    payload: content,
  })
const start = (uploadId: string, account = 'it-one', columns: Record<string, unknown> = COLUMNS) =>
  server.inject({
    method: 'POST',
    url: '/api/imports',
    headers: people[account] ?? {},
    payload: {
      ...{ uploadId, fileName: 'log.csv', target: 'access', agency: 'police', system: 'mpolice' },
      mapping: { target: 'access', agency: 'police', columns },
    },
  })
const COLUMNS = {
  at: { from: '日期時間' },
  officer: { from: '員工編號' },
  subject: { from: '身分證字號' },
  purpose: { from: '事由' },
}

describe('an uploaded file', () => {
  test('of an earlier run is gone when the program has started', async () => {
    expect(await readdir(join(folder, 'uploads')).catch(() => [])).toEqual([])
  })

  test('is gone with the answer that refuses it', async () => {
    for (const content of ['', '\0\0\0\0', Buffer.from('PK\u0003\u0004nothing'), `${'c,'.repeat(300)}c\n`])
      expect((await preview(content)).statusCode).toBe(422)
    expect(await kept()).toEqual([])
  })

  test('waits readable for its owner alone, and is gone when its import has ended, however it ended', async () => {
    for (const columns of [COLUMNS, COLUMNS, { ...COLUMNS, at: { from: '沒有' } }]) {
      const content = columns === COLUMNS ? CSV : `${CSV}\n`
      const { uploadId } = (await preview(content)).json<ImportPreview>()
      expect(await kept()).toEqual([uploadId])
      expect((await stat(join(folder, 'uploads', uploadId))).mode & 0o777).toBe(0o600)
      const { importId } = (await start(uploadId, 'it-one', columns)).json<ImportRecord>()
      await services.evidence.settle()
      expect(await asInstallation(() => services.evidence.getImport(importId))).toMatchObject({
        state: columns !== COLUMNS ? 'failed' : expect.stringMatching(/done|repeated/),
      })
      expect(await kept()).toEqual([])
    }
  })

  test('is taken by its sender only, once, and goes with a start that is refused', async () => {
    const { uploadId } = (await preview(CSV)).json<ImportPreview>()
    const other = await start(uploadId, 'it-two')
    expect([other.statusCode, other.body]).toEqual([422, expect.stringContaining('找不到上傳的檔案')])
    expect(await kept()).toEqual([uploadId])
    await start(uploadId)
    expect((await start(uploadId)).statusCode).toBe(422)
    await services.evidence.settle()
    const refused = (await preview(CSV)).json<ImportPreview>().uploadId
    const answer = await server.inject({
      method: 'POST',
      url: '/api/imports',
      headers: people['it-one'] ?? {},
      payload: {
        ...{ uploadId: refused, fileName: 'x', target: 'nothing', agency: 'police' },
        mapping: { target: 'nothing', agency: 'police', columns: {} },
      },
    })
    expect(answer.statusCode).toBe(422)
    expect(await kept()).toEqual([])
  })
})

test.each(['sys<img src=x>', 'mpolice\u200b', ' mpolice', '\u202emp', ''])(
  'a source system is not named %j',
  async (system) => {
    const { uploadId } = (await preview(CSV)).json<ImportPreview>()
    const answer = await server.inject({
      ...{ method: 'POST', url: '/api/imports', headers: people['it-one'] ?? {} },
      payload: {
        ...{ uploadId, fileName: 'log.csv', target: 'access', agency: 'police', system },
        mapping: { target: 'access', agency: 'police', columns: COLUMNS },
      },
    })
    expect(answer.statusCode).toBe(400)
  },
)

test.each([{ agency: 'land' }, { target: 'visit' }])(
  'a mapping for another agency or kind of data than was allowed writes nothing (%j)',
  async (other) => {
    const { uploadId } = (await preview(CSV)).json<ImportPreview>()
    const listed = () => asInstallation(() => services.evidence.listImports())
    const before = await listed()
    const answer = await server.inject({
      ...{ method: 'POST', url: '/api/imports', headers: people['it-one'] ?? {} },
      payload: {
        ...{ uploadId, fileName: 'log.csv', target: 'access', agency: 'police', system: 'mpolice' },
        mapping: { target: 'access', agency: 'police', columns: COLUMNS, ...other },
      },
    })
    expect(answer.statusCode).toBe(422)
    expect(await listed()).toEqual(before)
  },
)

describe('uploads that wait', () => {
  const openStore = async (clock = { now: () => new Date('2026-11-28T00:00:00Z') }) => {
    const uploads = await openUploads({ folder: join(folder, 'store'), maxBytes: 1000, clock })
    const send = async (account: string, bytes = 1) => {
      const received = await uploads.receive(account, Readable.from([Buffer.alloc(bytes)]))
      if (!received.ok) throw new Error(received.error.code)
      return received.value.uploadId
    }
    return { uploads, send, names: () => readdir(join(folder, 'store')).catch((): string[] => []) }
  }

  test('are so many for an account and so large in all; the oldest go', async () => {
    const { send, names } = await openStore()
    const ids: string[] = []
    for (let i = 0; i < MAX_WAITING + 2; i++) ids.push(await send('one'))
    await send('two')
    expect(await names()).toHaveLength(MAX_WAITING + 1)
    expect(await names()).not.toContain(ids[0])
    const large = [await send('three', 900), await send('three', 900), await send('three', 900)]
    expect(large.filter((id) => !large.slice(1).includes(id))).toEqual([large[0]])
    expect(await names()).toEqual(expect.arrayContaining(large.slice(1)))
    expect(await names()).not.toContain(large[0])
  })

  test('go after an hour and when the program stops; one that was taken stays for its taker', async () => {
    let now = new Date('2026-11-28T00:00:00Z')
    const { uploads, send, names } = await openStore({ now: () => now })
    const [old, taken] = [await send('one'), await send('one')]
    expect(uploads.take('one', taken)).toContain(taken)
    now = new Date('2026-11-28T01:00:01Z')
    const young = await send('two')
    expect((await names()).toSorted()).toEqual([taken, young].toSorted())
    expect(uploads.take('one', old)).toBeUndefined()
    await uploads.clear()
    expect(await names()).toEqual([taken])
  })

  test('leave nothing behind when sending breaks off, and are received a few at a time', async () => {
    const { uploads, names } = await openStore(fixedClock(new Date('2026-11-28T00:00:00Z')))
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(10)
        throw new Error('cut')
      })(),
    )
    await expect(uploads.receive('one', broken)).rejects.toThrow('cut')
    expect(await names()).toEqual([])
    const open = Array.from({ length: 4 }, () => new Readable({ read: () => undefined }))
    const sending = open.map((body) => uploads.receive('one', body))
    expect(await uploads.receive('one', Readable.from(['x']))).toMatchObject({ ok: false, error: { code: 'busy' } })
    for (const body of open) body.push(null)
    expect((await Promise.all(sending)).every(({ ok }) => ok)).toBe(true)
    expect((await uploads.receive('one', Readable.from(['x']))).ok).toBe(true)
  })
})
