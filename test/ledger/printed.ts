import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

export const PROJECT = resolve(import.meta.dirname, '../..')

/** The commands of a section of docs/ledger.md, block by block, as printed. */
export function printedCommands(heading: string): readonly string[] {
  const text = readFileSync(resolve(PROJECT, 'docs/ledger.md'), 'utf8')
  const section = text.split(/^## /m).find((each) => each.startsWith(heading)) ?? ''
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
}
