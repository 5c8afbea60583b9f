import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const PROJECT = resolve(import.meta.dirname, '..')

/** Rooms by level: a file imports only from lower levels, or from its own room. The table of ARCHITECTURE.md as data. */
const LEVELS: readonly (readonly string[])[] = [
  ['base'],
  ['wire'],
  ['edge'],
  ['database', 'analytics', 'documents'],
  ['ledger'],
  ['identity', 'registry'],
  ['gate', 'evidence'],
  ['reconcile', 'organisation'],
  ['review'],
  ['changes', 'mailguard', 'storeroom', 'resilience', 'learning', 'guide', 'transparency'],
  ['http', 'cli'],
  ['demo'],
  ['program'],
]
// Doors that every level above may use directly: they are interfaces and pure code, not slices.
const OPEN_ROOMS = new Set(['base', 'wire', 'edge', 'database', 'analytics'])
const MAIN_LEVEL = LEVELS.length

const levelOf = (room: string): number => {
  const level = LEVELS.findIndex((rooms) => rooms.includes(room))
  return level === -1 ? MAIN_LEVEL : level
}

interface Import {
  readonly file: string
  readonly target: string
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (name === 'node_modules' || name === 'dist') return []
    return statSync(path).isDirectory() ? filesBelow(path) : /\.tsx?$/.test(name) ? [path] : []
  })
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => ({
    file: relative(PROJECT, file),
    target: relative(PROJECT, resolve(dirname(file), match[1] ?? '')),
  }))
}

const sources = filesBelow(join(PROJECT, 'src')).filter((file) => !file.endsWith('.test.ts'))
const roomOf = (path: string): string => {
  const parts = path.split('/')
  return parts[0] === 'src' ? (parts.length > 2 ? (parts[1] ?? '') : 'main') : (parts[0] ?? '')
}

test('finds files to check in every room that exists', () => {
  expect(sources.length).toBeGreaterThan(40)
  expect(sources.flatMap(importsOf).length).toBeGreaterThan(100)
})

test('imports only from a lower level or from the same room', () => {
  const wrong = sources.flatMap(importsOf).filter(({ file, target }) => {
    const [from, to] = [roomOf(file), roomOf(target)]
    if (from === to) return false
    // The fictional county is loaded by what is made for it, and by nothing else of the program.
    if (to === 'sample') return from !== 'demo'
    return levelOf(to) >= levelOf(from)
  })
  expect(wrong).toEqual([])
})

test("asks another slice only through its port, so that a slice's inside can change alone", () => {
  const wrong = sources.flatMap(importsOf).filter(({ file, target }) => {
    const [from, to] = [roomOf(file), roomOf(target)]
    if (from === to || from === 'program' || from === 'demo' || OPEN_ROOMS.has(to)) return false
    return !target.endsWith('/port.ts')
  })
  expect(wrong).toEqual([])
})

test('knows every room under src by its level', () => {
  const rooms = readdirSync(join(PROJECT, 'src')).filter((name) => statSync(join(PROJECT, 'src', name)).isDirectory())
  expect(rooms.filter((room) => levelOf(room) === MAIN_LEVEL)).toEqual([])
})

test('leaves no file loose in src: every one belongs to a room', () => {
  expect(readdirSync(join(PROJECT, 'src')).filter((name) => statSync(join(PROJECT, 'src', name)).isFile())).toEqual([])
})

test('lets the web page import nothing of the server but the wire contract', () => {
  const web = filesBelow(join(PROJECT, 'web')).flatMap(importsOf)
  expect(web.length).toBeGreaterThan(20)
  expect(web.filter(({ target }) => target.startsWith('src/') && !target.startsWith('src/wire/'))).toEqual([])
  expect(web.filter(({ target }) => !target.startsWith('src/') && !target.startsWith('web/'))).toEqual([])
})

