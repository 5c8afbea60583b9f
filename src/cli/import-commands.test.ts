import { expect, test } from 'vitest'
import { ok } from '../base/result.ts'
import { type CommandContext, exitCodes, runCommandLine } from './command-line.ts'
import type { Connection } from './connection.ts'

test('undoing an import is proposed as the person who signs in, with the reason, and says what follows from it', async () => {
  const sent: unknown[] = []
  const said: string[] = []
  const person: Partial<Connection> = {
    post: async <Answer>(path: string, body: object) => {
      sent.push([path, body])
      return { changeId: 'c-1' } as Answer
    },
    get: async <Answer>() => ({ consequences: [{ zh: '移除 2 列。', en: '2 rows leave.' }] }) as Answer,
    close: async () => undefined,
  }
  const own: Partial<Connection> = { signedIn: async () => person as Connection, close: async () => undefined }
  const context: CommandContext = {
    serve: async () => 0,
    rebuild: async () => 0,
    connect: async () => ok(own as Connection),
    out: (text) => said.push(text),
    talk: (text) => said.push(text),
    isTerminal: false,
    readSecret: async () => 'a long enough secret',
  }
  const args = ['imports', 'undo', 'i-1', '--reason', '匯入了錯誤的檔案']
  expect(await runCommandLine(args, context)).toBe(exitCodes.usage)
  expect(await runCommandLine([...args, '--as', 'ethics'], context)).toBe(exitCodes.done)
  expect(sent).toEqual([
    ['/api/changes', { kind: 'import-undo', value: { importId: 'i-1' }, reason: '匯入了錯誤的檔案' }],
  ])
  expect(said.join('')).toContain('移除 2 列。 2 rows leave.')
  expect(said.join('')).toContain('c-1')
})
