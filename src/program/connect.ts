import { ok, type Result } from '../base/result.ts'
import type { Connection } from '../cli/connection.ts'
import { httpConnection } from '../cli/http-connection.ts'
import { buildServer } from '../http/server.ts'
import { compose } from './compose.ts'
import type { Config } from './config.ts'
import { findRunning } from './lock.ts'

/**
 * Connects a command to the program: to the server that is running on this data folder, or, when none is, to one
 * opened in this process for as long as the command lasts. Either way the command goes through the HTTP interface, so
 * that the same permissions and the same records hold.
 */
export async function connect(config: Config): Promise<Result<Connection, { readonly message: string }>> {
  const running = await findRunning(config.dataFolder)
  if (running?.address) return ok(httpConnection(running.address, running.token, async () => undefined))
  const composed = await compose(config)
  if (!composed.ok) return composed
  const { services, close } = composed.value
  const server = await buildServer(services)
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  const closeAll = async () => {
    await server.close()
    await close()
  }
  return ok(httpConnection(address, services.operatorToken, closeAll))
}
