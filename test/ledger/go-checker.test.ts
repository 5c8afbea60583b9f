import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { createLedger, type Ledger } from '../../src/ledger/port.ts'
import { temporaryDatabase } from '../engines.ts'
import { PROJECT } from './printed.ts'

const EVENTS = 70_400
const CALLERS = 1_000
const GO_MODULES = '/usr/share/gocode'
const hasGo = existsSync('/usr/bin/go') && existsSync(`${GO_MODULES}/src/golang.org/x/mod/sumdb/tlog`)
if (!hasGo) console.warn('golang-go and golang-golang-x-mod-dev are not installed: the outside checker is skipped')

let database: Awaited<ReturnType<typeof temporaryDatabase>>
let folder: string
let ledger: Ledger
let vkey: string

describe.skipIf(!hasGo)('a reader written by others, in another language', () => {
  beforeAll(async () => {
    database = await temporaryDatabase()
    folder = await mkdtemp(join(tmpdir(), 'shoumi-go-'))
    const paths = { folder: join(folder, 'public'), keysFolder: join(folder, 'keys') }
    const origin = 'go.example/events'
    ledger = await createLedger({
      ...paths,
      origin,
      database,
      writer: 'test',
      clock: systemClock,
      log: () => undefined,
    })
    await Promise.all(Array.from({ length: CALLERS }, (_, caller) => appendShare(caller)))
    await ledger.integrated(EVENTS - 1)
    vkey = (await ledger.status()).vkey
    await cp(join(PROJECT, 'docs/checker'), join(folder, 'checker'), { recursive: true })
    const build = `go mod edit -replace=golang.org/x/mod=${GO_MODULES}/src/golang.org/x/mod && go build -o ../check .`
    const built = spawnSync('sh', ['-c', build], {
      cwd: join(folder, 'checker'),
      env: { ...process.env, GOPROXY: 'off', GOCACHE: join(folder, 'cache'), GOFLAGS: '' },
      encoding: 'utf8',
    })
    expect(built.stderr).toBe('')
  })
  afterAll(async () => {
    await ledger.stop()
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function appendShare(caller: number): Promise<void> {
    for (let n = caller; n < EVENTS; n += CALLERS) {
      const event = {
        kind: 'look',
        at: systemClock.now(),
        actor: 'wang',
        actorPost: '',
        subjectRef: `a:${n}`,
        reason: '',
      }
      const outcome = await ledger.append({ ...event, kind: 'look', detail: {} })
      if (!outcome.ok) throw new Error(outcome.error)
    }
  }

  const checker = () => spawnSync(join(folder, 'check'), ['log', join(folder, 'public'), vkey], { encoding: 'utf8' })

  test('verifies a log of more than 70,000 events: signature, every entry, every tile, proofs', () => {
    expect(checker()).toMatchObject({ stderr: '', status: 0, stdout: `${EVENTS}\n` })
  })

  test.each(['checkpoint', 'tile/0/100', 'tile/1/001.p/19', 'tile/2/000.p/1', 'tile/entries/200'])(
    'finds one flipped bit in %s',
    async (path) => {
      const file = join(folder, 'public', path)
      const bytes = await readFile(file)
      const changed = Buffer.from(bytes)
      changed[30] = (changed[30] ?? 0) ^ 1
      await writeFile(file, changed)
      const { status, stderr } = checker()
      await writeFile(file, bytes)
      expect([path, status]).toEqual([path, 1])
      expect(stderr).toMatch(path === 'checkpoint' ? /checkpoint/ : path.startsWith('tile/entries') ? /root/ : path)
    },
  )
})
