import { asInstallation } from './base/tenant.ts'
import { compose } from './compose.ts'
import type { Config } from './config.ts'
import { warningsNow } from './http/present/warnings.ts'
import { buildServer } from './http/server.ts'
import { listDemoAccounts } from './identity/port.ts'
import { loadSampleOnce } from './load-sample.ts'

const EXIT_FAILED = 1
const EXIT_UNAVAILABLE = 69

/** Starts everything, serves until asked to stop (SIGINT, SIGTERM), stops everything. Returns the exit code. */
export async function serve(config: Config): Promise<number> {
  const talk = (text: string) => process.stderr.write(`${text}\n`)
  const stopped = stopSignal()
  const composed = await compose(config)
  if (!composed.ok) {
    talk(composed.error.message)
    return EXIT_UNAVAILABLE
  }
  const { services, sampleSystems, lock, close } = composed.value
  try {
    if (config.loadsSample && !services.condition.damage()) {
      const all = { ...services, sampleSystems }
      await asInstallation(() => loadSampleOnce(config, all, talk, stopped.signal))
    }
    if (stopped.signal.aborted) return EXIT_FAILED
    const server = await buildServer(services)
    const address = await server
      .listen({ host: config.host, port: config.port })
      .catch((error: NodeJS.ErrnoException) => {
        talk(error.code === 'EADDRINUSE' ? portTaken(config) : `${config.host}:${config.port} ${error.code ?? ''}`)
        return undefined
      })
    if (address === undefined) return EXIT_UNAVAILABLE
    await lock.publish(address)
    talk(await welcome(config.publicUrl?.origin ?? address, services))
    for (const { words, wordsEn } of warningsNow(services)) talk(`⚠ ${words}\n  ${wordsEn}\n`)
    await stopped.promise
    talk('停止中… Stopping…')
    await server.close()
    return 0
  } finally {
    await close()
  }
}

function stopSignal() {
  const controller = new AbortController()
  const promise = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        controller.abort()
        resolve()
      })
    }
  })
  return { promise, signal: controller.signal }
}

const portTaken = (config: Config): string =>
  `連接埠 ${config.port} 已有其他程式使用；請以 SHOUMI_PORT 指定另一個。\nPort ${config.port} is taken; choose another with SHOUMI_PORT.`

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
