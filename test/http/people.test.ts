import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ok } from '../../src/base/result.ts'
import { runCommandLine } from '../../src/cli/command-line.ts'
import type { Connection } from '../../src/cli/connection.ts'
import { RequestRefused } from '../../src/cli/connection.ts'
import { HEADER, ROWS } from '../organisation/temporary-office.ts'
import { peopleServer } from './people-server.ts'

let office: Awaited<ReturnType<typeof peopleServer>>
let it: Record<string, string>

beforeAll(async () => {
  office = await peopleServer()
  await office.addAccount('it', 'it', 'land')
  await office.addAccount('ethics', 'ethics', '')
  await office.addAccount('elsewhere', 'it', 'police')
  it = await office.headersOf('it')
})
afterAll(() => office.close())

const get = (headers: Record<string, string>, url: string) => office.server.inject({ method: 'GET', url, headers })
const OPERATOR = { host: 'localhost', authorization: 'Bearer operator-token' }

describe('a personnel file over HTTP', () => {
  test('is looked at, then applied by its digest, and its people are listed', async () => {
    const seen = (await office.preview(it)).json()
    expect(seen).toMatchObject({ people: 5, faults: [], counts: { joins: 5, changes: 0, leaves: 0, roles: 3 } })
    expect((await office.bringAgreed(it)).json()).toMatchObject({ applied: null, changeId: expect.any(String) })
    const list = (await get(it, '/api/people?q=clerk')).json()
    expect(list).toMatchObject({ total: 1, people: [{ person: '11', unit: '收件股', title: '課員', role: 'officer' }] })
    const chief = (await get(it, '/api/people?q=chief')).json().people[0]
    expect(chief.deputy).toEqual({
      person: '11',
      name: '李課員',
      from: '2026-11-20',
      until: '2026-11-30',
      isActing: true,
    })
  })

  test('is not kept once it was applied', async () => {
    await office.bringAgreed(
      it,
      ROWS.map((row) => row.replace('張課員', '張技士')),
    )
    const { uploadId } = (await office.preview(it, ['1,a b,,,,,,,,,,'])).json()
    expect(await readdir(join(office.folder, 'uploads', 'staff'))).not.toContain(uploadId)
  })

  test('with a fault is not applied, and the fault says where', async () => {
    const rows = ROWS.map((row) => row.replace('12,other', '12,clerk'))
    expect((await office.preview(it, rows)).json()).toMatchObject({ digest: '', faults: [{ line: 5, column: '帳號' }] })
  })

  test('of another agency is refused to who serves one; the county’s own may', async () => {
    expect((await office.preview(await office.headersOf('elsewhere'))).statusCode).toBe(403)
    expect((await get(await office.headersOf('elsewhere'), '/api/people')).json()).toMatchObject({
      total: 0,
      agencies: [],
    })
    expect((await get(await office.headersOf('elsewhere'), '/api/people/land/11')).statusCode).toBe(404)
    expect((await get(await office.headersOf('ethics'), '/api/people')).json().total).toBe(5)
  })

  test('is malformed: a digest that is none, an upload that is none, a day that is none', async () => {
    const send = (payload: object) =>
      office.server.inject({ method: 'POST', url: '/api/people/imports', headers: it, payload })
    const good = {
      ...{ uploadId: '00000000-0000-4000-8000-000000000000', agency: 'land', fileName: 'a.csv', asOf: '2026-11-26' },
      digest: '0'.repeat(64),
    }
    for (const bad of [{ digest: 'x' }, { uploadId: '../../etc/passwd' }, { asOf: '2026-13-01' }, { agency: 'A/B' }])
      expect((await send({ ...good, ...bad })).statusCode).toBe(400)
    expect((await send(good)).statusCode).toBe(422)
  })

  test('ends a leaver’s open session: the very next request is refused', async () => {
    const other = await office.headersOf('other')
    expect((await get(other, '/api/me')).statusCode).toBe(200)
    const applied = await office.bring(
      it,
      ROWS.filter((row) => !row.startsWith('12,')),
    )
    expect(applied.json()).toMatchObject({ applied: { leaves: 1, sessionsEnded: 1 }, changeId: null })
    expect((await get(other, '/api/me')).statusCode).toBe(401)
    await office.bringAgreed(it)
  })
})

