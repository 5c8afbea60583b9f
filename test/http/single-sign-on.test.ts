import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Provider } from 'oidc-provider'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { buildServer } from '../../src/http/server.ts'
import type { Services } from '../../src/http/services.ts'
import { createOidc } from '../../src/identity/port.ts'
import { createOrganisation } from '../../src/organisation/port.ts'
import { temporaryDatabase } from '../engines.ts'
import { servicesOf } from './services-of.ts'

const SECRET = 'a secret of the client, for tests'

let database: Awaited<ReturnType<typeof temporaryDatabase>>
let provider: Server
let server: FastifyInstance
let issuer: string
let address: string
/** whom the provider says it is */
let username = 'officer'

beforeAll(async () => {
  database = await temporaryDatabase()
  ;({ provider, issuer } = await startProvider())
})
afterAll(async () => {
  await server.close()
  provider.close()
  await database.close()
})
beforeEach(async () => {
  username = 'officer'
  await database.upkeep.query('DELETE FROM session')
  await database.upkeep.query('DELETE FROM account')
  await database.upkeep.query(
    `INSERT INTO account (account, name, unit, title, role, agency, password_hash)
     VALUES ('officer', '李承辦', '承保科', '辦事員', 'officer', 'insurance', ''),
            ('left', '林離職', '承保科', '辦事員', 'officer', 'insurance', '')`,
  )
  await database.upkeep.query("UPDATE account SET ended_at = now() WHERE account = 'left'")
})

function servicesWith(oidc: Services['oidc']): Services {
  return servicesOf({
    ...{ database, clock: systemClock, oidc, directory: undefined, operatorToken: 'x'.repeat(40) },
    ...{ webFolder: '/nowhere', maxUploadBytes: 1000, publicHosts: [], isSecure: false, log: () => undefined },
    ledger: { refusal: () => undefined },
    ...{ organisation: '測試', demo: { isLoaded: async () => false } },
    staff: createOrganisation({
      ...{ database, clock: systemClock, pseudonym: () => '' },
      ...{ stateRecords: async () => undefined, log: () => undefined },
    }),
  })
}

