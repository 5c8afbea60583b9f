import type { TraceAnswer } from '../wire/gate-query.ts'
import { inOneLine } from '../wire/typed-text.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import type { Connection } from './connection.ts'

/** Writes who got what under a disclosure code. The look-up is an event with the reason given. */
export async function traceCode(
  connection: Connection,
  context: CommandContext,
  code: string,
  options: { readonly reason: string; readonly json?: boolean },
): Promise<number> {
  const answer = await connection.post<TraceAnswer>('/api/gate/trace', { code, reason: options.reason })
  context.out(options.json ? `${JSON.stringify(answer)}\n` : describe(answer))
  return exitCodes.done
}

function describe(answer: TraceAnswer): string {
  const { who } = answer
  const rows =
    answer.deliveredRows === null ? `至多 ${answer.recordedRows} 筆（未正常結束）` : `${answer.deliveredRows} 筆`
  return [
    `追查代碼　${answer.code}`,
    `何人　　　${who.name}（${who.account}）　${who.post}`,
    `何時　　　${answer.at}`,
    `何事　　　${answer.queryTitle}（${answer.query}）　${rows}　遮罩 ${answer.maskLevel}`,
    `為何　　　${answer.purposeTitle}　${answer.caseNumber || '無案號'}`,
    `依據　　　${answer.outcome}${answer.approval ? `　核准 ${answer.approval}` : ''}`,
    `紀錄　　　${answer.eventId}`,
  ]
    .map(inOneLine)
    .concat('')
    .join('\n')
}
