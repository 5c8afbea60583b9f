import { createServer, type Server, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { fixedClock } from '../base/clock.ts'
import { accountName } from './account-name.ts'
import { changePassword } from './change-password.ts'
import { createDirectory, type Directory } from './directory.ts'
import { hashPassword } from './password.ts'
import { findSession } from './session.ts'
import { signIn } from './sign-in.ts'

const PASSWORD = 'correct horse 政風'
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let clock: ReturnType<typeof fixedClock>
let hash: string

beforeAll(async () => {
  database = await temporaryDatabase()
  hash = await hashPassword(PASSWORD)
})
afterAll(() => database.close())
beforeEach(async () => {
  clock = fixedClock(new Date('2026-11-23T01:00:00Z'))
  await database.upkeep.query('DELETE FROM account')
  await database.upkeep.query(
    `INSERT INTO account (account, name, unit, title, role, agency, password_hash) VALUES
     ('local', '林', '處', '員', 'it', '', $1), ('theirs', '李', '處', '員', 'officer', '', '')`,
    [hash],
  )
})

const enter = (account: string, password: string, directory?: Directory) =>
  signIn(database, clock, { account, password, place: '10.0.0.1' }, directory)
/** a directory that counts whom it is asked about and knows one password */
function asked() {
  const names: string[] = []
  const directory: Directory = async (account, password) => {
    names.push(account)
    return account === 'theirs' && password === PASSWORD ? 'right' : 'wrong'
  }
  return { directory, about: (account: string) => names.filter((each) => each === account).length, names }
}
const refusals = async () =>
  database.query<{ actor: string; n: number }>(
    "SELECT actor, count(*)::int AS n FROM event WHERE kind = 'sign-in-refused' GROUP BY actor ORDER BY actor",
  )
const refusedOf = async (actor: string) => (await refusals()).find((each) => each.actor === actor)?.n ?? 0
const set = (change: string, account = 'theirs') =>
  database.upkeep.query(`UPDATE account SET ${change} WHERE account = $1`, [account])

describe('limits hold in parallel', () => {
  test('of a hundred wrong passwords at once five reach the directory, and all are recorded', async () => {
    const { directory, about } = asked()
    const before = await refusedOf('theirs')
    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, n) => enter('theirs', `guess ${n}`, directory)))
    expect(outcomes.every((each) => !each.ok)).toBe(true)
    expect(about('theirs')).toBe(5)
    expect((await refusedOf('theirs')) - before).toBe(100)
  }, 300_000)

  test('of thirty at once behind four wrong ones one is compared, and the right one after them is not', async () => {
    for (let n = 0; n < 4; n++) await enter('local', `guess ${n}`)
    const outcomes = await Promise.all(Array.from({ length: 30 }, (_, n) => enter('local', `guess ${n}`)))
    expect(outcomes.every((each) => !each.ok)).toBe(true)
    expect(await database.query("SELECT failed_attempts AS n FROM account WHERE account = 'local'")).toEqual([{ n: 5 }])
    expect((await enter('local', PASSWORD)).ok).toBe(false)
  }, 300_000)
})

describe('a lock or an end here is the end of asking', () => {
  test('after five failures the directory is not asked any more about this account, also not the right password', async () => {
    const { directory, about } = asked()
    for (let n = 0; n < 8; n++) expect((await enter('theirs', `guess ${n}`, directory)).ok).toBe(false)
    expect((await enter('theirs', PASSWORD, directory)).ok).toBe(false)
    expect(about('theirs')).toBe(5)
    clock.advanceMs(15 * 60_000 + 1)
    expect((await enter('theirs', PASSWORD, directory)).ok).toBe(true)
  })

  test('an ended account’s password is never sent there', async () => {
    const { directory, about } = asked()
    await set("ended_at = '2026-01-01'")
    expect((await enter('theirs', PASSWORD, directory)).ok).toBe(false)
    expect(about('theirs')).toBe(0)
  })

  test('an account with a password here, or one stated for the provider alone, is never asked about there', async () => {
    const { directory, about } = asked()
    await enter('local', 'wrong', directory)
    await set("means = '{oidc}'")
    await enter('theirs', PASSWORD, directory)
    expect(about('local') + about('theirs')).toBe(0)
  })

  test('what is sent there for other names is nobody’s name and not what was typed', async () => {
    const { directory, names } = asked()
    await enter('stranger', 'typed', directory)
    expect(names).toHaveLength(1)
    expect(names[0]).toMatch(/^nobody-[0-9a-f]{24}$/)
  })
})

