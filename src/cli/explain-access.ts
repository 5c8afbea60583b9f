import type { AccessPage } from '../wire/access.ts'
import { inOneLine } from '../wire/typed-text.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import type { Connection } from './connection.ts'
import { taipeiTime } from './taipei-time.ts'

const KINDS = { template: '說明', contradiction: '牴觸', flag: '徵候' } as const

/** Writes the story of one access: the sentence, each reason with its evidence, and the verdict's history. */
export async function explainAccess(
  connection: Connection,
  context: CommandContext,
  id: string,
  options: { readonly json?: boolean },
): Promise<number> {
  const page = await connection.get<AccessPage>(`/api/accesses/${encodeURIComponent(id)}`)
  context.out(options.json ? `${JSON.stringify(page)}\n` : describe(page))
  return exitCodes.done
}

const recordedWords = ({ recordedAt, knownAt }: AccessPage['hits'][number]['evidence'][number]): string =>
  recordedAt ? `${taipeiTime(recordedAt)} 登錄` : `登錄時間未載，${taipeiTime(knownAt)} 取得`

function describe(page: AccessPage): string {
  const lines = [inOneLine(page.sentence), inOneLine(page.summary), '']
  for (const hit of page.hits) {
    lines.push(`${KINDS[hit.kind]} ${hit.points >= 0 ? '+' : ''}${hit.points}　${inOneLine(hit.sentence)}`)
    for (const each of hit.evidence)
      lines.push(`    ${each.kindTitle} ${inOneLine(each.summary)}（${recordedWords(each)}，第 ${each.line} 列）`)
  }
  lines.push('', '判定歷程')
  for (const each of page.history)
    lines.push(`    ${taipeiTime(each.at)}　${each.verdict}　${each.score}（${each.ruleSet}）`)
  return `${lines.join('\n')}\n`
}
