import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fixedClock } from '../../src/base/clock.ts'
import { asInstallation } from '../../src/base/tenant.ts'
import { signInKind } from '../../src/changes/port.ts'
import { recorded } from '../../src/database/database.ts'
import type { Session } from '../../src/edge/caller.ts'
import { addPasskey, beginPasskey, removePasskey } from '../../src/identity/own-passkeys.ts'
import { hashPassword } from '../../src/identity/password.ts'
import { findSession, recordPresence } from '../../src/identity/session.ts'
import { signIn } from '../../src/identity/sign-in.ts'
import { recordEvent } from '../../src/ledger/port.ts'
import { temporaryDatabase } from '../engines.ts'

const PASSWORD = 'correct horse 政風'
const SITE = { host: 'localhost', origin: 'http://localhost' }
let database: Awaited<ReturnType<typeof temporaryDatabase>>
let clock: ReturnType<typeof fixedClock>
let hash: string

beforeAll(async () => {
  database = await temporaryDatabase()
  hash = await hashPassword(PASSWORD)
})
afterAll(() => database.close())
beforeEach(async () => {
  clock = fixedClock(new Date('2026-11-23T01:00:00Z'))
  await database.upkeep.query('DELETE FROM account')
  await database.upkeep.query(
    `INSERT INTO account (account, name, unit, title, role, agency, password_hash, is_demo) VALUES
     ('officer', '李', '處', '員', 'officer', '', $1, false), ('chief', '王', '處', '長', 'supervisor', '', $1, false),
     ('sample', '示', '處', '長', 'supervisor', '', $1, true)`,
    [hash],
  )
})

const doer = (account: string) => ({ account, post: '處 員' })
const store = () => ({ database, clock })

async function entered(account: string): Promise<Session> {
  const outcome = await signIn(database, clock, { account, password: PASSWORD })
  if (!outcome.ok) throw new Error('refused')
  return again(outcome.value.token)
}
async function again(token: string): Promise<Session> {
  const session = await findSession(database, clock, token)
  if (!session) throw new Error('no session')
  return session
}
const present = (session: Session): Session => ({ ...session, stepUpAt: clock.now() })

/** An authenticator in software: what a browser sends for these options. */
function made(options: { readonly challenge: string }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  const clientData = Buffer.from(
    JSON.stringify({ type: 'webauthn.create', challenge: options.challenge, origin: SITE.origin }),
  )
  const authData = Buffer.concat([
    createHash('sha256').update(SITE.host).digest(),
    Buffer.from([0x45, 0, 0, 0, 0]),
    Buffer.alloc(16),
    Buffer.from([0, id.length]),
    id,
    coseOf(publicKey),
  ])
  const head = Buffer.from([0xa3, 0x63, ...Buffer.from('fmt'), 0x64, ...Buffer.from('none')])
  const rest = Buffer.from([0x67, ...Buffer.from('attStmt'), 0xa0, 0x68, ...Buffer.from('authData')])
  const attestation = Buffer.concat([head, rest, Buffer.from([0x58, authData.length]), authData])
  const response = {
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: clientData.toString('base64url'),
      attestationObject: attestation.toString('base64url'),
    },
  }
  return { response, privateKey, id: response.id, sign: (data: Buffer) => sign('sha256', data, privateKey) }
}
function coseOf(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const [left, right] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
  return Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), left, Buffer.from('225820', 'hex'), right])
}

async function begun(session: Session, account: string, password = PASSWORD) {
  const options = await beginPasskey(store(), SITE, doer(account), { session, password })
  if (!options.ok) throw new Error(options.error)
  return options.value
}
async function registered(session: Session, account: string): Promise<string> {
  const key = made(await begun(session, account))
  const given = { name: '辦公室電腦', response: key.response, sessionId: session.id }
  expect(await addPasskey(store(), SITE, doer(account), given)).toEqual({ ok: true, value: undefined })
  return key.id
}
const begin = (session: Session, account: string, password = '') =>
  beginPasskey(store(), SITE, doer(account), { session, password })

