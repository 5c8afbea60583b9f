import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hashPassword } from '../../src/identity/password.ts'
import {
  type Behaviour,
  CLIENT,
  type Claims,
  hostileProvider,
  jwk,
  keyed,
  otherKeys,
  PUBLISHED_PEM,
  SECRET,
  sendJson,
  signed,
  unsigned,
} from './hostile-provider.ts'
import { browserAt, signInOffice } from './sign-in-office.ts'

let provider: Awaited<ReturnType<typeof hostileProvider>>
let office: Awaited<ReturnType<typeof signInOffice>>
let serial = 0

beforeAll(async () => {
  provider = await hostileProvider()
  office = await signInOffice({ issuer: provider.issuer })
})
afterAll(async () => {
  await office.close()
  provider.close()
})
beforeEach(async () => {
  provider.behave({})
  await office.clear()
  await office.addAccount('officer', 'officer')
})

const now = () => Math.floor(Date.now() / 1000)
const otherJwk = { ...otherKeys.publicKey.export({ format: 'jwk' }), kid: 'published', use: 'sig', alg: 'RS256' }
const claims = (change: Claims): Behaviour => ({ claims: (honest) => ({ ...honest, ...change }) })
const without = (name: string): Behaviour => ({
  claims: (honest) => Object.fromEntries(Object.entries(honest).filter(([each]) => each !== name)),
})
const redirect = (change: (params: URLSearchParams) => void): Behaviour => ({ redirect: change })
const answer = (status: number, body: string, type = 'application/json'): Behaviour => ({
  answer: (response) => void response.writeHead(status, { 'content-type': type }).end(body),
})
const MIB = 1_048_576

