import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { askOutside } from './ask-outside.ts'

const MAX_BYTES = 64 * 1024
const LONG_MS = 60_000
let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function answering(how: (response: ServerResponse) => void): Promise<string> {
  server = createServer((_request, response) => how(response))
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const ask = (url: string, timeoutMs = LONG_MS) => askOutside(url, { method: 'GET', timeoutMs, maxBytes: MAX_BYTES })

/** Sends as fast as it is read, without end. Answers how much was taken. */
function endless(response: ServerResponse, sent: { bytes: number }, pieceBytes: number): void {
  const piece = Buffer.alloc(pieceBytes, 'x')
  const more = () => {
    while (!response.destroyed) {
      sent.bytes += piece.length
      if (!response.write(piece)) break
    }
  }
  response.on('drain', more)
  more()
}

test('an answer of the allowed size is read whole, one byte more is not', async () => {
  let size = MAX_BYTES
  const url = await answering((response) => response.end('x'.repeat(size)))
  expect(await ask(url)).toMatchObject({ ok: true, value: { status: 200, bytes: Buffer.alloc(MAX_BYTES, 'x') } })
  size++
  expect(await ask(url)).toEqual({ ok: false, error: 'too-large' })
})

test('an answer without end is left when it has grown too large, and memory does not grow with it', async () => {
  const sent = { bytes: 0 }
  const url = await answering((response) => endless(response, sent, 1024 * 1024))
  const before = process.memoryUsage.rss()
  for (let i = 0; i < 5; i++) expect(await ask(url)).toEqual({ ok: false, error: 'too-large' })
  expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024)
})

test('a packed answer is unpacked no further than the allowed size', async () => {
  const packed = gzipSync(Buffer.alloc(50 * 1024 * 1024))
  const url = await answering((response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' })
    response.end(packed)
  })
  expect(await ask(url)).toEqual({ ok: false, error: 'too-large' })
})

test('headers without end, or a wrong length of the answer, are no answer', async () => {
  const url = await answering((response) => {
    response.socket?.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(100_000)}`)
  })
  expect(await ask(url)).toEqual({ ok: false, error: 'unreachable' })
  const cut = await answering((response) => {
    response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nxy')
  })
  expect(await ask(cut)).toEqual({ ok: false, error: 'unreachable' })
})

test('one that hangs, and one that drips, is slow: the time counts for the whole of the answer', async () => {
  expect(await ask(await answering(() => undefined), 50)).toEqual({ ok: false, error: 'slow' })
  const url = await answering((response) => {
    response.writeHead(200)
    const drip = setInterval(() => response.write('x'), 5)
    response.once('close', () => clearInterval(drip))
  })
  expect(await ask(url, 200)).toEqual({ ok: false, error: 'slow' })
})

test('nobody there, a server that closes, and one that sends elsewhere are unreachable', async () => {
  expect(await ask('http://127.0.0.1:9')).toEqual({ ok: false, error: 'unreachable' })
  expect(await ask(await answering((response) => response.destroy()))).toEqual({ ok: false, error: 'unreachable' })
  const url = await answering((response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:9' })
    response.end()
  })
  expect(await ask(url)).toEqual({ ok: false, error: 'unreachable' })
})
