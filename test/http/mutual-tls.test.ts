import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { buildServer } from '../../src/http/server.ts'
import type { Services } from '../../src/http/services.ts'
import { addCallingSystem } from '../../src/identity/calling-system.ts'
import { temporaryDatabase } from '../engines.ts'
import { fixturePoint } from './fixture-point.ts'

const run = promisify(execFile)

let folder: string
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let server: FastifyInstance
let port: number
const file = (name: string) => readFile(join(folder, name))

/** A certificate authority and what it signed, made as an office would make them. */
async function makeCertificates(): Promise<void> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder })
  const days = ['-days', '2']
  for (const ca of ['ca', 'stranger-ca'])
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'ed25519',
      '-nodes',
      '-keyout',
      `${ca}.key`,
      '-out',
      `${ca}.pem`,
      '-subj',
      `/CN=${ca}`,
      ...days,
    )
  for (const [name, ca, cn] of [
    ['server', 'ca', 'localhost'],
    ['known', 'ca', 'land-counter'],
    ['unknown', 'ca', 'land-counter'],
    ['stranger', 'stranger-ca', 'land-counter'],
  ] as const) {
    await openssl(
      'req',
      '-newkey',
      'ed25519',
      '-nodes',
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${cn}`,
    )
    await openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      `${ca}.pem`,
      '-CAkey',
      `${ca}.key`,
      '-out',
      `${name}.pem`,
      ...days,
    )
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shoumi-tls-'))
  await makeCertificates()
  database = await temporaryDatabase()
  server = await buildServer({
    database,
    clock: systemClock,
    operatorToken: 'x'.repeat(40),
    point: { decide: fixturePoint },
    maxUploadBytes: 1000,
    webFolder: folder,
    publicHosts: [],
    isSecure: true,
    tls: { cert: await file('server.pem'), key: await file('server.key'), ca: await file('ca.pem') },
    log: () => undefined,
  } as unknown as Services)
  await server.listen({ host: '127.0.0.1', port: 0 })
  port = (server.server.address() as AddressInfo).port
  for (const name of ['known', 'stranger']) {
    const { fingerprint256 } = new X509Certificate(await file(`${name}.pem`))
    const certificate = Buffer.from(fingerprint256.replaceAll(':', ''), 'hex')
    const system = { system: name, name, agency: 'land', isShadow: false, certificate }
    await addCallingSystem({ database, clock: systemClock }, system, { account: 'operator', post: '' })
  }
})
afterAll(async () => {
  await server.close()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

async function evaluate(name: string | undefined): Promise<{ status: number; text: string }> {
  const own = name === undefined ? {} : { cert: await file(`${name}.pem`), key: await file(`${name}.key`) }
  const ca = await file('ca.pem')
  return new Promise((done, failed) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        path: '/access/v1/evaluation',
        method: 'POST',
        ca,
        servername: 'localhost',
        checkServerIdentity: () => undefined,
        headers: { host: 'localhost', 'content-type': 'application/json' },
        ...own,
      },
      async (answer) => {
        let text = ''
        for await (const chunk of answer) text += String(chunk)
        done({ status: answer.statusCode ?? 0, text })
      },
    )
    asked.on('error', failed)
    asked.end(
      JSON.stringify({
        subject: { type: 'user', id: 'alice' },
        action: { name: 'read' },
        resource: { type: 'record', id: 'record-1' },
      }),
    )
  })
}

test('a registered certificate of our authority is a system; every other one is nobody', async () => {
  expect(await evaluate('known')).toEqual({ status: 200, text: '{"decision":true}' })
  expect((await evaluate(undefined)).status).toBe(401)
  // Same subject, same authority, another key: the name on a certificate is not what counts.
  expect((await evaluate('unknown')).status).toBe(401)
  // Registered by fingerprint, but signed by an authority this server does not trust.
  expect((await evaluate('stranger')).status).toBe(401)
})
