import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judgeStampAge, readCertificates, requestStamp, verifyStamp } from './stamp.ts'

const hasOpenssl = existsSync('/usr/bin/openssl')
if (!hasOpenssl) console.warn('openssl is not installed: time stamps are not tested against a real authority')
const NOTE = Buffer.from('log.example/events\n7\nroot\n')
let folder: string
let server: Server
let url: string
let answerWith: ((query: Buffer) => Buffer) | undefined

const openssl = (...args: readonly string[]) => {
  const outcome = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
  if (outcome.status !== 0) throw new Error(outcome.stderr)
  return outcome.stdout
}

const CONFIG = `
[ req ]
distinguished_name = dn
[ dn ]
[ ca ]
basicConstraints = critical,CA:true
[ stamping ]
extendedKeyUsage = critical,timeStamping
[ signing ]
extendedKeyUsage = codeSigning
[ tsa ]
default_tsa = tsa1
[ tsa1 ]
serial = ./serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
`

function makeAuthority(name: string, extension: string): void {
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    `${name}-ca.key`,
    '-out',
    `${name}-ca.pem`,
    '-days',
    '30',
    '-subj',
    `/CN=${name} root`,
    '-config',
    'tsa.cnf',
    '-extensions',
    'ca',
  ) // prettier-ignore
  openssl(
    'req',
    '-new',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
    '-subj',
    `/CN=${name}`,
    '-config',
    'tsa.cnf',
  )
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    `${name}-ca.pem`,
    '-CAkey',
    `${name}-ca.key`,
    '-CAcreateserial',
    '-out',
    `${name}.pem`,
    '-days',
    '30',
    '-extfile',
    'tsa.cnf',
    '-extensions',
    extension,
  )
}

async function reply(name: string, query: Buffer): Promise<Buffer> {
  await writeFile(join(folder, 'query.tsq'), query)
  openssl(
    'ts',
    '-reply',
    '-config',
    'tsa.cnf',
    '-queryfile',
    'query.tsq',
    '-signer',
    `${name}.pem`,
    '-inkey',
    `${name}.key`,
    '-chain',
    `${name}-ca.pem`,
    '-out',
    'answer.tsr',
  )
  return readFile(join(folder, 'answer.tsr'))
}

describe.skipIf(!hasOpenssl)('stamps by a real authority', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shoumi-tsa-'))
    await writeFile(join(folder, 'tsa.cnf'), CONFIG)
    await writeFile(join(folder, 'serial'), '01\n')
    makeAuthority('tsa', 'stamping')
    makeAuthority('other', 'stamping')
    server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const query = Buffer.concat(parts)
      response.end(answerWith ? answerWith(query) : await reply('tsa', query))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server.close()
    await rm(folder, { recursive: true, force: true })
  })

  const roots = async (name = 'tsa') => readCertificates(await readFile(join(folder, `${name}-ca.pem`), 'utf8'))
  async function stamped() {
    answerWith = undefined
    const outcome = await requestStamp(url, NOTE, await roots())
    if (!outcome.ok) throw new Error(outcome.error)
    return outcome.value
  }

  test('are asked for, verified and dated, and openssl verifies the same token', async () => {
    // The authority's clock is this machine's, in whole seconds: the stamp lies between asking and having it.
    const asked = Math.floor(Date.now() / 1000) * 1000
    const { token, at } = await stamped()
    expect(at.getTime()).toBeGreaterThanOrEqual(asked)
    expect(at.getTime()).toBeLessThanOrEqual(Date.now())
    await writeFile(join(folder, 'token.der'), token)
    await writeFile(join(folder, 'note'), NOTE)
    const said = openssl('ts', '-verify', '-token_in', '-in', 'token.der', '-data', 'note', '-CAfile', 'tsa-ca.pem')
    expect(said).toContain('Verification: OK')
  })

  test('do not hold for other bytes, another root, or a changed token', async () => {
    const { token } = await stamped()
    expect(await verifyStamp(token, NOTE, await roots())).toBeInstanceOf(Date)
    expect(await verifyStamp(token, Buffer.from('other'), await roots())).toBeUndefined()
    expect(await verifyStamp(token, NOTE, await roots('other'))).toBeUndefined()
    const changed = Buffer.from(token)
    const at = changed.length - 40
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(await verifyStamp(changed, NOTE, await roots())).toBeUndefined()
    expect(await verifyStamp(Buffer.from('junk'), NOTE, await roots())).toBeUndefined()
  })

  test('an answer to an earlier question is not taken for one to this', async () => {
    const old = await reply('tsa', await lastQuery())
    answerWith = () => old
    expect(await requestStamp(url, NOTE, await roots())).toEqual({ ok: false, error: 'wrong' })
  })

  test('an authority that is down, or talks nonsense, is unreachable and nothing is kept', async () => {
    expect(await requestStamp('http://127.0.0.1:9', NOTE, [])).toEqual({ ok: false, error: 'unreachable' })
    answerWith = () => Buffer.from('<html>')
    expect(await requestStamp(url, NOTE, await roots())).toEqual({ ok: false, error: 'unreachable' })
  })

  async function lastQuery(): Promise<Buffer> {
    await stamped()
    return readFile(join(folder, 'query.tsq'))
  }
})

test('a log goes on without stamps for the hours it was given, then refuses', () => {
  const last = new Date('2026-11-23T00:00:00Z')
  const after = (hours: number) =>
    judgeStampAge(last, new Date(last.getTime() + hours * 3_600_000), { intervalHours: 1, graceHours: 24 })
  expect([after(2), after(2.01), after(24), after(24.01)]).toEqual(['fine', 'degraded', 'degraded', 'refuse'])
})
