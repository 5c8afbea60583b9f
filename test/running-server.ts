import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { copyOfTemplate } from './template-folder.ts'

const PROJECT = resolve(import.meta.dirname, '..')
// Against what hangs only, as in vitest.config.ts.
const START_TIMEOUT_MS = 800_000

export interface RunningServer {
  readonly address: string
  readonly dataFolder: string
  readonly child: ChildProcess
  /** the password of a demo account, as printed at start */
  passwordOf(account: string): string
  /** everything written to standard error so far */
  printed(): string
  /** asks it to stop and waits; with `keepsData` the folder stays for another start */
  stop(options?: { readonly keepsData?: boolean }): Promise<number | null>
}

interface StartOptions {
  readonly dataFolder?: string
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Starts the real program as a user would, on a free loopback port, and waits for its address. Without a folder it gets
 * one in which the program has loaded its sample before; with settings of its own an empty one.
 */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const { dataFolder, env } = options
  if (dataFolder !== undefined) return startIn(dataFolder, env)
  if (env !== undefined) return startIn(await mkdtemp(join(tmpdir(), 'shoumi-run-')), env)
  return startIn(await copyOfTemplate('sampled', 'shoumi-run-', loadSampleIn))
}

async function loadSampleIn(folder: string): Promise<void> {
  const server = await startIn(folder)
  const code = await server.stop({ keepsData: true })
  if (code !== 0) throw new Error(`stopped with ${code}:\n${server.printed()}`)
}

async function startIn(dataFolder: string, env: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const child = spawn(process.execPath, [join(PROJECT, 'src/program/main.ts'), 'start'], {
    env: { ...process.env, SHOUMI_DATA: dataFolder, SHOUMI_PORT: '0', SHOUMI_SAMPLE_ACCESSES: '10000', ...env },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  let text = ''
  child.stderr.on('data', (chunk) => {
    text += String(chunk)
  })
  let isAsked = false
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  const address = await addressOf(child, () => text)
  // Without this a program that ends on its own shows only as refused connections.
  child.once('exit', (code, signal) => {
    if (!isAsked) process.stderr.write(`the program ended by itself (${code ?? signal}):\n${text}\n`)
  })
  return {
    address,
    dataFolder,
    child,
    printed: () => text,
    passwordOf: (account) => new RegExp(`^ {2}${account} +(\\S+)`, 'm').exec(text)?.[1] ?? '',
    stop: async ({ keepsData = false } = {}) => {
      isAsked = true
      child.kill('SIGTERM')
      const code = await ended
      if (!keepsData) await rm(dataFolder, { recursive: true, force: true })
      return code
    },
  }
}

function addressOf(child: ChildProcess, text: () => string): Promise<string> {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      failed(new Error(`no address after ${START_TIMEOUT_MS} ms:\n${text()}`))
    }, START_TIMEOUT_MS)
    const look = () => {
      const found = /Shoumi {2}(http:\/\/\S+)[\s\S]*Ctrl-C/.exec(text())?.[1]
      if (found === undefined) return
      clearTimeout(timer)
      done(found)
    }
    child.stderr?.on('data', look)
    child.once('exit', (code) => {
      clearTimeout(timer)
      failed(new Error(`ended with ${code}:\n${text()}`))
    })
  })
}

/** A signed-in caller of the HTTP interface. */
export async function signInAs(server: Pick<RunningServer, 'address' | 'passwordOf'>, account: string) {
  const response = await fetch(`${server.address}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ account, password: server.passwordOf(account) }),
  })
  if (!response.ok) throw new Error(`sign-in of ${account}: ${response.status}`)
  const cookies = response.headers.getSetCookie().map((each) => each.split(';')[0] ?? '')
  const csrf = cookies.find((each) => each.startsWith('shoumi_csrf='))?.slice('shoumi_csrf='.length) ?? ''
  const headers = { cookie: cookies.join('; '), 'x-shoumi-csrf': decodeURIComponent(csrf) }
  return {
    fetch: (path: string, init: RequestInit = {}) =>
      fetch(`${server.address}${path}`, { ...init, headers: { ...headers, ...init.headers } }),
    headers,
  }
}
