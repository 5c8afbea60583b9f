import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EventLine, LedgerStatusView } from '../../src/wire/ledger.ts'
import { type RunningServer, signInAs, startServer } from '../running-server.ts'
import { PROJECT, printedCommands } from './printed.ts'

const blocks = printedCommands('For an outside auditor')
const [handOut = '', given = '', fingerprint = '', signature = '', build = '', check = '', own = ''] = blocks
const MODULE = '/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog'
const hasGo = existsSync('/usr/bin/go') && existsSync(MODULE)
const tools = ['openssl', 'curl', 'xxd', 'od', 'awk', 'base64']
const missing = tools.filter((tool) => spawnSync('which', [tool]).status !== 0)
if (!hasGo) console.warn('golang-go and golang-golang-x-mod-dev are not installed: the independent checker is skipped')
if (missing.length > 0)
  console.warn(`${missing.join(', ')} are not installed: checking without a program of ours is skipped`)

let server: RunningServer
let folder: string
let key: string
let printedFingerprint: string

/** Runs a block in the auditor's folder, with what he set in it; nothing of the agency is within his reach. */
function run(block: string, env: Readonly<Record<string, string>> = {}) {
  const set = given.replace(/^LOG=.*$/m, `LOG=${server.address}/log`).replace(/^KEY=.*$/m, () => `KEY='${key}'`)
  const home = {
    HOME: folder,
    GOCACHE: join(folder, 'cache'),
    GOPROXY: 'off',
    GOFLAGS: '',
    SHOUMI_DATA: join(folder, 'none'),
  }
  return spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', `${set}\n${block}`], {
    ...{ cwd: folder, encoding: 'utf8' as const, stdio: ['ignore' as const, 'pipe' as const, 'pipe' as const] },
    env: { ...process.env, ...home, ...env },
  })
}

beforeAll(async () => {
  server = await startServer()
  folder = await mkdtemp(join(tmpdir(), 'shoumi-audit-'))
  for (const each of ['bin', 'docs']) await symlink(join(PROJECT, each), join(folder, each))
  const ethics = await signInAs(server, 'ethics')
  const page = async (eventId: string, file: string) => {
    const answer = await ethics.fetch(`/api/ledger/events/${eventId}/bundle`)
    expect(answer.status).toBe(200)
    await writeFile(join(folder, file), Buffer.from(await answer.arrayBuffer()))
  }
  const importId = await importOne()
  const get = async <Answer>(path: string) => (await (await ethics.fetch(path)).json()) as Answer
  const { events } = await get<{ events: EventLine[] }>('/api/ledger/events?limit=50')
  const { vkey, fingerprint: told } = await get<LedgerStatusView>('/api/ledger')
  const eventId = events.find(({ kind }) => kind === 'sign-in')?.eventId ?? ''
  const asked = handOut.replace('EVENT-ID', eventId).replace('IMPORT-ID', importId).replace('LINE', '3')
  const handed = run(asked, { SHOUMI_DATA: server.dataFolder })
  expect(handed).toMatchObject({ status: 0 })
  const sheet = (await readFile(join(folder, 'key-sheet.txt'), 'utf8')).split('\n')
  key = sheet.find((line) => /^[^ +]+\+[0-9a-f]{8}\+/.test(line)) ?? ''
  printedFingerprint = sheet.find((line) => /^(\d{5} ?){8}$/.test(line)) ?? ''
  // The sheet that is published and the state of the log name one key.
  expect([key, printedFingerprint]).toEqual([vkey, told])
  await page(eventId, 'event.html')
  await page(JSON.parse(await readFile(join(folder, 'row.json'), 'utf8')).eventId, 'import.html')
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function importOne(): Promise<string> {
  const lines = [
    'X1,115/01/05,0830,0412,A123456789,洽公',
    'X2,115/01/05,0831,0412,A123456789,洽公',
    'X3,115/01/05,0832,0413,B123456780,查訪',
  ]
  const columns = ['紀錄編號,日期,時間,員工編號,證號,事由', ...lines]
  await writeFile(join(folder, 'log.csv'), columns.join('\n'))
  await writeFile(join(folder, 'line.txt'), `${lines[1]}\n`)
  const mapping = [
    'target: access',
    'agency: insurance',
    'columns:',
    '  source_id: { from: 紀錄編號 }',
    '  at: { join: [日期, 時間] }',
  ]
  mapping.push('  officer: { from: 員工編號 }', '  subject: { from: 證號 }', '  purpose: { from: 事由 }')
  await writeFile(join(folder, 'mapping.yaml'), mapping.join('\n'))
  const command = 'bin/shoumi import accesses log.csv --system ins-query --mapping mapping.yaml --json'
  const { stdout, stderr } = run(command, { SHOUMI_DATA: server.dataFolder })
  const id = /"importId":\s*"([^"]+)"/.exec(stdout)?.[1]
  if (id === undefined) throw new Error(`${stdout}\n${stderr}`)
  return id
}