test('keeps the ledger verifier free of storage', () => {
  const verifier = sources.filter((file) => /\/ledger\/verify[^/]*\.ts$/.test(file))
  const stored = verifier.flatMap(importsOf).filter(({ target }) => /^src\/(database|analytics)\//.test(target))
  expect(stored).toEqual([])
})

test('reads the environment in one place only', () => {
  const readers = sources.filter((file) => readFileSync(file, 'utf8').includes('process.env'))
  expect(readers.map((file) => relative(PROJECT, file))).toEqual(['src/program/main.ts'])
})

/** Who writes without an event, and why that is nobody's act. Everything else commits with a receipt (src/database/database.ts). */
const UPKEEP: Readonly<Record<string, string>> = {
  'src/database/migrate.ts': 'the tables themselves',
  'src/demo/demo-data.ts': 'how far loading the sample has come',
  'src/evidence/commit-import.ts': 'progress of an import; its event follows with its end',
  'src/evidence/touched-months.ts': 'months to be judged again: no act of anybody, derived from what came in or left',
  'src/evidence/create-evidence.ts': 'imports cut short, and those of the sample when it is taken away',
  'src/evidence/rebuild-store.ts': 'how far a rebuild has come; its event follows with its end',
  'src/evidence/run-import.ts': 'progress of an import',
  'src/gate/desk/approver-view.ts': 'the sample an approver was shown, kept for him; showing it was recorded',
  'src/gate/desk/challenge.ts': 'a question put; its answer is recorded',
  'src/gate/desk/request-store.ts': 'time ended a request; nobody did',
  'src/gate/desk/notices.ts': 'a notice was read by whom it was for',
  'src/gate/point/access-request.ts': 'the key under which a system may repeat its request',
  'src/identity/calling-system.ts': 'short-lived tokens, exchanged for a key that was recorded',
  'src/identity/account-notice.ts': 'a notice was read by whom it was for',
  'src/identity/challenge.ts': 'challenges of a passkey; what their answers proved is recorded',
  'src/identity/oidc.ts': 'sign-ins begun elsewhere',
  'src/identity/own-passkeys.ts': 'tries given back after a right password; what follows is recorded',
  'src/identity/passkey.ts': 'the counter of a passkey; what it proved is recorded',
  'src/identity/session.ts': 'when a session was last seen',
  'src/identity/take-try.ts': 'a try is counted before it is compared; what it came to is recorded',
  'src/program/installation-keys.ts': 'which keys this installation works with',
  'src/ledger/contradictions.ts': 'what a witness showed while the log takes no events; each step is an event as well',
  'src/ledger/log-store.ts': 'the log itself',
  'src/ledger/outside-store.ts': 'checkpoints that others signed, and since when one of them is missing',
  'src/ledger/partitions.ts': 'room for the months to come',
  'src/ledger/record-findings.ts': 'reads what was found; keeping it has its event',
  'src/ledger/watch-records.ts': 'reads every agency’s records, to hold them against the log',
  'src/program/rebuild-analytics.ts': 'that a rebuild is on; its event follows with its end',
  'src/organisation/waiting.ts': 'people of proposals that time has ended; that they were made stands in the ledger',
  'src/reconcile/create-reconcile.ts': 'runs cut short',
  'src/reconcile/judge-months.ts': 'months that were judged',
  'src/reconcile/run-reconciliation.ts': 'progress of a run; its event follows with its end',
}

test('writes without an event only where a reason stands here', () => {
  const users = sources.filter((file) => /\bupkeep\b/.test(readFileSync(file, 'utf8')))
  const named = users.map((file) => relative(PROJECT, file)).filter((file) => !file.startsWith('src/database/'))
  expect(named.toSorted()).toEqual(
    Object.keys(UPKEEP)
      .filter((file) => !file.startsWith('src/database/'))
      .toSorted(),
  )
})

test('opens PostgreSQL only where somebody listens for the loss of the connection: without a listener it ends the program', () => {
  const places = sources.filter((file) => /\bnew (pg\.)?(Client|Pool)\(/.test(readFileSync(file, 'utf8')))
  const deaf = places.filter((file) => {
    const text = readFileSync(file, 'utf8')
    return text.includes("from 'pg'") && !/\bclient(\) => client)?\.on\('error'/.test(text)
  })
  expect(deaf.map((file) => relative(PROJECT, file))).toEqual([])
})