describe('the first passkey', () => {
  test('asks for the password once more, counted like a sign-in: the fifth wrong one ends the session', async () => {
    const session = await entered('officer')
    expect(await begin(session, 'officer')).toEqual({ ok: false, error: 'wrong' })
    for (let n = 0; n < 3; n++) expect(await begin(session, 'officer', 'x')).toEqual({ ok: false, error: 'wrong' })
    expect(await begin(session, 'officer', 'x')).toEqual({ ok: false, error: 'locked' })
    expect(await database.query("SELECT id FROM session WHERE account = 'officer'")).toEqual([])
  })

  test('is kept, recorded and told to its owner', async () => {
    await registered(await entered('officer'), 'officer')
    expect(await database.query('SELECT to_account, kind FROM account_notice')).toEqual([
      { to_account: 'officer', kind: 'passkey-added' },
    ])
    const [event] = await database.query("SELECT actor FROM event WHERE kind = 'passkey-added'")
    expect(event).toEqual({ actor: 'officer' })
  })

  test('is not made while somebody else knows the password', async () => {
    await database.upkeep.query("UPDATE account SET password_must_change = true WHERE account = 'officer'")
    const session = await entered('officer')
    expect(await begin(session, 'officer', PASSWORD)).toEqual({ ok: false, error: 'change-first' })
  })

  test('is due before anything else for who approves, also in a session that is open; not for the sample’s people', async () => {
    expect((await entered('chief')).isFirstPasskeyDue).toBe(true)
    expect((await entered('sample')).isFirstPasskeyDue).toBe(false)
    const officer = await signIn(database, clock, { account: 'officer', password: PASSWORD })
    if (!officer.ok) throw new Error('refused')
    expect((await again(officer.value.token)).isFirstPasskeyDue).toBe(false)
    await database.upkeep.query("UPDATE account SET role = 'head' WHERE account = 'officer'")
    expect((await again(officer.value.token)).isFirstPasskeyDue).toBe(true)
  })

  test('an answer counts in the session that asked alone, and not as a first when there is one meanwhile', async () => {
    const [mine, other] = [await entered('officer'), await entered('officer')]
    const asked = made(await begun(mine, 'officer'))
    const stolen = { name: 'x', response: asked.response, sessionId: other.id }
    expect(await addPasskey(store(), SITE, doer('officer'), stolen)).toEqual({ ok: false, error: 'refused' })
    const late = made(await begun(other, 'officer'))
    await registered(mine, 'officer')
    const given = { name: 'x', response: late.response, sessionId: other.id }
    expect(await addPasskey(store(), SITE, doer('officer'), given)).toEqual({ ok: false, error: 'refused' })
  })

  test('after a sign-in at the provider it comes within minutes of it', async () => {
    await database.upkeep.query("UPDATE account SET password_hash = '' WHERE account = 'officer'")
    const session: Session = {
      ...{ id: '00000000-0000-4000-8000-000000000000', means: 'oidc', startedAt: clock.now(), stepUpAt: undefined },
      ...({ mustChangePassword: false } as Session),
      ...{ means: 'oidc', startedAt: clock.now() },
    }
    expect((await begin(session, 'officer')).ok).toBe(true)
    clock.advanceMs(5 * 60_000 + 1)
    expect(await begin(session, 'officer')).toEqual({ ok: false, error: 'sign-in-again' })
  })
})