describe('who asks from outside learns nothing of names', () => {
  const states: readonly (readonly [string, string])[] = [
    ['nobody', 'stranger'],
    ['one with a password here', 'local'],
    ['one of the directory', 'theirs'],
    ['one that is no name', 'x\0'],
    ['an ended one', 'ended'],
    ['a locked one', 'locked'],
  ]
  beforeEach(() =>
    database.upkeep.query(
      `INSERT INTO account (account, name, unit, title, role, agency, password_hash, ended_at, locked_until) VALUES
       ('ended', '', '', '', 'officer', '', '', '2026-01-01', NULL), ('locked', '', '', '', 'officer', '', '', NULL, '2030-01-01')`,
    ),
  )

  test.each(states)(
    '%s: the same answer and one question, whether the directory answers or not',
    async (_what, name) => {
      for (const word of ['wrong', 'unavailable'] as const) {
        let questions = 0
        const directory: Directory = async () => {
          questions++
          return word
        }
        const code = word === 'wrong' ? 'refused' : 'unavailable'
        expect(await enter(name, 'wrong', directory)).toEqual({ ok: false, error: { code } })
        expect(questions).toBe(1)
      }
    },
  )

  test('a directory that is down gives the tries back, locks nobody, and each try is recorded', async () => {
    const before = await refusedOf('theirs')
    for (let n = 0; n < 8; n++) await enter('theirs', PASSWORD, async () => 'unavailable')
    expect(await database.query("SELECT failed_attempts, locked_until FROM account WHERE account = 'theirs'")).toEqual([
      { failed_attempts: 0, locked_until: null },
    ])
    expect((await refusedOf('theirs')) - before).toBe(8)
  })

  test('names are folded in ASCII alone, and nothing else becomes one', () => {
    expect(accountName('ETHICS')).toBe('ethics')
    for (const name of [
      '\u212Aeeper',
      'eth\u0131cs',
      'ｅｔｈｉｃｓ',
      'eth\u200bics',
      'ethics\0',
      ' ethics',
      'ethics\n',
      '',
      7,
      null,
    ])
      expect(accountName(name)).toBeUndefined()
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        const name = accountName(given)
        return name === undefined || (/^[a-z][a-z0-9._@-]*$/.test(name) && given.length === name.length)
      }),
    )
  })

  test.each(['\u212Aeeper', 'loca\u200bl', 'local\0', '\ud800', 'ｌｏｃａｌ'])(
    '%j as a name is refused and recorded',
    async (name) => {
      const before = await refusedOf('unknown')
      expect(await enter(name, PASSWORD)).toEqual({ ok: false, error: { code: 'refused' } })
      expect((await refusedOf('unknown')) - before).toBe(1)
    },
  )

  test('who reveals or approves is not let in by the directory without a passkey here, nor by a wrong word told why', async () => {
    const { directory } = asked()
    await set("role = 'supervisor'")
    expect(await enter('theirs', 'wrong', directory)).toEqual({ ok: false, error: { code: 'refused' } })
    expect(await enter('theirs', PASSWORD, directory)).toEqual({ ok: false, error: { code: 'first-key' } })
    await set("first_key_until = '2026-11-23T02:00:00Z'")
    const entered = await enter('theirs', PASSWORD, directory)
    if (!entered.ok) throw new Error('refused')
    expect((await findSession(database, clock, entered.value.token))?.isFirstPasskeyDue).toBe(true)
    await set("first_key_until = '2026-11-23T01:00:00Z'")
    expect(await enter('theirs', PASSWORD, directory)).toMatchObject({ error: { code: 'first-key' } })
  })
})

