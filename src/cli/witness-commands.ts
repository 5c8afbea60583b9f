import type { Command } from 'commander'
import { systemClock } from '../base/clock.ts'
import { formatNoteKey, initWitness, openWitnessStore, serveWitness } from '../ledger/port.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import type { Alone } from './ledger-commands.ts'

/**
 * `shoumi witness …`: what an organisation outside runs to vouch for a log. It needs this program and a folder, no
 * database and nothing of the agency it watches.
 */
export function addWitnessCommands(program: Command, context: CommandContext, alone: Alone): void {
  const witness = program.command('witness').description('見證：由外部機關為紀錄簿副署 Witness a log from outside')
  witness
    .command('init')
    .description('建立見證資料夾與金鑰 Make a folder with a key of its own')
    .argument('<folder>')
    .argument('<name>', '見證者名稱，如網域 name, e.g. audit.example.gov.tw/witness')
    .action((folder: string, name: string) =>
      alone(async () => {
        const signer = await initWitness(folder, name)
        context.out(`${formatNoteKey(signer.key)}\n`)
        context.talk(
          `請把要見證的紀錄簿公鑰逐行寫入 put the keys of the logs to watch, one a line, into: ${folder}/logs\n`,
        )
        return exitCodes.done
      }),
    )
  witness
    .command('show')
    .description('顯示見證者公鑰 Show the public key')
    .argument('<folder>')
    .action((folder: string) =>
      alone(async () => {
        context.out(`${formatNoteKey((await openWitnessStore(folder)).signer.key)}\n`)
        return exitCodes.done
      }),
    )
  witness
    .command('serve')
    .description('啟動見證服務 Serve until stopped')
    .argument('<folder>')
    .option('--host <host>', '位址 address', '127.0.0.1')
    .option('--port <port>', '埠 port', '8791')
    .action((folder: string, options: { host: string; port: string }) =>
      alone(async () => {
        const server = await serveWitness(await openWitnessStore(folder), systemClock, {
          host: options.host,
          port: Number(options.port),
        })
        context.talk(`見證服務 witness ${server.address}\n`)
        await new Promise<void>((resolve) => {
          for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
        })
        await server.close()
        return exitCodes.done
      }),
    )
}