describe('further passkeys, and taking one away', () => {
  test('a further one needs presence of these minutes; the password does not do', async () => {
    const session = await entered('officer')
    await registered(session, 'officer')
    expect(await begin(session, 'officer', PASSWORD)).toEqual({ ok: false, error: 'presence-needed' })
    await recordPresence(database, session.id, doer('officer'), clock.now())
    const shown = present(session)
    expect((await begin(shown, 'officer')).ok).toBe(true)
    clock.advanceMs(5 * 60_000)
    expect((await begin(shown, 'officer')).ok).toBe(true)
    clock.advanceMs(1)
    expect(await begin(shown, 'officer')).toEqual({ ok: false, error: 'presence-needed' })
  })

  test('one is removed with presence only, and its owner is told', async () => {
    const session = await entered('officer')
    const id = await registered(session, 'officer')
    expect(await removePasskey(store(), doer('officer'), session, id)).toEqual({ ok: false, error: 'presence-needed' })
    expect(await removePasskey(store(), doer('chief'), present(session), id)).toEqual({ ok: false, error: 'unknown' })
    expect((await removePasskey(store(), doer('officer'), present(session), id)).ok).toBe(true)
    const told = await database.query<{ kind: string }>("SELECT kind FROM account_notice WHERE to_account = 'officer'")
    expect(told.map(({ kind }) => kind)).toContain('passkey-removed')
  })

  test('the last one of who approves stays, also when two are taken away at once; of others it goes', async () => {
    const session = present(await entered('chief'))
    const first = await registered(session, 'chief')
    const second = await registered(session, 'chief')
    const both = await Promise.all([first, second].map((id) => removePasskey(store(), doer('chief'), session, id)))
    expect(both.map((each) => (each.ok ? 'gone' : each.error)).sort()).toEqual(['gone', 'two-persons'])
    const sample = present(await entered('sample'))
    expect((await removePasskey(store(), doer('sample'), sample, await registered(sample, 'sample'))).ok).toBe(true)
  })
})

describe('two persons change how an account is entered', () => {
  const read = async (value: object) => {
    const found = await asInstallation(() => signInKind(database).read(value))
    if (!found.ok) throw new Error(found.error.en)
    return found.value
  }

  const applied = (change: Awaited<ReturnType<typeof read>>) =>
    database.transaction(async (tx) => {
      await change.apply?.(tx, doer('officer'), clock.now())
      const event = { actor: 'officer', actorPost: '', subjectRef: '', reason: '', detail: {}, at: clock.now() }
      return recorded(await recordEvent(tx, { ...event, kind: 'change-applied' }), undefined)
    })

  test('take the last passkey of an approver, end his sessions and tell him; he himself is refused', async () => {
    const session = present(await entered('chief'))
    await registered(session, 'chief')
    const change = await read({ account: 'chief', removesPasskeys: true })
    expect(change.after).toMatchObject({ passkeys: [] })
    expect(await change.refusal(doer('chief'))).toBeDefined()
    expect(await change.refusal(doer('officer'))).toBeUndefined()
    await applied(change)
    expect(await database.query("SELECT 1 FROM passkey WHERE account = 'chief'")).toEqual([])
    expect(await database.query("SELECT 1 FROM session WHERE account = 'chief'")).toEqual([])
    const told = await database.query<{ kind: string }>("SELECT kind FROM account_notice WHERE to_account = 'chief'")
    expect(told.map(({ kind }) => kind).sort()).toEqual(['means-changed', 'passkey-added', 'passkey-removed'])
  })

  test('state its means, release it from a login of the provider, and open a day for the first passkey', async () => {
    await database.upkeep.query("INSERT INTO provider_subject VALUES ('chief', 'https://i', 's', now())")
    const change = await read({
      ...{ account: 'chief', means: ['oidc', 'password'], releasesProvider: true, opensFirstKey: true },
    })
    expect(await signInKind(database).current('chief')).toMatchObject({ means: ['password'], provider: 'https://i s' })
    await applied(change)
    expect(await signInKind(database).current('chief')).toMatchObject({ means: ['password', 'oidc'], provider: '' })
    const [row] = await database.query<{ until: Date }>(
      "SELECT first_key_until AS until FROM account WHERE account = 'chief'",
    )
    expect(row?.until).toEqual(new Date('2026-11-24T01:00:00Z'))
  })

  test.each([{}, { account: 'chief', means: [] }, { account: 'chief', means: ['all'] }, { account: 'nobody' }])(
    'refuses what is no such change: %j',
    async (value) => {
      expect((await asInstallation(() => signInKind(database).read(value))).ok).toBe(false)
    },
  )
})
