import { expect, test } from 'vitest'
import { EVIDENCE_KINDS } from '../evidence/port.ts'
import { exitCodes, runCommandLine } from './command-line.ts'

async function printed(...args: readonly string[]): Promise<string> {
  const out: string[] = []
  const unused = () => Promise.reject(new Error('must not be called'))
  const context = { serve: unused, rebuild: unused, connect: unused, readSecret: unused, isTerminal: false }
  const code = await runCommandLine(args, { ...context, out: (text) => out.push(text), talk: () => undefined })
  expect(code).toBe(exitCodes.done)
  return out.join('')
}

test('kinds lists every kind with its columns, types and words, without a server', async () => {
  const text = await printed('kinds')
  for (const { kind, title } of Object.values(EVIDENCE_KINDS)) expect(text).toContain(`${kind}\t${title}\n`)
  expect(text).toContain('requested | approved | refused | revoked')
})

test('kinds --json says the same for programs', async () => {
  const { kinds } = JSON.parse(await printed('kinds', '--json'))
  expect(kinds.map((each: { kind: string }) => each.kind)).toEqual(['access', ...Object.keys(EVIDENCE_KINDS)])
  const employment = kinds.find((each: { kind: string }) => each.kind === 'employment')
  expect(employment.columns).toContainEqual(
    expect.objectContaining({ name: 'company', type: 'subject', isRequired: true, names: 'company' }),
  )
})
