import { once } from 'node:events'
import { createServer } from 'node:http'
import { fail, ok, type Result } from '../base/result.ts'

const RETRY_AFTER_S = '5'
const WORDS =
  '{"code":"starting","message":"守密正在啟動，請稍候。","messageEn":"Shoumi is starting; try again in a moment."}\n'

/** Gives the port up, for the server that takes it next. */
export type ReleasePort = () => Promise<void>

/**
 * Takes the port before anything is opened, so that one that is taken is said at once, and answers whoever comes early with
 * 503. Fails with the operating system's word.
 */
export async function holdPort(place: {
  readonly host: string
  readonly port: number
}): Promise<Result<ReleasePort, string>> {
  // Port 0 is a free one by definition.
  if (place.port === 0) return ok(async () => undefined)
  const server = createServer((_request, response) => {
    response.writeHead(503, { 'content-type': 'application/json; charset=utf-8', 'retry-after': RETRY_AFTER_S })
    response.end(WORDS)
  })
  server.listen(place.port, place.host)
  try {
    await once(server, 'listening')
  } catch (error) {
    return fail((error as NodeJS.ErrnoException).code ?? 'unknown')
  }
  server.unref()
  return ok(async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  })
}
