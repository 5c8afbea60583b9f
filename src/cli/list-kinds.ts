import { EVIDENCE_KINDS, findTarget } from '../evidence/port.ts'
import { type CommandContext, exitCodes } from './command-line.ts'

/** What may be imported and how: every kind, its columns, their types and the words that rules act upon. */
export function listKinds(context: CommandContext, options: { readonly json?: boolean }): number {
  const kinds = ['access', ...Object.keys(EVIDENCE_KINDS)].flatMap((name) => findTarget(name) ?? [])
  if (options.json) {
    const shown = kinds.map(({ name, title, columns }) => ({ kind: name, title, columns }))
    context.out(`${JSON.stringify({ kinds: shown }, null, 2)}\n`)
    return exitCodes.done
  }
  for (const { name, title, columns } of kinds) {
    context.out(`${name}\t${title}\n`)
    for (const column of columns) {
      const words = column.words === undefined ? '' : `\t${column.words.join(' | ')}`
      context.out(`  ${column.name}${column.isRequired ? '*' : ''}\t${column.type}\t${column.title}${words}\n`)
    }
  }
  context.out('\n* 必填 required　| 範本所用之詞，其他詞照存照顯示 words rules act upon; others are kept and shown\n')
  return exitCodes.done
}
