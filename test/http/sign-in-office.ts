import type { AddressInfo } from 'node:net'
import { systemClock } from '../../src/base/clock.ts'
import { buildServer } from '../../src/http/server.ts'
import type { Directory } from '../../src/identity/port.ts'
import { createOidc } from '../../src/identity/port.ts'
import { createOrganisation } from '../../src/organisation/port.ts'
import { temporaryDatabase } from '../engines.ts'
import { NOBODY_OUTSIDE } from '../nobody-outside.ts'
import { CLIENT, SECRET } from './hostile-provider.ts'
import { servicesOf } from './services-of.ts'

/** The HTTP interface with a provider and a directory to sign in at, and a browser that keeps its cookies. */
export async function signInOffice(given: { readonly issuer?: string; readonly directory?: Directory } = {}) {
  const database = await temporaryDatabase()
  const oidc =
    given.issuer === undefined
      ? undefined
      : createOidc(database, systemClock, {
          ...{ issuer: new URL(given.issuer), clientId: CLIENT, clientSecret: SECRET },
          ...{ accountClaim: 'preferred_username', name: '縣府單一登入' },
        })
  const services = servicesOf({
    ...{ database, clock: systemClock, oidc, directory: given.directory, operatorToken: 'x'.repeat(40) },
    ...{ webFolder: '/nowhere', maxUploadBytes: 1000, publicHosts: [], isSecure: false, log: () => undefined },
    ...{ ledger: { refusal: () => undefined, outside: () => NOBODY_OUTSIDE }, records: { open: () => 0 } },
    ...{ condition: { damage: () => undefined } },
    ...{ organisation: '測試', demo: { isLoaded: async () => false } },
    staff: createOrganisation({
      ...{ database, clock: systemClock, pseudonym: () => '' },
      ...{ stateRecords: async () => undefined, log: () => undefined },
    }),
  })
  const server = await buildServer(services)
  await server.listen({ host: '127.0.0.1', port: 0 })
  const address = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`

  const addAccount = (account: string, role: string, hash = '') =>
    database.upkeep.query(
      `INSERT INTO account (account, name, unit, title, role, agency, password_hash)
       VALUES ($1, $1, '室', '員', $2, 'insurance', $3)`,
      [account, role, hash],
    )
  const clear = async () => {
    for (const table of ['session', 'oidc_attempt', 'account']) await database.upkeep.query(`DELETE FROM ${table}`)
  }
  const refusals = async () =>
    (
      await database.query<{ actor: string; kind: string }>(
        "SELECT actor, kind FROM event WHERE kind = 'sign-in-refused' ORDER BY at, event_id",
      )
    ).map(({ actor }) => actor)
  const sessions = async () =>
    (await database.query<{ account: string }>('SELECT account FROM session ORDER BY account')).map(
      (row) => row.account,
    )
  const close = async () => {
    await server.close()
    await database.close()
  }
  return { database, server, address, addAccount, clear, refusals, sessions, close }
}

/** A browser that follows redirects and keeps cookies for one origin. */
export function browserAt(address: string) {
  const jar = new Map<string, string>()
  const open = async (url: string): Promise<string> => {
    const isOurs = url.startsWith(address)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: isOurs ? { cookie } : {} })
    if (isOurs)
      for (const each of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? []
        if (value === '') jar.delete(name)
        else jar.set(name, value)
      }
    const location = response.headers.get('location')
    return location ? new URL(location, url).href : `${response.status}`
  }
  /** the address the provider sends back to */
  const toCallback = async (): Promise<string> => open(await open(`${address}/auth/oidc`))
  /** where the whole way ends */
  const signIn = async (): Promise<string> => (await open(await toCallback())).replace(address, '')
  return { open, toCallback, signIn, jar }
}
