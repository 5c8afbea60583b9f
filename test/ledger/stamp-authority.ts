import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCertificates } from '../../src/ledger/stamp.ts'

export const hasOpenssl = existsSync('/usr/bin/openssl')
if (!hasOpenssl) process.stderr.write('openssl is not installed: nothing is tested against a real time authority\n')

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

/** A time authority of one's own: `openssl ts` behind an address. */
export interface StampAuthority {
  readonly folder: string
  readonly url: string
  readonly rootsFile: string
  openssl(...args: readonly string[]): string
  /** makes another authority in the same folder, with certificates for stamping or for something else */
  make(name: string, extension: 'stamping' | 'signing'): void
  roots(name?: string): Promise<Buffer[]>
  /** what `openssl ts` says to this query */
  reply(query: Buffer, name?: string): Promise<Buffer>
  /** how it answers from now on; undefined: as it should */
  answer(how: ((query: Buffer, response: ServerResponse) => void) | undefined): void
  /** how often it was asked */
  asked(): number
  close(): Promise<void>
}

/** Makes the authority and starts it on a free port of this machine. */
export async function openAuthority(): Promise<StampAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-tsa-'))
  await writeFile(join(folder, 'tsa.cnf'), CONFIG)
  await writeFile(join(folder, 'serial'), '01\n')
  const openssl = (...args: readonly string[]) => {
    const outcome = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
    if (outcome.status !== 0) throw new Error(outcome.stderr)
    return outcome.stdout
  }
  const make: StampAuthority['make'] = (name, extension) => makeAuthority(openssl, name, extension)
  make('tsa', 'stamping')
  let how: ((query: Buffer, response: ServerResponse) => void) | undefined
  let asked = 0
  const reply = (query: Buffer, name = 'tsa') => stampOf(folder, query, name)
  const server = createServer(async (request, response) => {
    asked++
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    const query = Buffer.concat(parts)
    await writeFile(join(folder, 'last.tsq'), query)
    if (how) how(query, response)
    else response.end(await reply(query))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    ...{ folder, openssl, make, reply },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rootsFile: join(folder, 'tsa-ca.pem'),
    roots: async (name = 'tsa') => readCertificates(await readFile(join(folder, `${name}-ca.pem`), 'utf8')),
    answer: (next) => {
      how = next
    },
    asked: () => asked,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function makeAuthority(openssl: StampAuthority['openssl'], name: string, extension: string): void {
  const key = (file: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', file, '-config', 'tsa.cnf']
  const days = ['-days', '30']
  openssl(
    'req',
    '-x509',
    ...key(`${name}-ca.key`),
    '-out',
    `${name}-ca.pem`,
    ...days,
    '-subj',
    `/CN=${name} root`,
    '-extensions',
    'ca',
  )
  openssl('req', '-new', ...key(`${name}.key`), '-out', `${name}.csr`, '-subj', `/CN=${name}`)
  const issuer = ['-CA', `${name}-ca.pem`, '-CAkey', `${name}-ca.key`, '-CAcreateserial']
  const extensions = ['-extfile', 'tsa.cnf', '-extensions', extension]
  openssl('x509', '-req', '-in', `${name}.csr`, ...issuer, '-out', `${name}.pem`, ...days, ...extensions)
}

// In a folder of its own: several may be asked at once. Not waited for with the loop stopped: the asker lives in it.
async function stampOf(folder: string, query: Buffer, name: string): Promise<Buffer> {
  const work = await mkdtemp(join(folder, 'reply-'))
  await mkdir(work, { recursive: true })
  await writeFile(join(work, 'query.tsq'), query)
  const signer = ['-signer', `${name}.pem`, '-inkey', `${name}.key`, '-chain', `${name}-ca.pem`]
  const files = ['-queryfile', join(work, 'query.tsq'), '-out', join(work, 'answer.tsr')]
  const child = spawn('openssl', ['ts', '-reply', '-config', 'tsa.cnf', ...files, ...signer], {
    cwd: folder,
    stdio: 'ignore',
  })
  await new Promise((resolve) => child.once('exit', resolve))
  return readFile(join(work, 'answer.tsr'))
}
