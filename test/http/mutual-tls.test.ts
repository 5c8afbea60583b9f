import { execFile, spawn } from 'node:child_process'
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
import { callerFingerprint } from '../../src/http/caller-certificate.ts'
import { buildServer } from '../../src/http/server.ts'
import { addCallingSystem } from '../../src/identity/calling-system.ts'
import { temporaryDatabase } from '../engines.ts'
import { fixturePoint } from './fixture-point.ts'
import { servicesOf } from './services-of.ts'

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
  server = await buildServer(
    servicesOf({
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
      ledger: { refusal: () => undefined },
    }),
  )
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

test('a certificate that could never open a connection is not registered, and told why', async () => {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder })
  await openssl('req', '-newkey', 'ed25519', '-nodes', '-keyout', 'use.key', '-out', 'use.csr', '-subj', '/CN=x')
  const signed = async (name: string, extension: string) => {
    const { writeFile } = await import('node:fs/promises')
    await writeFile(join(folder, `${name}.ext`), extension)
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-extfile', `${name}.ext`, '-days', '2']
    await openssl('x509', '-req', '-in', 'use.csr', '-out', `${name}.pem`, ...by)
    return (await file(`${name}.pem`)).toString()
  }
  const now = new Date()
  const ca = await file('ca.pem')
  const check = (pem: string, at = now, authority: Buffer | undefined = ca) => callerFingerprint(pem, at, authority)
  const known = (await file('known.pem')).toString()
  expect(check(known)).toMatchObject({ ok: true })
  expect(check(await signed('client', 'extendedKeyUsage=clientAuth'))).toMatchObject({ ok: true })
  const day = 86_400_000
  for (const [refused, words] of [
    [check(known, new Date(now.getTime() + 3 * day)), '過期'],
    [check(known, new Date(now.getTime() - day)), '尚未生效'],
    [check((await file('stranger.pem')).toString()), '憑證機構'],
    [check(ca.toString()), '憑證機構'],
    [check(await signed('serving', 'extendedKeyUsage=serverAuth')), 'clientAuth'],
    [check('no certificate'), 'PEM'],
  ] as const)
    expect(refused).toMatchObject({ ok: false, error: { zh: expect.stringContaining(words) } })
  // Behind a proxy nobody here knows the authority.
  expect(callerFingerprint((await file('stranger.pem')).toString(), now, undefined)).toMatchObject({ ok: true })
})

test('a client that asks for new keys on an open connection of TLS 1.2 is not served them', async () => {
  const child = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-tls1_2', '-CAfile', 'ca.pem'], {
    cwd: folder,
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      text += String(part)
    })
  }
  const ended = new Promise((done) => child.once('exit', done))
  await new Promise<void>((done) => {
    child.stdout.on('data', () => text.includes('Verify return code') && done())
    child.once('exit', () => done())
  })
  child.stdin.write('R\n')
  await new Promise<void>((done) => {
    const look = () =>
      /renegotiat|alert|closed/i.test(text.slice(text.indexOf('RENEGOTIATING'))) &&
      text.includes('RENEGOTIATING') &&
      done()
    child.stderr.on('data', look)
    child.stdout.on('data', look)
    child.once('exit', () => done())
  })
  child.stdin.end('GET /api/sign-in-ways HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  await ended
  expect(text).toContain('RENEGOTIATING')
  expect(text).not.toContain('HTTP/1.1 200')
})