describe('the present password is guessed no better in a session than at the door', () => {
  const session = async () => {
    const entered = await enter('local', PASSWORD)
    if (!entered.ok) throw new Error('refused')
    const found = await findSession(database, clock, entered.value.token)
    if (!found) throw new Error('no session')
    return { id: found.id, token: entered.value.token }
  }
  const change = (sessionId: string, current: string) =>
    changePassword(
      { database, clock },
      { account: 'local', post: '處 員' },
      { current, next: 'a password of my own', sessionId },
    )
  const recorded = async () =>
    (await database.query<{ n: number }>("SELECT count(*)::int AS n FROM event WHERE kind = 'password-refused'"))[0]
      ?.n ?? 0

  test('five wrong ones end the session and lock the account; each is recorded, and the owner is told', async () => {
    const { id, token } = await session()
    const before = await recorded()
    for (let n = 0; n < 4; n++) expect(await change(id, `guess ${n}`)).toEqual({ ok: false, error: 'wrong' })
    expect(await findSession(database, clock, token)).toBeDefined()
    expect(await change(id, 'the fifth')).toEqual({ ok: false, error: 'locked' })
    expect(await findSession(database, clock, token)).toBeUndefined()
    expect((await enter('local', PASSWORD)).ok).toBe(false)
    expect((await recorded()) - before).toBe(5)
    expect(await database.query("SELECT kind FROM account_notice WHERE to_account = 'local'")).toEqual([
      { kind: 'locked' },
    ])
  })

  test('tries here and at the door are one count', async () => {
    const { id } = await session()
    for (let n = 0; n < 3; n++) await enter('local', 'wrong')
    expect(await change(id, 'wrong')).toEqual({ ok: false, error: 'wrong' })
    expect(await change(id, 'wrong')).toEqual({ ok: false, error: 'locked' })
  })

  test('a hundred at once are no more than five, and a right one behind them is not taken', async () => {
    const { id } = await session()
    const outcomes = await Promise.all(Array.from({ length: 30 }, (_, n) => change(id, `guess ${n}`)))
    expect(outcomes.filter((each) => !each.ok && each.error === 'wrong')).toHaveLength(4)
    expect(await change(id, PASSWORD)).toEqual({ ok: false, error: 'locked' })
  }, 300_000)

  test('the right one with a new one that is too short takes no try', async () => {
    const { id } = await session()
    for (let n = 0; n < 6; n++)
      expect(
        await changePassword(
          { database, clock },
          { account: 'local', post: '' },
          { current: PASSWORD, next: 'short', sessionId: id },
        ),
      ).toEqual({ ok: false, error: 'too-short' })
    expect((await change(id, PASSWORD)).ok).toBe(true)
  })
})

describe('a directory that is somebody else’s program', () => {
  let server: Server
  let reply: (socket: Socket, asked: Buffer) => void = () => undefined
  const sockets = new Set<Socket>()
  let directory: Directory
  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('data', (asked) => reply(socket, asked))
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    directory = createDirectory({ url: `ldap://127.0.0.1:${port}`, bindName: 'uid={account},dc=x' })
  })
  afterAll(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  /** the answer to a bind, with this result code */
  const bindAnswer = (code: number, asked: Buffer) =>
    Buffer.from([0x30, 0x0c, 2, 1, asked[4] ?? 1, 0x61, 7, 0x0a, 1, code, 4, 0, 4, 0])

  test.each([1, 2, 7, 8, 10, 14, 16, 18, 19, 32, 34, 48, 49, 50, 51, 52, 53, 54, 64, 80, 99, 118])(
    'whatever its code for a refusal (%i), it is a refusal that counts and is recorded',
    async (code) => {
      reply = (socket, asked) => socket.write(bindAnswer(code, asked))
      const before = await refusedOf('theirs')
      expect(await enter('theirs', PASSWORD, directory)).toEqual({ ok: false, error: { code: 'refused' } })
      expect(await database.query("SELECT failed_attempts AS n FROM account WHERE account = 'theirs'")).toEqual([
        { n: 1 },
      ])
      expect((await refusedOf('theirs')) - before).toBe(1)
    },
  )

  test('an answer without an end is cut off', async () => {
    let sent = 0
    reply = (socket) => {
      // A message that says it is two gibibytes long.
      socket.write(Buffer.from([0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]))
      const more = () => {
        for (let n = 0; n < 64 && !socket.destroyed; n++) {
          sent += 65_536
          if (!socket.write(Buffer.alloc(65_536))) return
        }
      }
      socket.on('drain', more)
      more()
    }
    expect(await directory('theirs', PASSWORD)).toBe('unavailable')
    expect(sent).toBeLessThan(64 * 1_048_576)
  })

  test('one that hangs up, or answers with what is no LDAP, is no yes', async () => {
    reply = (socket) => socket.destroy()
    expect(await directory('theirs', PASSWORD)).toBe('unavailable')
    reply = (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')
    expect(await directory('theirs', PASSWORD)).not.toBe('right')
  })
})
