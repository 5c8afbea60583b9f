import type { GateCheck } from '../wire/gate-query.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import type { Connection } from './connection.ts'

/** Writes what keeps an agency's login or a query from use, each with its file and line. Findings give exit code 2. */
export async function checkGate(
  connection: Connection,
  context: CommandContext,
  options: { readonly json?: boolean },
): Promise<number> {
  const check = await connection.get<GateCheck>('/api/gate/check')
  context.out(options.json ? `${JSON.stringify(check)}\n` : describe(check))
  const isFit =
    check.connectors.every(({ isReachable, findings }) => isReachable && findings.length === 0) &&
    check.queries.every((query) => query.isFit)
  return isFit ? exitCodes.done : exitCodes.findings
}

function describe(check: GateCheck): string {
  const lines = check.connectors.flatMap(({ id, kind, isReachable, findings }) => [
    `${isReachable && findings.length === 0 ? '●' : '✕'} ${id}（${kind}）${isReachable ? '' : '　無法連線 unreachable'}`,
    ...findings.map(({ code, detail }) => `    ${code}　${detail}`),
  ])
  for (const { id, version, file, isFit, faults } of check.queries) {
    lines.push(`${isFit ? '●' : '✕'} ${id}@${version}`)
    for (const { line, reason } of faults) lines.push(`    ${file}:${line}　${reason}`)
  }
  return `${lines.join('\n')}\n`
}