/** Answers of a provider, or of whoever stands in its place, none of which says who somebody is. */
const HOSTILE: readonly (readonly [string, Behaviour])[] = [
  ['a token signed with another key', { token: (header, body) => signed(header, body, otherKeys.privateKey) }],
  [
    'a token that brings its own key in the header',
    { header: { jwk: otherJwk }, token: (header, body) => signed(header, body, otherKeys.privateKey) },
  ],
  [
    'a token that names where its key is',
    { header: { jku: 'http://127.0.0.1:9/k' }, token: (header, body) => signed(header, body, otherKeys.privateKey) },
  ],
  ['an unknown kid', { header: { kid: 'nobody' }, token: (h, b) => signed(h, b, otherKeys.privateKey) }],
  ['an unknown kid over the right key', { header: { kid: 'nobody' } }],
  ['a token without a signature', { token: (header, body) => unsigned(header, body) }],
  ['a broken signature', { token: (header, body) => `${signed(header, body).slice(0, -8)}AAAAAAAA` }],
  ['a signature of nothing', { token: (header, body) => unsigned(header, body, 'AAAA') }],
  [
    'a payload altered after signing',
    {
      token: (header, body) => {
        const [head, , signature] = signed(header, { ...body, preferred_username: 'nobody' }).split('.')
        return `${head}.${Buffer.from(JSON.stringify(body)).toString('base64url')}.${signature}`
      },
    },
  ],
  ['alg none', { header: { alg: 'none' }, token: (header, body) => unsigned(header, body) }],
  ['alg None', { header: { alg: 'None' }, token: (header, body) => unsigned(header, body) }],
  ['alg none over a right signature', { header: { alg: 'none' } }],
  ['HS256 with the client’s secret', { header: { alg: 'HS256' }, token: (h, b) => keyed(h, b, SECRET) }],
  ['HS256 with the public key', { header: { alg: 'HS256' }, token: (h, b) => keyed(h, b, PUBLISHED_PEM) }],
  ['RS512 in the header only', { header: { alg: 'RS512' } }],
  ['PS256 in the header only', { header: { alg: 'PS256' } }],
  ['no alg', { header: { alg: undefined } }],
  ['a critical extension nobody knows', { header: { crit: ['x'], x: 1 } }],
  ['keys that are not served', { keys: (response) => void response.writeHead(500).end() }],
  ['state missing', redirect((params) => params.delete('state'))],
  ['state changed', redirect((params) => params.set('state', 'another'))],
  ['state twice', redirect((params) => params.append('state', 'another'))],
  ['code missing', redirect((params) => params.delete('code'))],
  ['code empty', redirect((params) => params.set('code', ''))],
  ['code of somebody else', redirect((params) => params.set('code', 'stolen'))],
  ['code twice', redirect((params) => params.append('code', 'another'))],
  ['iss of another issuer', redirect((params) => params.set('iss', 'https://evil.example'))],
  ['iss twice', redirect((params) => ['https://a.example', 'https://b.example'].map((v) => params.append('iss', v)))],
  ['an answer as one signed word (JARM)', redirect((params) => params.set('response', 'a.b.c'))],
  ['an error and a code', redirect((params) => params.set('error', 'access_denied'))],
  [
    'an error',
    redirect((params) => {
      params.delete('code')
      params.set('error', 'access_denied')
    }),
  ],
  ['a token in the address', redirect((params) => params.set('id_token', 'a.b.c'))],
  ['nonce missing', without('nonce')],
  ['nonce of another sign-in', claims({ nonce: 'another' })],
  ['nonce a list', { claims: (honest) => ({ ...honest, nonce: [honest['nonce']] }) }],
  ['iss of another', claims({ iss: 'https://evil.example' })],
  ['iss with a slash more', { claims: (honest) => ({ ...honest, iss: `${honest['iss']}/` }) }],
  ['iss missing', without('iss')],
  ['aud of another client', claims({ aud: 'other' })],
  ['aud empty', claims({ aud: [] })],
  ['aud missing', without('aud')],
  ['aud of several', claims({ aud: [CLIENT, 'other'] })],
  ['aud of several, azp ours', claims({ aud: [CLIENT, 'other'], azp: CLIENT })],
  ['aud of several, azp another', claims({ aud: [CLIENT, 'other'], azp: 'other' })],
  ['aud ours, azp another', claims({ azp: 'other' })],
  ['aud ours, azp a list', claims({ azp: [CLIENT] })],
  ['aud in capitals', claims({ aud: CLIENT.toUpperCase() })],
  ['exp past', claims({ exp: now() - 3600 })],
  ['exp missing', without('exp')],
  ['exp a word', claims({ exp: 'tomorrow' })],
  ['nbf to come', claims({ nbf: now() + 3600 })],
  ['nbf a word', claims({ nbf: 'now' })],
  ['iat missing', without('iat')],
  ['iat a year old', claims({ iat: now() - 31_536_000 })],
  ['iat an hour ahead', claims({ iat: now() + 3600 })],
  ['iat eleven minutes old', claims({ iat: now() - 660 })],
  ['iat three minutes ahead', claims({ iat: now() + 180 })],
  ['iat a word', claims({ iat: 'now' })],
  ['iat zero', claims({ iat: 0 })],
  ['sub missing', without('sub')],
  ['sub empty', claims({ sub: '' })],
  ['sub a number', claims({ sub: 7 })],
  ['sub with U+0000', claims({ sub: 's\0' })],
  ['sub with a sign nobody sees', claims({ sub: 's\u200b' })],
  ['sub of 256 signs', claims({ sub: 's'.repeat(256) })],
  ['no name', without('preferred_username')],
  ['name empty', claims({ preferred_username: '' })],
  ['name a list', claims({ preferred_username: ['officer'] })],
  ['name an object', claims({ preferred_username: { toLowerCase: 'officer' } })],
  ['name a number', claims({ preferred_username: 7 })],
  ['name with U+0000', claims({ preferred_username: 'officer\0' })],
  ['name of U+0000', claims({ preferred_username: '\0' })],
  ['name with a Kelvin sign', claims({ preferred_username: '\u212Aeeper' })],
  ['name with a dotless i', claims({ preferred_username: 'off\u0131cer' })],
  ['name with a capital dotted I', claims({ preferred_username: 'OFF\u0130CER' })],
  ['name with a long s', claims({ preferred_username: 'mi\u017Fter' })],
  ['name in full width', claims({ preferred_username: 'ｏｆｆｉｃｅｒ' })],
  ['name with a zero-width sign', claims({ preferred_username: 'offi\u200bcer' })],
  ['name with a blank before', claims({ preferred_username: ' officer' })],
  ['name with a line break after', claims({ preferred_username: 'officer\n' })],
  ['name with Cyrillic letters', claims({ preferred_username: '\u043efficer' })],
  ['name with a wildcard', claims({ preferred_username: 'offic%' })],
  ['name of a lone surrogate', claims({ preferred_username: '\ud800' })],
  ['name of a thousand signs', claims({ preferred_username: 'o'.repeat(1000) })],
  ['name of nobody', claims({ preferred_username: 'stranger' })],
  ['token_type missing', { tokens: ({ token_type: _, ...rest }) => rest }],
  ['no ID token', { tokens: ({ id_token: _, ...rest }) => rest }],
  ['an ID token that is none', { tokens: (tokens) => ({ ...tokens, id_token: 'officer' }) }],
  ['an ID token of five parts', { tokens: (tokens) => ({ ...tokens, id_token: 'a.b.c.d.e' }) }],
  ['an ID token that is an object', { tokens: (tokens) => ({ ...tokens, id_token: { sub: 's' } }) }],
  ['an error of the token endpoint', answer(400, '{"error":"invalid_grant"}')],
  ['a token endpoint out of order', answer(500, '{}')],
  ['a token endpoint with a page', answer(200, '<html></html>', 'text/html')],
  ['a token endpoint with half an object', answer(200, '{"access_token":')],
  ['a token endpoint with a list', answer(200, '[]')],
  ['a token endpoint with nothing', answer(200, '')],
  ['a token endpoint without content', answer(204, '')],
  [
    'a token endpoint that leads elsewhere',
    { answer: (response) => void response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end() },
  ],
  [
    'a token endpoint that hangs up',
    { answer: (response) => void response.writeHead(200, { 'content-length': '100' }).destroy() },
  ],
  [
    'an answer of more than a mebibyte that is otherwise right',
    { answer: (response, tokens) => sendJson(response, { ...tokens, pad: 'x'.repeat(MIB) }) },
  ],
  [
    'an answer packed small and large inside',
    {
      answer: (response, tokens) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        response.end(gzipSync(JSON.stringify({ ...tokens, pad: ' '.repeat(8 * MIB) })))
      },
    },
  ],
  ['keys of more than a mebibyte', { keys: (r) => sendJson(r, { keys: [jwk()], pad: 'x'.repeat(MIB) }) }],
  ['keys that are nobody’s', { keys: (response) => sendJson(response, { keys: [] }) }],
  ['keys of another', { keys: (response) => sendJson(response, { keys: [otherJwk] }) }],
]

