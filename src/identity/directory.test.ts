import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { systemClock } from '../base/clock.ts'
import { createDirectory, type Directory } from './directory.ts'
import { signIn } from './sign-in.ts'

/** Debian's slapd; where it cannot be had these tests are skipped, and say so. */
function findSlapd(): string | undefined {
  const find = () =>
    ['/usr/sbin/slapd', '/usr/lib/openldap/slapd'].find((path) => spawnSync('test', ['-x', path]).status === 0)
  const found = find()
  if (found !== undefined || process.getuid?.() !== 0) return found
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'slapd'], {
    env,
    stdio: 'ignore',
    timeout: 120_000,
  })
  return find()
}

const slapd = findSlapd()
if (slapd === undefined) process.stderr.write('slapd is not installed: sign-in by directory is not tested here\n')

const SUFFIX = 'dc=agency,dc=example'
let folder: string
let child: ChildProcess
let url: string
let directory: Directory
let database: Awaited<ReturnType<typeof temporaryDatabase>>

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}

async function startSlapd(program: string): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'shoumi-ldap-'))
  mkdirSync(join(folder, 'data'))
  chmodSync(folder, 0o755)
  const config = join(folder, 'slapd.conf')
  writeFileSync(
    config,
    `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile ${folder}/slapd.pid
database mdb
directory ${folder}/data
suffix "${SUFFIX}"
overlay ppolicy
ppolicy_default "cn=policy,${SUFFIX}"
access to attrs=userPassword by anonymous auth by * none
access to * by * read
`,
  )
  const people = join(folder, 'people.ldif')
  writeFileSync(
    people,
    `dn: ${SUFFIX}
objectClass: dcObject
objectClass: organization
dc: agency
o: Agency

dn: uid=officer,${SUFFIX}
objectClass: inetOrgPerson
uid: officer
cn: Officer
sn: Officer
userPassword: the password of the agency

dn: cn=policy,${SUFFIX}
objectClass: device
objectClass: pwdPolicy
cn: policy
pwdAttribute: userPassword
pwdMustChange: TRUE

dn: uid=fresh,${SUFFIX}
objectClass: inetOrgPerson
uid: fresh
cn: Fresh
sn: Fresh
userPassword: the password of the agency
pwdReset: TRUE
`,
  )
  execFileSync(program.replace('slapd', 'slapadd'), ['-f', config, '-l', people], { stdio: 'ignore' })
  const port = await freePort()
  url = `ldap://127.0.0.1:${port}`
  child = spawn(program, ['-f', config, '-h', url, '-d', '0'], { stdio: 'ignore' })
  directory = createDirectory({ url, bindName: `uid={account},${SUFFIX}` })
  for (let n = 0; n < 6000 && (await directory('officer', 'x')) === 'unavailable'; n++) await sleep(50)
}

describe.skipIf(slapd === undefined)('sign-in by the agency’s directory', () => {
  beforeAll(async () => {
    database = await temporaryDatabase()
    await startSlapd(slapd ?? '')
  })
  afterAll(async () => {
    child.kill('SIGKILL')
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(async () => {
    await database.upkeep.query('DELETE FROM session')
    await database.upkeep.query('DELETE FROM account')
    await database.upkeep.query(
      `INSERT INTO account (account, name, unit, title, role, agency, password_hash)
       VALUES ('officer', '李承辦', '承保科', '辦事員', 'officer', 'insurance', '')`,
    )
  })

  const enter = (password: string, by = directory) =>
    signIn(database, systemClock, { account: 'officer', password }, by)

  test('the directory’s password opens a session; it is not kept here', async () => {
    expect(await enter('the password of the agency')).toMatchObject({
      ok: true,
      value: { person: { account: 'officer' } },
    })
    expect(await database.query('SELECT means FROM session')).toEqual([{ means: 'ldap' }])
    expect(await database.query('SELECT password_hash FROM account')).toEqual([{ password_hash: '' }])
  })

  test('an empty password is never an anonymous bind', async () => {
    expect(await directory('officer', '')).toBe('wrong')
    expect(await enter('')).toEqual({ ok: false, error: { code: 'refused' } })
  })

  test('a name cannot change whom is asked about', async () => {
    expect(await directory('officer,dc=agency', 'the password of the agency')).toBe('wrong')
    expect(await directory('*', 'the password of the agency')).toBe('wrong')
  })

  test('five wrong passwords lock the account, the right one does not open it then', async () => {
    for (let n = 0; n < 5; n++) expect((await enter('wrong')).ok).toBe(false)
    expect(await enter('the password of the agency')).toEqual({ ok: false, error: { code: 'refused' } })
  })

  test('a password that has to be changed at the directory first opens nothing here, and counts', async () => {
    expect(await directory('fresh', 'the password of the agency')).toBe('wrong')
    await database.upkeep.query("UPDATE account SET account = 'fresh'")
    const given = { account: 'fresh', password: 'the password of the agency' }
    expect(await signIn(database, systemClock, given, directory)).toEqual({ ok: false, error: { code: 'refused' } })
    expect(await database.query('SELECT failed_attempts FROM account')).toEqual([{ failed_attempts: 1 }])
  })

  test('without a directory an account without a password opens for nobody', async () => {
    for (const password of ['', 'the password of the agency'])
      expect(await signIn(database, systemClock, { account: 'officer', password })).toEqual({
        ok: false,
        error: { code: 'refused' },
      })
  })

  test('a directory that does not answer is not a yes, and does not count as a wrong password', async () => {
    const gone = createDirectory({ url: 'ldap://127.0.0.1:9', bindName: `uid={account},${SUFFIX}` })
    expect(await enter('the password of the agency', gone)).toEqual({ ok: false, error: { code: 'unavailable' } })
    expect(await database.query('SELECT failed_attempts FROM account')).toEqual([{ failed_attempts: 0 }])
  })
})
