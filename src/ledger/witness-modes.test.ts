import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { formatCheckpoint } from './tlog/checkpoint.ts'
import { cosign } from './tlog/cosignature.ts'
import { emptyRoot, hashLeaf } from './tlog/hash.ts'
import { parseNote, signNote } from './tlog/note.ts'
import { COSIGNER_KEY, drawSeed, formatNoteKey, LOG_KEY, noteSigner } from './tlog/note-key.ts'
import { type Policy, parsePolicy } from './tlog/policy.ts'
import { parseAddCheckpoint } from './tlog/witness.ts'
import { type Contradiction, type Witnessed, Witnesses } from './witnesses.ts'

const ORIGIN = 'log.example/events'
const LONG_MS = 600_000
const log = noteSigner(ORIGIN, LOG_KEY, drawSeed())
const root = hashLeaf(Buffer.from('leaf'))
// A tree of one entry is its own root: no tile is needed for a proof from nothing.
const checkpoint = { note: signNote(formatCheckpoint({ origin: ORIGIN, size: 1, root }), [log]), size: 1 }
const good = noteSigner('good.example', COSIGNER_KEY, drawSeed())
const bad = noteSigner('bad.example', COSIGNER_KEY, drawSeed())

type Answer = (response: ServerResponse, note: string, request: IncomingMessage) => void
let servers: Server[]
beforeEach(() => {
  servers = []
})
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(answer: Answer): Promise<string> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    answer(response, parseAddCheckpoint(Buffer.concat(parts).toString())?.note ?? '', request)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const textOf = (note: string): string => {
  const parsed = parseNote(note)
  return parsed.ok ? parsed.value.text : ''
}
const honest: Answer = (response, note) => response.end(cosign(textOf(note), good, systemClock.now()))

async function policyWith(answers: readonly [string, Answer][], rule = 'any'): Promise<Policy> {
  const urls = await Promise.all(answers.map(([, answer]) => serve(answer)))
  const keys: Readonly<Record<string, string>> = { good: formatNoteKey(good.key), bad: formatNoteKey(bad.key) }
  const lines = answers.map(([name], i) => `witness ${name} ${keys[name]} ${urls[i]}`)
  const parsed = parsePolicy(
    [...lines, `group g ${rule} ${answers.map(([name]) => name).join(' ')}`, 'quorum g'].join('\n'),
  )
  if (!parsed.ok) throw new Error(parsed.error.reason)
  return parsed.value
}

function witnessesOf(policy: Policy, times: { readonly timeoutMs?: number; readonly patienceMs?: number } = {}) {
  const found: Contradiction[] = []
  const said: string[] = []
  const late = Promise.withResolvers<Witnessed>()
  const witnesses = new Witnesses({
    ...{ policy, log: log.key, clock: systemClock, readTile: async () => undefined },
    ...{ timeoutMs: LONG_MS, patienceMs: LONG_MS, ...times },
    continues: async ({ size, root: shown }) => size === 1 && shown.equals(root),
    tell: (line) => said.push(line),
    onContradicted: async (each) => void found.push(each),
    onLate: late.resolve,
  })
  return { witnesses, found, said, late: late.promise }
}

const status =
  (code: number, body = 'no\n'): Answer =>
  (response) => {
    response.writeHead(code)
    response.end(body)
  }
const showing =
  (code: number, body: string, shown: string): Answer =>
  (response, _note, request) =>
    request.method === 'GET' ? response.end(shown) : status(code, body)(response, '', request)
const ownNote = (size: number, of = log) => signNote(formatCheckpoint({ origin: ORIGIN, size, root }), [of])
const stranger = noteSigner(ORIGIN, LOG_KEY, drawSeed())

/** How a witness may fail or lie, and what is said of it. */
const MODES: readonly (readonly [string, Answer, string, string])[] = [
  ['answers 200 with nothing', (response) => response.end(), 'wrong', 'bad-signature'],
  ['answers 200 with a page of a proxy', (response) => response.end('<html>\n'), 'wrong', 'bad-signature'],
  [
    'signs another text',
    (response) => response.end(cosign('other\n', bad, systemClock.now())),
    'wrong',
    'bad-signature',
  ],
  ['passes on the signature of another', honest, 'wrong', 'bad-signature'],
  [
    'answers without end',
    (response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
      }
      response.on('drain', more)
      more()
    },
    'wrong',
    'too-large',
  ],
  ['does not know the log', status(404), 'refuses', 'unknown-log'],
  ['does not know the key', status(403), 'refuses', 'unknown-log'],
  ['says the request is malformed', status(400), 'refuses', 'status'],
  ['fails', status(500), 'silent', 'failing'],
  ['sends elsewhere', status(302), 'silent', 'unreachable'],
  ['breaks off', (response) => response.destroy(), 'silent', 'unreachable'],
  ['says 409 and no size', status(409, 'x\n'), 'wrong', 'malformed'],
  ['says 409 for ever', status(409, '0\n'), 'silent', 'busy'],
  ['claims a larger size and shows nothing', showing(409, '40\n', ''), 'wrong', 'claims-more'],
  ['shows a larger size by another key', showing(409, '40\n', ownNote(40, stranger)), 'wrong', 'claims-more'],
  ['says it is not continued and shows nothing', showing(422, 'no\n', ''), 'refuses', 'not-continued'],
  ['says it is not continued and shows what is', showing(422, 'no\n', ownNote(1)), 'refuses', 'not-continued'],
]

