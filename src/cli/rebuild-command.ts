import type { Command } from 'commander'
import type { CommandContext } from './command-line.ts'

export interface RebuildRequest {
  /** an import whose kept file is gone counts as undone from now on */
  readonly withoutLost: boolean
  /** words and progress, on standard error */
  readonly talk: (text: string) => void
  /** tells how far it is; only where somebody watches */
  readonly onProgress: (done: number, all: number) => void
}

/** `rebuild analytics`: the analytic store made again from the archive, while the program is stopped. */
export function addRebuildCommand(
  program: Command,
  context: CommandContext,
  alone: (work: () => Promise<number>) => Promise<void>,
): void {
  program
    .command('rebuild')
    .description('由保存的原始檔重建 Make again from the kept files')
    .command('analytics')
    .description(
      '重建分析資料庫：查詢紀錄、佐證、判定；須先停止程式，中斷後可再執行一次 The analytic store; stop the program first; may be broken off and run again',
    )
    .option(
      '--without-lost',
      '原始檔已遺失者改列為已復原，可重新匯入 imports whose file is gone count as undone; import them again',
    )
    .action((options: { withoutLost?: boolean }) =>
      alone(() =>
        context.rebuild({
          withoutLost: options.withoutLost ?? false,
          talk: context.talk,
          onProgress: (done, all) => {
            if (context.isTerminal)
              context.talk(`\r重建中 rebuilding ${done}／${all} 次匯入 imports\u001b[K${done === all ? '\n' : ''}`)
          },
        }),
      ),
    )
}