describe('an answer that does not hold opens nothing, and is recorded', () => {
  test.each(HOSTILE)('%s', async (_what, behaviour) => {
    await office.addAccount('keeper', 'officer')
    await office.addAccount('mister', 'officer')
    // Keys are read once; what is served instead of them is seen by a program that has not read them yet.
    const isOfKeys = behaviour.keys !== undefined
    const here = isOfKeys ? await signInOffice({ issuer: provider.issuer }) : office
    if (isOfKeys) await here.addAccount('officer', 'officer')
    try {
      provider.behave(behaviour)
      const before = (await here.refusals()).length
      expect(await browserAt(here.address).signIn()).toBe('/?sign-in=refused')
      expect(await here.sessions()).toEqual([])
      expect((await here.refusals()).length).toBe(before + 1)
      expect(await here.database.query('SELECT account FROM provider_subject')).toEqual([])
    } finally {
      if (isOfKeys) await here.close()
    }
  })

  test('an honest one opens a session, after its key was fetched', async () => {
    const fresh = await signInOffice({ issuer: provider.issuer })
    await fresh.addAccount('officer', 'officer')
    provider.behave({})
    expect(await browserAt(fresh.address).signIn()).toBe('/')
    expect(provider.requests).toContain('/jwks')
    await fresh.close()
  })

  test.each(['OFFICER', 'Officer'])('letters A–Z are folded: %s', async (name) => {
    provider.behave(claims({ preferred_username: name }))
    expect(await browserAt(office.address).signIn()).toBe('/')
    expect(await office.sessions()).toEqual(['officer'])
  })

  test('no name that is not the account’s own letters comes in', async () => {
    const name = fc.string({ unit: 'binary', maxLength: 12 }).filter((each) => !/^officer$/i.test(each))
    await fc.assert(
      fc.asyncProperty(name, async (each) => {
        provider.behave(claims({ preferred_username: each }))
        expect(await browserAt(office.address).signIn()).toBe('/?sign-in=refused')
      }),
      { numRuns: 40 },
    )
  }, 120_000)
})

describe('an answer is taken once, in the browser that asked', () => {
  test('a second time, in another browser, without a cookie, or from another sign-in it opens nothing', async () => {
    const person = browserAt(office.address)
    const callback = await person.toCallback()
    expect(await browserAt(office.address).open(callback)).toContain('sign-in=refused')
    const other = browserAt(office.address)
    await other.open(`${office.address}/auth/oidc`)
    expect(await other.open(callback)).toContain('sign-in=refused')
    expect(await person.open(callback)).toBe(`${office.address}/`)
    expect(await person.open(callback)).toContain('sign-in=refused')
    expect(await office.sessions()).toEqual(['officer'])
  })

  test('U+0000 in the address that comes back is refused and recorded as anything else', async () => {
    const before = (await office.refusals()).length
    expect(await browserAt(office.address).open(`${office.address}/auth/oidc/callback?state=%00&code=%00`)).toContain(
      'sign-in=refused',
    )
    expect((await office.refusals()).length).toBe(before + 1)
  })
})