test('the section has its seven blocks of commands', () => {
  expect(blocks.length).toBe(7)
  expect(blocks.every((block) => block.trim() !== '')).toBe(true)
})

describe.skipIf(missing.length > 0)('with tools that every machine has', () => {
  test('the fingerprint comes out as the agency prints it', () => {
    const { status, stdout } = run(fingerprint)
    expect([status, stdout.trim()]).toEqual([0, printedFingerprint])
  })

  test('the signature under the state of the log verifies, and not with another key', () => {
    expect(run(signature)).toMatchObject({ status: 0, stdout: expect.stringContaining('Verified Successfully') })
    const changed = signature.replace(
      "sed '/^$/,$d' checkpoint > body",
      "sed '/^$/,$d' checkpoint | sed '2s/^/1/' > body",
    )
    expect(run(changed).status).not.toBe(0)
    expect(run(signature).status).toBe(0)
  })
})

describe.skipIf(!hasGo)('with the independent checker, built as printed', () => {
  test('everything that was handed out verifies', () => {
    expect(run(build)).toMatchObject({ status: 0, stderr: '' })
    const { status, stdout, stderr } = run(check)
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain(printedFingerprint)
    expect(stdout).toMatch(/entry \d+ of \d+/)
    expect(stdout).toContain('row 1 of 3')
    expect(stdout).toContain('sign-in')
  })

  test('nothing verifies with another key, of another line, or with a word changed', async () => {
    await mkdir(join(folder, 'copy'), { recursive: true })
    const page = await readFile(join(folder, 'event.html'), 'utf8')
    await writeFile(join(folder, 'forged.html'), page.replace(/"bytes":"e/, '"bytes":"f'))
    await writeFile(join(folder, 'other.txt'), 'X1,115/01/05,0830,0412,A123456789,洽公\n')
    const other = 'shoumi.example+4c8b6a7e+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    for (const command of [
      `./check proof event.tlog-proof ${other}`,
      './check page forged.html "$KEY"',
      './check row row.json import.html "$KEY" other.txt',
      './check row row.json event.html "$KEY" line.txt',
    ])
      expect([command, run(command).status]).toEqual([command, 1])
  })
})

test('with this program everything verifies as well, without a server or a data folder', async () => {
  run('curl -sf "$LOG/checkpoint" > checkpoint')
  const [files = ''] = own.split('\n')
  const { status, stdout, stderr } = run(files)
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout.match(/✓/g)?.length).toBe(5)
  expect(existsSync(join(folder, 'none'))).toBe(false)
  if (hasGo) expect(run(own)).toMatchObject({ status: 0 })
})

test('the program answers by its exit code: good, bad, could not be checked, wrong usage', async () => {
  const verify = (rest: string) => run(`bin/shoumi verify ${rest}`)
  expect(verify('event.html --key key-sheet.txt')).toMatchObject({ status: 0 })
  expect(verify('event.html')).toMatchObject({ status: 2, stdout: expect.stringContaining('--key') })
  const json = verify('event.html line.txt nothing.html docs --key "$KEY" --json')
  expect(json.status).toBe(2)
  expect(
    json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).verdict),
  ).toEqual(['good', 'unchecked', 'unchecked', 'unchecked'])
  const page = await readFile(join(folder, 'event.html'), 'utf8')
  await writeFile(join(folder, 'forged.html'), page.replace(/"index":\d+/, '"index":0'))
  expect(verify('event.html forged.html --key "$KEY"')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('未通過'),
  })
  expect(verify('event.html --key nonsense').status).toBe(64)
  const again = run('bin/shoumi ledger prove x --out event.tlog-proof', { SHOUMI_DATA: server.dataFolder })
  expect(again).toMatchObject({ status: 64, stderr: expect.stringContaining('檔案已存在') })
  expect(again.stderr).not.toContain(' at ')
  expect(run('bin/shoumi ledger verify http://127.0.0.1:9/log --key "$KEY"').status).toBe(69)
})