test.each(MODES)(
  'a witness that %s is named, not believed, and keeps nobody else from being heard',
  async (_mode, answer, state, why) => {
    const { witnesses, found, said } = witnessesOf(
      await policyWith([
        ['bad', answer],
        ['good', honest],
      ]),
    )
    const witnessed = await witnesses.ask(checkpoint)
    expect(witnessed).toMatchObject({ isSatisfied: true, seenBy: ['good'] })
    expect(witnessed.note).not.toContain('bad.example')
    // The good one may have been enough before the bad one was heard to the end.
    await expect.poll(() => witnesses.standing()[0]).toMatchObject({ name: 'bad', state, why })
    expect(said.join('\n')).toContain('ledger: witness bad: ')
    expect(found).toEqual([])
    await witnesses.stop()
  },
)

test.each([
  ['a larger size', showing(409, '40\n', ownNote(40))],
  [
    'another root for the same size',
    showing(422, 'no\n', signNote(formatCheckpoint({ origin: ORIGIN, size: 1, root: emptyRoot() }), [log])),
  ],
] as const)('a witness that shows %s, signed with this log’s own key, contradicts it', async (_mode, answer) => {
  const { witnesses, found } = witnessesOf(await policyWith([['bad', answer]]))
  expect(await witnesses.ask(checkpoint)).toMatchObject({ isSatisfied: false })
  expect(found).toHaveLength(1)
  expect(witnesses.standing()).toMatchObject([{ state: 'contradicts' }])
})

test('a witness that hangs is waited for by nobody once enough have signed, and by no later checkpoint', async () => {
  const { witnesses } = witnessesOf(
    await policyWith([
      ['bad', () => undefined],
      ['good', honest],
    ]),
  )
  for (let i = 0; i < 20; i++) expect((await witnesses.ask(checkpoint)).isSatisfied).toBe(true)
  await witnesses.stop()
})

test('where the one that hangs is needed, patience ends the waiting once, and nobody waits for it again', async () => {
  const policy = await policyWith(
    [
      ['bad', () => undefined],
      ['good', honest],
    ],
    'all',
  )
  const { witnesses } = witnessesOf(policy, { patienceMs: 50 })
  for (let i = 0; i < 20; i++)
    expect(await witnesses.ask(checkpoint)).toMatchObject({ isSatisfied: false, seenBy: ['good'] })
  await witnesses.stop()
})

test('one that hangs and one that drips are slow, and named so', async () => {
  const drip: Answer = (response) => {
    const drops = setInterval(() => response.write('x'), 5)
    response.once('close', () => clearInterval(drops))
  }
  for (const answer of [drip, () => undefined]) {
    const { witnesses } = witnessesOf(await policyWith([['bad', answer]]), { timeoutMs: 100 })
    expect((await witnesses.ask(checkpoint)).isSatisfied).toBe(false)
    expect(witnesses.standing()).toMatchObject([{ state: 'silent', why: 'slow' }])
  }
})

test('a signature that comes after patience ended is told of all the same', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<() => void>()
  const slow: Answer = (response, note, request) => resolve(() => honest(response, note, request))
  const { witnesses, late } = witnessesOf(await policyWith([['good', slow]]), { patienceMs: 1 })
  expect((await witnesses.ask(checkpoint)).isSatisfied).toBe(false)
  const answer = await asked
  answer()
  expect(await late).toMatchObject({ isSatisfied: true, seenBy: ['good'] })
})

test('cosignatures a checkpoint has already stay when it is asked about again', async () => {
  const { witnesses } = witnessesOf(await policyWith([['good', status(500)]]))
  const before = `${checkpoint.note}${cosign(textOf(checkpoint.note), good, systemClock.now())}`
  expect(await witnesses.ask(checkpoint, before)).toMatchObject({ isSatisfied: true, note: before })
  await witnesses.stop()
})