describe('an account is one subject’s from its first use', () => {
  const as = (sub: string, name: string) => provider.behave(claims({ sub, preferred_username: name }))

  test('the first is bound, recorded, and told to the owner', async () => {
    expect(await browserAt(office.address).signIn()).toBe('/')
    expect(await office.database.query('SELECT account, subject FROM provider_subject')).toEqual([
      { account: 'officer', subject: 's-officer' },
    ])
    expect(await office.database.query("SELECT actor FROM event WHERE kind = 'provider-bound'")).toContainEqual({
      actor: 'officer',
    })
    expect(await office.database.query('SELECT to_account, kind FROM account_notice')).toEqual([
      { to_account: 'officer', kind: 'provider-bound' },
    ])
  })

  test('another subject of that name is refused and told, and so are its owner and ethics', async () => {
    await office.addAccount('watcher', 'ethics')
    await browserAt(office.address).signIn()
    as('s-other', 'officer')
    expect(await browserAt(office.address).signIn()).toBe('/?sign-in=other-subject')
    expect((await office.refusals()).at(-1)).toBe('officer')
    const told = await office.database.query<{ to_account: string }>(
      "SELECT to_account FROM account_notice WHERE kind = 'other-subject' ORDER BY to_account",
    )
    expect(told.map((each) => each.to_account)).toEqual(['officer', 'watcher'])
  })

  test('one subject is not several accounts, whatever names it brings', async () => {
    await office.addAccount('police', 'officer')
    as('s1', 'officer')
    expect(await browserAt(office.address).signIn()).toBe('/')
    as('s1', 'police')
    expect(await browserAt(office.address).signIn()).toBe('/?sign-in=other-subject')
    expect(await office.sessions()).toEqual(['officer'])
  })
})

describe('what holds for an account here holds at the provider', () => {
  const set = (change: string) => office.database.upkeep.query(`UPDATE account SET ${change} WHERE account = 'officer'`)
  const refused = async (where = '/?sign-in=refused') => {
    expect(await browserAt(office.address).signIn()).toBe(where)
    expect(await office.sessions()).toEqual([])
    expect((await office.refusals()).at(-1)).toBe('officer')
  }

  test('an account with a password here is not entered by the provider, unless it was stated', async () => {
    await office.database.upkeep.query("UPDATE account SET password_hash = $1 WHERE account = 'officer'", [
      await hashPassword('a password for tests'),
    ])
    await refused()
    await set("means = '{password,oidc}'")
    expect(await browserAt(office.address).signIn()).toBe('/')
  })

  test('one stated for the directory alone is not entered by the provider', async () => {
    await set("means = '{ldap}'")
    await refused()
  })

  test('an ended one stays ended', async () => {
    await set('ended_at = now()')
    await refused()
  })

  test('a locked one stays locked, and the lock and its count are as they were', async () => {
    await set("failed_attempts = 5, locked_until = now() + interval '10 minutes'")
    await refused()
    await set("failed_attempts = 3, locked_until = now() - interval '1 second'")
    expect(await browserAt(office.address).signIn()).toBe('/')
    expect(await office.database.query('SELECT failed_attempts AS n FROM account')).toEqual([{ n: 3 }])
  })

  test.each(['ethics', 'supervisor', 'head', 'security'])(
    '%s without a passkey here is not let in by it',
    async (role) => {
      await set(`role = '${role}'`)
      await refused('/?sign-in=first-key')
      expect(await office.database.query('SELECT account FROM provider_subject')).toEqual([])
    },
  )

  test('who has a passkey uses it at each sign-in by the provider, and is bound only then', async () => {
    await set("role = 'ethics'")
    await office.database.upkeep.query(
      `INSERT INTO passkey (credential_id, account, public_key, counter, name, created_at)
       VALUES ($1, 'officer', '\\x00', 0, 'x', now())`,
      [`key-${serial++}`],
    )
    const person = browserAt(office.address)
    expect(await person.signIn()).toBe('/')
    const cookie = [...person.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const me = await fetch(`${office.address}/api/me`, { headers: { cookie } })
    expect(me.status).toBe(401)
    expect(await me.json()).toMatchObject({ code: 'passkey-needed' })
    expect(await office.database.query('SELECT account FROM provider_subject')).toEqual([])
  })
})

describe('sign-ins that were begun', () => {
  test('are bounded by address: who begins thousands pushes out his own, nobody else’s', async () => {
    const other = browserAt(office.address)
    const callback = await other.toCallback()
    await office.database.upkeep.query("UPDATE oidc_attempt SET place = '10.0.0.1'")
    await office.database.upkeep.query(
      `INSERT INTO oidc_attempt (secret_hash, state, nonce, verifier, expires_at, place)
       SELECT sha256(n::text::bytea), 's', 'n', 'v', now() + interval '9 minutes', '127.0.0.1'
       FROM generate_series(1, 12000) AS n`,
    )
    expect(await browserAt(office.address).signIn()).toBe('/')
    const [held] = await office.database.query<{ n: number }>('SELECT count(*)::int AS n FROM oidc_attempt')
    expect(held?.n).toBeLessThanOrEqual(201)
    expect(await other.open(callback)).toBe(`${office.address}/`)
  })
})
