import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { systemClock } from '../base/clock.ts'
import { StartRefused } from '../base/start-refused.ts'
import {
  formatNoteKey,
  initWitness,
  openWitnessStore,
  rotateWitnessKey,
  serveWitness,
  trustLog,
} from '../ledger/port.ts'
import { type CommandContext, exitCodes } from './command-line.ts'
import type { Alone } from './ledger-commands.ts'

/**
 * `shoumi witness …`: what an organisation outside runs to vouch for a log. It needs this program and a folder, no
 * database and nothing of the agency it watches.
 */
export function addWitnessCommands(program: Command, context: CommandContext, aloneWith: Alone): void {
  const alone: Alone = (work) => aloneWith(() => inWords(context, work))
  const witness = program.command('witness').description('見證：由外部機關為紀錄簿副署 Witness a log from outside')
  addKeyCommands(witness, context, alone)
  witness
    .command('trust')
    .description('告知可採信某紀錄簿的下一個檢查點，僅此一次 Let it take the next checkpoint of a log on trust, once')
    .argument('<folder>')
    .argument('<vkey>', '紀錄簿公鑰 public key of the log, NAME+ID+BASE64')
    .option('--anew', '已見證過的紀錄簿重新開始 although it has signed for this log before: forget what it knew')
    .action((folder: string, vkey: string, options: { anew?: boolean }) =>
      alone(async () => {
        const failure = await trustLog(folder, vkey, { anew: options.anew ?? false, now: systemClock.now() })
        if (failure) context.talk(TRUST_WORDS[failure])
        else context.talk('已記入 journal；請重新啟動見證服務 noted in the journal; restart the witness\n')
        return failure ? exitCodes.usage : exitCodes.done
      }),
    )
  witness
    .command('serve')
    .description('啟動見證服務 Serve until stopped')
    .argument('<folder>')
    .option('--host <host>', '位址 address', '127.0.0.1')
    .option('--port <port>', '埠 port', '8791')
    .option('--tls-cert <file>', 'TLS 憑證（PEM） certificate: serves https; needs --tls-key')
    .option('--tls-key <file>', 'TLS 私鑰（PEM） its key')
    .action((folder: string, options: ServeOptions) => alone(() => serve(context, folder, options)))
}

const TRUST_WORDS = {
  'not-a-key': '這不是紀錄簿的公鑰 not the public key of a log: NAME+ID+BASE64, see “ledger status”\n',
  'has-state':
    '此見證已為這本紀錄簿簽過；確定要忘記先前所見時，加上 --anew This witness has signed for this log; to forget what it saw, give --anew\n',
} as const

interface ServeOptions {
  readonly host: string
  readonly port: string
  readonly tlsCert?: string
  readonly tlsKey?: string
}

async function serve(context: CommandContext, folder: string, options: ServeOptions): Promise<number> {
  const { host, tlsCert, tlsKey } = options
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    context.talk('--tls-cert 與 --tls-key 須一起給 give both --tls-cert and --tls-key, or neither\n')
    return exitCodes.usage
  }
  const tls =
    tlsCert === undefined || tlsKey === undefined
      ? undefined
      : { cert: await readFile(tlsCert), key: await readFile(tlsKey) }
  const store = await openWitnessStore(folder)
  const listen = { host, port: Number(options.port), ...(tls && { tls }) }
  const server = await serveWitness(store, systemClock, listen, (line) => context.talk(`${line}\n`))
  context.talk(`見證服務 witness ${server.address}\n`)
  if (!tls && !LOOPBACK.has(host))
    context.talk(
      '以 http 對外服務：請給 --tls-cert 與 --tls-key，或在前面放 https 代理 serving plain http: give --tls-cert and --tls-key, or put an https proxy in front\n',
    )
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  await server.close()
  return exitCodes.done
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

// What a person gives by hand is wrong now and then: said in words, not with a stack.
async function inWords(context: CommandContext, work: () => Promise<number>): Promise<number> {
  try {
    return await work()
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException
    if (error instanceof StartRefused) context.talk(`${error.message}\n`)
    else if (code === 'ENOENT') context.talk(`沒有這個檔案 no such file: ${path ?? ''}\n`)
    else if (code === 'EEXIST') context.talk(`已有金鑰，不覆寫 there is a key already: ${path ?? ''}\n`)
    else if (code === 'EADDRINUSE') context.talk('這個埠已有程式使用 the port is in use\n')
    else if (code?.startsWith('ERR_OSSL'))
      context.talk('憑證或私鑰不能使用 the certificate or its key cannot be used\n')
    else throw error
    return exitCodes.unavailable
  }
}

function addKeyCommands(witness: Command, context: CommandContext, alone: Alone): void {
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
          `接著 then, for each log to watch: bin/shoumi witness trust ${folder} '<紀錄簿公鑰 the key of the log>'\n`,
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
    .command('rotate-key')
    .description('換新金鑰，保留所見；舊鑰簽署交接 Draw a new key, keep what it knows; the old key signs the handover')
    .argument('<folder>')
    .action((folder: string) =>
      alone(async () => {
        const { vkey, note } = await rotateWitnessKey(folder, systemClock.now())
        context.out(`${vkey}\n`)
        context.talk(
          `${note}請把上述交接書與新公鑰交給紀錄簿機關，並重新啟動見證服務 give both to whoever keeps the log; restart the witness\n`,
        )
        return exitCodes.done
      }),
    )
}
