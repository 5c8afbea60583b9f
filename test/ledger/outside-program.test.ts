import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LedgerStatusView } from '../../src/wire/ledger.ts'
import { type RunningServer, signInAs, startServer } from '../running-server.ts'
import { hasOpenssl, openAuthority, type StampAuthority } from './stamp-authority.ts'

const MAIN = resolve(import.meta.dirname, '../../src/program/main.ts')
const DOCUMENT = resolve(import.meta.dirname, '../../docs/ledger.md')
let folder: string
let authority: StampAuthority
let server: RunningServer | undefined
const witnesses: ChildProcess[] = []

const run = (args: readonly string[]) => {
  const outcome = spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, encoding: 'utf8' })
  if (outcome.status !== 0) throw new Error(`${args.join(' ')}: ${outcome.stderr}`)
  return outcome.stdout.trim()
}

/** The words of a command as the document has them. */
async function documented(start: string): Promise<readonly string[]> {
  const line = (await readFile(DOCUMENT, 'utf8')).split('\n').find((each) => each.startsWith(`bin/shoumi ${start}`))
  if (line === undefined) throw new Error(`docs/ledger.md has no line: bin/shoumi ${start}`)
  return line.split(' ').slice(1)
}

/** Starts a witness in its folder as the document says, at a free port instead of the one there. */
async function serve(
  home: string,
): Promise<{ readonly child: ChildProcess; readonly address: string; readonly said: () => string }> {
  const words = await documented('witness serve')
  const args = words.map((word) => ({ './witness': home, '8791': '0', '0.0.0.0': 'localhost' })[word] ?? word)
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  witnesses.push(child)
  let text = ''
  const address = await new Promise<string>((found, failed) => {
    child.stderr.on('data', (chunk) => {
      text += String(chunk)
      const match = /見證服務 witness (https:\S+)/.exec(text)
      if (match?.[1] !== undefined) found(match[1])
    })
    child.once('exit', () => failed(new Error(text)))
  })
  return { child, address, said: () => text }
}

const ended = (child: ChildProcess) =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done(undefined)
    child.once('exit', done)
    child.kill('SIGTERM')
  })

describe.skipIf(!hasOpenssl)('the program with witnesses of their own over https and a real time authority', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shoumi-outside-program-'))
    authority = await openAuthority()
    const { openssl } = authority
    openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', join(folder, 'witness-key.pem')],
      ...['-out', join(folder, 'witness-cert.pem')],
    )
  })
  afterAll(async () => {
    await server?.stop()
    await Promise.all(witnesses.map(ended))
    await authority.close()
    await rm(folder, { recursive: true, force: true })
  })

  const settings = (policy: string) => ({
    ...{ SHOUMI_WITNESS_POLICY: policy, SHOUMI_STAMP_URL: authority.url, SHOUMI_STAMP_ROOTS: authority.rootsFile },
    NODE_EXTRA_CA_CERTS: join(folder, 'witness-cert.pem'),
  })
  const statusOf = async (running: RunningServer, account = 'it') =>
    (await (await (await signInAs(running, account)).fetch('/api/ledger')).json()) as LedgerStatusView

  test('signs, is witnessed over https and stamped by the commands of the document; witnesses that went down are named, and since when', async () => {
    const first = await startServer({ env: { SHOUMI_SAMPLE: 'yes' } })
    const { vkey } = await statusOf(first)
    await first.stop({ keepsData: true })
    const lines: string[] = []
    const started = []
    for (const name of ['audit', 'control', 'third']) {
      const key = run((await documented('witness init')).map((word) => (word === './witness' ? name : word)))
      run(
        (await documented('witness trust')).map(
          (word) => ({ './witness': name, "'NAME+ID+BASE64'": vkey })[word] ?? word,
        ),
      )
      const witness = await serve(name)
      started.push(witness)
      lines.push(`witness ${name} ${key} ${witness.address}`)
    }
    const policy = join(folder, 'policy')
    await writeFile(policy, [...lines, 'group most 2 audit control third', 'quorum most'].join('\n'))
    server = await startServer({ dataFolder: first.dataFolder, env: settings(policy) })
    const running = { ...server, passwordOf: first.passwordOf }
    await expect
      .poll(() => statusOf(running), { timeout: 60_000 })
      .toMatchObject({ isWitnessed: true, stampState: 'fine', lastStampAt: expect.any(String) })
    const status = await statusOf(running)
    expect(status).toMatchObject({ isSplitViewPossible: false, stampFailure: null, unwitnessedSince: null })
    expect(status.witnesses.map(({ state }) => state)).toEqual(['fine', 'fine', 'fine'])
    await Promise.all(started.map(({ child }) => ended(child)))
    // Signing in is an event: the next checkpoint finds nobody.
    await expect.poll(async () => (await statusOf(running)).unwitnessedSince, { timeout: 60_000 }).not.toBeNull()
    expect((await statusOf(running)).witnesses).toMatchObject([
      { state: 'silent' },
      { state: 'silent' },
      { state: 'silent' },
    ])
    expect(server.printed()).toContain('ledger: witness audit: silent')
  }, 600_000)
})
