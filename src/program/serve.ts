import { asInstallation } from '../base/tenant.ts'
import { DatabaseUnavailable } from '../database/unavailable.ts'
import { loadSampleOnce } from '../demo/load-sample.ts'
import { warningsNow } from '../http/present/warnings.ts'
import { buildServer } from '../http/server.ts'
import { listDemoAccounts } from '../identity/port.ts'
import { type Composed, compose } from './compose.ts'
import type { Config } from './config.ts'
import { holdPort, type ReleasePort } from './hold-port.ts'
import { findRunning } from './lock.ts'
import { noteFailure } from './note-failure.ts'
import { listenForStop, type StopSignal } from './stop-signal.ts'

const EXIT_FAILED = 1
const EXIT_UNAVAILABLE = 69
const CUT_AFTER_MS = 3_000

/**
 * Starts everything, serves until asked to stop (SIGINT, SIGTERM, SIGHUP), stops everything within a deadline. Returns the
 * exit code.
 */
export async function serve(config: Config): Promise<number> {
  const talk = (text: string) => process.stderr.write(`${text}\n`)
  const stopped = listenForStop(
    () =>
      leave(
        talk,
        '未能在時限內全部停止；未完成的作業將於下次啟動時復原。 Not all stopped in time; the next start undoes what was under way.',
        0,
      ),
    () => leave(talk, '立即停止。 Stopping at once.', EXIT_FAILED),
  )
  goOnWithoutStore(config, talk)
  const held = await holdPort(config)
  // Somebody else on this folder is the better reason; compose says it.
  if (!held.ok && !(await findRunning(config.dataFolder))) {
    talk(portRefused(config, held.error))
    return EXIT_UNAVAILABLE
  }
  const composed = await compose(config)
  if (!composed.ok) {
    talk(composed.error.message)
    return EXIT_UNAVAILABLE
  }
  try {
    return await serveComposed(config, composed.value, stopped, held.ok ? held.value : async () => undefined)
  } finally {
    await composed.value.close()
    stopped.done()
  }
}

async function serveComposed(
  config: Config,
  { services, sampleSystems, lock }: Composed,
  stopped: StopSignal,
  releasePort: ReleasePort,
): Promise<number> {
  const talk = (text: string) => process.stderr.write(`${text}\n`)
  if (config.loadsSample && !services.condition.damage()) {
    const all = { ...services, sampleSystems }
    await asInstallation(() => loadSampleOnce(config, all, talk, stopped.signal))
  }
  if (stopped.signal.aborted) return EXIT_FAILED
  const server = await buildServer(services)
  await releasePort()
  const address = await server
    .listen({ host: config.host, port: config.port })
    .catch((error: NodeJS.ErrnoException) => void talk(portRefused(config, error.code ?? 'unknown')))
  if (address === undefined) return EXIT_UNAVAILABLE
  await lock.publish(address)
  talk(await welcome(config.publicUrl?.origin ?? address, services))
  for (const { words, wordsEn } of warningsNow(services)) talk(`⚠ ${words}\n  ${wordsEn}\n`)
  await stopped.promise
  talk('停止中… Stopping…')
  // Answers under way may end; a download nobody reads any more is cut.
  const cut = setTimeout(() => server.server.closeAllConnections(), CUT_AFTER_MS)
  await server.close()
  clearTimeout(cut)
  return 0
}

function leave(talk: (text: string) => void, words: string, code: number): void {
  talk(words)
  process.exit(code)
}

// Work that nobody waits for may meet a store that is gone; it is done again later. Anything else is a bug and ends the
// program.
function goOnWithoutStore({ dataFolder }: Config, talk: (text: string) => void): void {
  process.on('unhandledRejection', (error) => {
    if (error instanceof DatabaseUnavailable) return talk(`store ${error.message}`)
    leave(talk, noteFailure(error, dataFolder), EXIT_FAILED)
  })
  process.on('uncaughtException', (error) => leave(talk, noteFailure(error, dataFolder), EXIT_FAILED))
}

function portRefused({ host, port }: Config, code: string): string {
  if (code === 'EADDRINUSE')
    return `連接埠 ${port} 已有其他程式使用；請以 SHOUMI_PORT 指定另一個。\nPort ${port} is taken; choose another with SHOUMI_PORT.`
  if (code === 'EACCES')
    return `連接埠 ${port} 須有特別權限；請以 SHOUMI_PORT 指定 1024 以上者。\nPort ${port} needs special rights; choose one above 1023 with SHOUMI_PORT.`
  return `無法在 ${host}:${port} 接受連線（${code}）；請確認 SHOUMI_HOST。\nCannot listen on ${host}:${port} (${code}); check SHOUMI_HOST.`
}

async function welcome(address: string, services: Parameters<typeof buildServer>[0]): Promise<string> {
  const accounts = await asInstallation(async () =>
    (await services.demo.isLoaded()) ? listDemoAccounts(services.database) : [],
  )
  const lines = accounts.map(
    (demo) => `  ${demo.account.padEnd(9)} ${demo.password}  ${demo.unit} ${demo.title} ${demo.name}`,
  )
  const signIns = lines.length > 0 ? `\n\n示範登入 Demo sign-ins:\n${lines.join('\n')}` : ''
  // A browser keeps passkeys for names only, never for an address in numbers.
  const shown = address.replace('://127.0.0.1:', '://localhost:')
  return `\n守密 Shoumi  ${shown}${signIns}\n\nCtrl-C 停止 to stop\n`
}