/** A real OpenID provider on loopback; whoever comes is `username`, without a question. */
async function startProvider(): Promise<{ readonly provider: Server; readonly issuer: string }> {
  const http = createServer()
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  const at = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  server = await buildServer(
    servicesWith(
      createOidc(database, systemClock, {
        ...{ issuer: new URL(at), clientId: 'shoumi', clientSecret: SECRET },
        ...{ accountClaim: 'preferred_username', name: '縣府單一登入' },
      }),
    ),
  )
  await server.listen({ host: '127.0.0.1', port: 0 })
  address = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
  const oidc = new Provider(at, {
    clients: [
      {
        client_id: 'shoumi',
        client_secret: SECRET,
        redirect_uris: [`${address}/auth/oidc/callback`],
        grant_types: ['authorization_code'],
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id }),
    }),
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/answer/${uid}` },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['a key for tests'] },
  })
  const answer = oidc.callback()
  http.on('request', (request, response) => {
    if (!request.url?.startsWith('/answer/')) return void answer(request, response)
    void (async () => {
      const { params, session, grantId } = await oidc.interactionDetails(request, response)
      if (!session) return oidc.interactionFinished(request, response, { login: { accountId: username } })
      const grant = grantId ? await oidc.Grant.find(grantId) : undefined
      const given = grant ?? new oidc.Grant({ accountId: session.accountId, clientId: String(params['client_id']) })
      given.addOIDCScope('openid profile')
      return oidc.interactionFinished(request, response, { consent: { grantId: await given.save() } })
    })()
  })
  return { provider: http, issuer: at }
}

/** A browser that follows redirects by hand and keeps cookies per host. */
function browser() {
  const jars = new Map<string, Map<string, string>>()
  const open = async (url: string): Promise<{ readonly status: number; readonly next: string | undefined }> => {
    const { origin } = new URL(url)
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const each of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    const location = response.headers.get('location')
    return { status: response.status, next: location ? new URL(location, url).href : undefined }
  }
  /** every address passed on the way, until one that leads no further */
  const follow = async (url: string): Promise<readonly string[]> => {
    const way = [url]
    for (let next = (await open(url)).next; next !== undefined && way.length < 20; ) {
      way.push(next)
      next = next.startsWith(`${address}/?`) || next === `${address}/` ? undefined : (await open(next)).next
    }
    return way
  }
  const me = async () => {
    const cookie = [...(jars.get(address) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
    return fetch(`${address}/api/me`, { headers: { cookie } })
  }
  return { open, follow, me, cookies: () => jars.get(address) }
}

const events = async () =>
  (await database.query<{ kind: string; actor: string }>('SELECT kind, actor FROM event ORDER BY at, event_id')).map(
    ({ kind, actor }) => `${kind} ${actor}`,
  )

describe('sign-in at an OpenID provider', () => {
  test('opens a session for an account that exists, and says how he came in', async () => {
    expect(await (await fetch(`${address}/api/sign-in-ways`)).json()).toMatchObject({ oidc: '縣府單一登入' })
    const person = browser()
    const way = await person.follow(`${address}/auth/oidc`)
    expect(way.some((each) => each.startsWith(issuer))).toBe(true)
    expect(way.at(-1)).toBe(`${address}/`)
    expect(await (await person.me()).json()).toMatchObject({ account: 'officer', agency: 'insurance' })
    expect(await database.query('SELECT means FROM session')).toEqual([{ means: 'oidc' }])
    // Bound and signed in at one moment.
    expect((await events()).slice(-2).sort()).toEqual(['provider-bound officer', 'sign-in officer'])
    expect(person.cookies()?.has('shoumi_oidc')).toBe(false)
  })

  test.each([
    ['stranger', 'unknown'],
    ['left', 'left'],
  ])('refuses %s, whom the provider knows and this office does not', async (who, recordedAs) => {
    username = who
    const person = browser()
    const way = await person.follow(`${address}/auth/oidc`)
    expect(way.at(-1)).toBe(`${address}/?sign-in=refused`)
    expect((await person.me()).status).toBe(401)
    expect((await events()).at(-1)).toBe(`sign-in-refused ${recordedAs}`)
  })

  test('takes an answer once, and only in the browser that asked', async () => {
    const person = browser()
    const way = await person.follow(`${address}/auth/oidc`)
    const callback = way.find((each) => each.startsWith(`${address}/auth/oidc/callback`)) ?? ''
    expect(callback).toContain('code=')
    expect((await person.open(callback)).next).toBe(`${address}/?sign-in=refused`)

    const asked = browser()
    let next = (await asked.open(`${address}/auth/oidc`)).next
    while (next && !next.startsWith(address)) next = (await asked.open(next)).next
    const thief = browser()
    expect((await thief.open(next ?? '')).next).toBe(`${address}/?sign-in=refused`)
    expect((await thief.me()).status).toBe(401)
    expect((await asked.open(next ?? '')).next).toBe(`${address}/`)
  })

  test('refuses an answer whose state was changed', async () => {
    const person = browser()
    let next = (await person.open(`${address}/auth/oidc`)).next
    while (next && !next.startsWith(address)) next = (await person.open(next)).next
    const changed = new URL(next ?? '')
    changed.searchParams.set('state', 'another')
    expect((await person.open(changed.href)).next).toBe(`${address}/?sign-in=refused`)
  })

  test('says so when the provider does not answer', async () => {
    const gone = createOidc(database, systemClock, {
      ...{ issuer: new URL('http://127.0.0.1:9'), clientId: 'shoumi', clientSecret: SECRET },
      ...{ accountClaim: 'preferred_username', name: '' },
    })
    expect(await gone.begin(`${address}/auth/oidc/callback`, '127.0.0.1')).toEqual({ ok: false, error: 'unavailable' })
  })
})