test('IT learns how much somebody handles, not what; the ethics office learns it', async () => {
  const of = async (account: string) =>
    (await get(await office.headersOf(account), '/api/people?q=clerk')).json().people[0].portfolio
  expect(await of('it')).toEqual(['company ×1', 'parcel ×1'])
  expect(await of('ethics')).toEqual(['company:12345675', 'parcel:雲山段-0012'])
})

test('a deputy may approve in his period, and nothing else of his principal’s passes to him', async () => {
  const of = async (account: string) => {
    const headers = await office.headersOf(account)
    const { may } = (await get(headers, '/api/me')).json()
    const status = (await get(headers, '/api/gate/inbox')).statusCode
    return { may: ['gate.approve', 'gate.judge'].filter((each) => may.includes(each)), isRefused: status === 403 }
  }
  expect(await of('chief')).toEqual({ may: ['gate.approve', 'gate.judge'], isRefused: false })
  expect(await of('clerk')).toEqual({ may: ['gate.approve'], isRefused: false })
  expect(await of('other')).toEqual({ may: [], isRefused: true })
})

describe('the command line', () => {
  const connection: Connection = {
    address: 'http://localhost',
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    delete: () => Promise.reject(new Error('not used')),
    stream: () => Promise.reject(new Error('not used')),
    signedIn: () => Promise.reject(new Error('not used')),
    close: async () => undefined,
  }
  async function ask<Answer>(method: 'GET' | 'POST', url: string, payload?: object): Promise<Answer> {
    const answer = await office.server.inject({ method, url, headers: OPERATOR, ...(payload && { payload }) })
    if (answer.statusCode >= 400) throw new RequestRefused(answer.json().code, answer.json().message)
    return answer.json()
  }
  async function shoumi(...args: string[]) {
    const [out, talk]: [string[], string[]] = [[], []]
    const code = await runCommandLine(args, {
      serve: async () => 0,
      rebuild: async () => 0,
      connect: async () => ok(connection),
      out: (text) => out.push(text),
      talk: (text) => talk.push(text),
      isTerminal: false,
      readSecret: async () => '',
    })
    return { code, out: out.join(''), talk: talk.join('') }
  }
  const fileOf = async (rows: readonly string[]) => {
    const path = join(office.folder, '人事.csv')
    await writeFile(path, `${[HEADER, ...rows].join('\n')}\n`)
    return path
  }

  test('shows a dry run, applies, lists and tells a history', async () => {
    const path = await fileOf(ROWS.map((row) => row.replace('李課員,A1,收件股,A,課員', '李課員,A1,收件股,A,技士')))
    const dry = await shoumi('people', 'import', path, '--agency', 'land', '--dry-run')
    expect(dry).toMatchObject({ code: 0, out: '~ 11\t李課員\ttitle: 課員 → 技士\n' })
    expect((await shoumi('people', 'list', '--find', 'clerk')).out).toContain('課員')
    expect((await shoumi('people', 'import', path, '--agency', 'land')).talk).toContain('已套用')
    expect((await shoumi('people', 'list', '--find', 'clerk')).out).toBe(
      'land\t11\tclerk\t李課員\t收件股\t技士\tofficer\n',
    )
    expect((await shoumi('people', 'history', '11', '--agency', 'land')).out.split('\n')[0]).toContain('現職')
    expect((await shoumi('people', 'import', path, '--agency', 'land')).talk).toContain('離職 leavers 0')
  })

  test('answers a broken file with its places and code 1, and changes nothing', async () => {
    const path = await fileOf(ROWS.map((row) => row.replace('12,other', '12,clerk')))
    const broken = await shoumi('people', 'import', path, '--agency', 'land')
    expect(broken).toMatchObject({ code: 1, out: '第 5 列「帳號」：與第 4 列重複 line 5: Repeats line 4\n' })
    expect((await shoumi('people', 'history', '99', '--agency', 'land')).code).toBe(1)
  })
})
