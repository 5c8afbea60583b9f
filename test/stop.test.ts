import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer } from './running-server.ts'

const PROJECT = resolve(import.meta.dirname, '..')
const LONG_MS = 900_000
const EMPTY = { SHOUMI_SAMPLE: 'no' }
let folder: string
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-stop-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const startEmpty = () => startServer({ dataFolder: join(folder, `data-${count++}`), env: EMPTY })
const ended = (child: ChildProcess) => new Promise<number | null>((done) => child.once('exit', done))

/** A caller who has sent half a request and says no more: an answer that nobody reads waits in the same way. */
async function pausedCaller({ address }: RunningServer) {
  const { hostname, port } = new URL(address)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await new Promise((done) => socket.once('connect', done))
  const head = `POST /api/session HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{`
  await new Promise((done) => socket.write(head, done))
  return socket
}

test(
  'a caller who pauses in the middle does not keep the program from stopping in order',
  async () => {
    const server = await startEmpty()
    const socket = await pausedCaller(server)
    expect(await server.stop()).toBe(0)
    expect(server.printed()).not.toContain('未能在時限內')
    socket.destroy()
  },
  LONG_MS,
)

test(
  'asked a second time it stops at once, and the next start goes on as after a power cut',
  async () => {
    const server = await startEmpty()
    const socket = await pausedCaller(server)
    const code = ended(server.child)
    server.child.kill('SIGTERM')
    await new Promise<void>((done) =>
      server.child.stderr?.on('data', (text) => String(text).includes('停止中') && done()),
    )
    server.child.kill('SIGINT')
    expect(await code).toBe(1)
    socket.destroy()
    const again = await startServer({ dataFolder: server.dataFolder, env: EMPTY })
    expect(await again.stop()).toBe(0)
  },
  LONG_MS,
)

/** npm start with this shell, until it serves; answers npm itself. */
async function npmStart(shell: string) {
  const data = join(folder, `data-${count++}`)
  const child = spawn('npm', ['start'], {
    cwd: PROJECT,
    env: { ...process.env, ...EMPTY, SHOUMI_DATA: data, SHOUMI_PORT: '0', npm_config_script_shell: shell },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await new Promise<void>((done, failed) => {
    let said = ''
    child.stderr.on('data', (chunk) => {
      said += String(chunk)
      if (said.includes('Ctrl-C')) done()
    })
    child.once('exit', (code) => failed(new Error(`npm ended with ${code}: ${said}`)))
  })
  return { child, data }
}

test.each([
  ['SIGTERM', 'sh'],
  ['SIGTERM', 'a shell that stays between the two'],
  ['SIGKILL', 'sh'],
] as const)(
  '%s to npm, which runs %s, stops the server below it and frees its folder',
  async (signal, shell) => {
    // Some shells stay between npm and the program, and die of the signal without a word.
    const staying = join(folder, 'sh')
    await writeFile(staying, '#!/bin/sh\n/bin/sh "$@"\nexit $?\n')
    await chmod(staying, 0o755)
    const { child, data } = await npmStart(shell === 'sh' ? '/bin/sh' : staying)
    // Closed when nobody is left who could write to it.
    const allGone = once(child.stderr, 'close')
    child.kill(signal)
    await allGone
    await expect(readFile(join(data, 'run.json'))).rejects.toThrow('ENOENT')
  },
  LONG_MS,
)
