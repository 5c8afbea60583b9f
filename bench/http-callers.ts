import { Agent, request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

/** A thread that posts the same body over and over by some callers on kept connections, and tells how often it was answered. */
const { port, path, headers, body, callers, seconds } = workerData as {
  readonly port: number
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
  readonly callers: number
  readonly seconds: number
}

const agent = new Agent({ keepAlive: true, maxSockets: callers })
const from = performance.now()
const until = from + seconds * 1000
let answered = 0

const post = () =>
  new Promise<void>((done, failed) => {
    const length = Buffer.byteLength(body)
    const asked = request(
      { host: '127.0.0.1', port, path, method: 'POST', agent, headers: { ...headers, 'content-length': length } },
      (answer) => {
        answer.resume()
        answer.on('end', () => (answer.statusCode === 200 ? done() : failed(new Error(`HTTP ${answer.statusCode}`))))
      },
    )
    asked.on('error', failed)
    asked.end(body)
  })

async function caller(): Promise<void> {
  while (performance.now() < until) {
    await post()
    answered += 1
  }
}

await Promise.all(Array.from({ length: callers }, caller))
agent.destroy()
parentPort?.postMessage(answered / ((performance.now() - from) / 1000))
