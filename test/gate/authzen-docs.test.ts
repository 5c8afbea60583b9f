import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Look, shoumiClient } from '../../clients/shoumi-authzen.ts'
import type { DemoExamples } from '../../src/wire/gate-desk.ts'
import { secondPerson } from '../approve-change.ts'
import { type RunningServer, signInAs, startServer } from '../running-server.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

let server: RunningServer
let folder: string
let env: Record<string, string>
let example: { readonly person: string; readonly number: string }
const said: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-docs-'))
  server = await startServer()
  const land = await signInAs(server, 'land')
  const { examples } = (await (await land.fetch('/api/demo/examples')).json()) as DemoExamples
  const own = examples.find(({ title, query }) => title === '承辦案件的當事人' && query === 'land-owner')
  example = { person: own?.value ?? '', number: own?.caseNumber ?? '' }
  env = { SHOUMI: server.address, SHOUMI_DATA: server.dataFolder, PERSON: example.person, CASE: example.number }
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('docs/authzen.md', () => {
  test('every command of the page does what the page says, in its order', async () => {
    const text = await readFile(join(PROJECT, 'docs/authzen.md'), 'utf8')
    const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
    expect(commands.length).toBeGreaterThanOrEqual(9)
    for (const command of commands) {
      const { stdout } = await run(
        'bash',
        ['-euo', 'pipefail', '-c', command.replaceAll('bin/shoumi', `${PROJECT}/bin/shoumi`)],
        {
          cwd: folder,
          env: { ...process.env, ...env },
        },
      )
      said.push(stdout)
      // The page says so: another person approves what was proposed.
      if (said.length === 1) {
        const change = (await readFile(join(folder, 'change.txt'), 'utf8')).trim()
        expect(change).toMatch(/^[0-9a-f-]{36}$/)
        await (await secondPerson(server, 'ethics')).approve(change)
      }
    }
    expect(said[2]).toContain('access_token')
    expect(JSON.parse(said[3] ?? '')).toMatchObject({ decision: true })
    expect(JSON.parse(said[4] ?? '').evaluations).toHaveLength(2)
    expect(JSON.parse(said[5] ?? '').results).toContainEqual({ name: 'query' })
    expect(JSON.parse(said[6] ?? '')).toEqual({ status: 'kept' })
  })
  test('the typed client asks, is refused with words, asks for approval, and tells', async () => {
    const key = (await readFile(join(folder, 'key.txt'), 'utf8')).trim()
    const client = shoumiClient(server.address, key, ['custom', 'step-up'])
    const own: Look = {
      user: 'land',
      act: 'query',
      query: 'land-owner@1',
      parameters: { person: example.person },
      purpose: 'registration',
      caseNumber: example.number,
    }
    const permitted = await client.evaluate(own)
    if (!permitted.permitted) throw new Error(permitted.reason)
    const duties = permitted.duties.map(({ id }) => id)
    expect(await client.receipt(permitted.evaluation, duties, 1)).toEqual({ status: 'kept' })
    const strange = { ...own, parameters: { person: 'A123456789' } }
    const [first, second] = await client.evaluateMany([own, strange])
    expect([first?.permitted, second?.permitted]).toEqual([true, false])
    const refused = await client.evaluate(strange)
    if (refused.permitted) throw new Error('permitted')
    expect(refused.words?.['zh-TW']).toContain('不是此案的當事人')
    const asked = (await client.requestApproval(strange, refused, '申請人主張繼承，需核對', 'client-test-1')) as {
      task?: { id: string; status: string }
    }
    expect(asked.task?.status).toBe('pending')
    expect(await client.task(asked.task?.id ?? '')).toMatchObject({ task: { status: 'pending' } })
    await expect(shoumiClient(server.address, 'smk_wrong', []).evaluate(own)).rejects.toThrow('401')
  })
})
