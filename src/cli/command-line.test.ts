import { expect, test } from 'vitest'
import { fail, ok } from '../base/result.ts'
import { type CommandContext, exitCodes, runCommandLine } from './command-line.ts'
import { type Connection, RequestRefused } from './connection.ts'

function context(connection?: Partial<Connection>) {
  const out: string[] = []
  const talk: string[] = []
  const value: CommandContext = {
    serve: async () => 0,
    rebuild: async () => 0,
    connect: async () =>
      connection
        ? ok({ close: async () => undefined, ...connection } as Connection)
        : fail({ message: '資料夾使用中' }),
    out: (text) => out.push(text),
    talk: (text) => talk.push(text),
    isTerminal: false,
    readSecret: async () => 'a long enough secret',
  }
  return { value, out, talk }
}

test('shows help with examples on standard output, and nothing else', async () => {
  const { value, out, talk } = context()
  expect(await runCommandLine(['--help'], value)).toBe(exitCodes.done)
  expect(out.join('')).toContain('bin/shoumi reconcile')
  expect(talk).toEqual([])
})

test.each([['verdict'], ['import', 'accesses', 'x.csv'], ['explain'], ['verdicts', '--nope']])(
  'answers wrong usage (%s) on standard error with code 64',
  async (...args) => {
    const { value, out, talk } = context()
    expect(await runCommandLine(args, value)).toBe(exitCodes.usage)
    expect(talk.join('')).not.toBe('')
    expect(out).toEqual([])
  },
)

test('suggests the command that was meant', async () => {
  const { value, talk } = context()
  await runCommandLine(['reconsile'], value)
  expect(talk.join('')).toContain('reconcile')
})

test('says why when the program cannot be reached, with code 69', async () => {
  const { value, talk } = context()
  expect(await runCommandLine(['reconcile'], value)).toBe(exitCodes.unavailable)
  expect(talk.join('')).toContain('資料夾使用中')
})

test("hands on the server's own words when it refuses, and closes the connection", async () => {
  let isClosed = false
  const { value, talk } = context({
    post: () => Promise.reject(new RequestRefused('busy', '另一項作業正在進行。')),
    close: async () => {
      isClosed = true
    },
  })
  expect(await runCommandLine(['reconcile'], value)).toBe(exitCodes.failed)
  expect(talk.join('')).toContain('另一項作業')
  expect(isClosed).toBe(true)
})

test('refuses a mapping file that does not exist before anything is sent', async () => {
  const { value, talk } = context({ post: () => Promise.reject(new Error('must not be called')) })
  expect(
    await runCommandLine(['import', 'accesses', 'x.csv', '--system', 's', '--mapping', '/nowhere.yaml'], value),
  ).toBe(exitCodes.usage)
  expect(talk.join('')).not.toBe('')
})

test.each([['verdicts'], ['explain', 'ff'], ['trace', '7K2-QM9-4XD', '--reason', '外流']])(
  'shows no case without a person who signs in (%s)',
  async (...args) => {
    const { value, talk } = context({ get: () => Promise.reject(new Error('must not be asked')) })
    expect(await runCommandLine(args, value)).toBe(exitCodes.usage)
    expect(talk.join('')).toContain('--as')
  },
)

test('asks as the person who signed in, and ends his session with the command', async () => {
  const steps: string[] = []
  const person = (account: string, password: string) => {
    steps.push(`in ${account} ${password.length}`)
    return Promise.resolve({
      get: () => Promise.reject(new RequestRefused('not-found', '查無此資料。')),
      close: async () => void steps.push('out'),
    } as unknown as Connection)
  }
  const { value, talk } = context({ signedIn: person, close: async () => void steps.push('closed') })
  expect(await runCommandLine(['explain', 'ff', '--as', 'ethics'], value)).toBe(exitCodes.failed)
  expect(talk.join('')).toContain('查無此資料')
  expect(steps).toEqual(['in ethics 20', 'out', 'closed'])
})

test('says that an account with a passkey belongs to the web page', async () => {
  const refused = () => Promise.reject(new RequestRefused('passkey-needed', '請以通行密鑰完成登入。'))
  const { value, talk } = context({
    signedIn: async () => ({ get: refused, close: async () => undefined }) as unknown as Connection,
  })
  expect(await runCommandLine(['explain', 'ff', '--as', 'ethics'], value)).toBe(exitCodes.failed)
  expect(talk.join('')).toContain('請改由網頁操作')
})
