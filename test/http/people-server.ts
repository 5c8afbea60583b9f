import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildServer } from '../../src/http/server.ts'
import { hashPassword } from '../../src/identity/password.ts'
import { NOBODY_OUTSIDE } from '../nobody-outside.ts'
import { HEADER, ROWS, temporaryOffice } from '../organisation/temporary-office.ts'
import { passKeys } from './pass-keys.ts'
import { servicesOf } from './services-of.ts'

const PASSWORD = 'a password for tests'

/** The HTTP interface over a real office of people; what else it is made of is not there. */
export async function peopleServer() {
  const office = await temporaryOffice()
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-people-'))
  const { database, clock, changes, organisation: staff } = office
  const nothing = new Proxy({}, { get: () => () => Promise.reject(new Error('reached')) })
  const ledger = Object.assign(Object.create(nothing), { refusal: () => undefined, outside: () => NOBODY_OUTSIDE })
  const services = servicesOf({
    ...{ database, clock, changes, staff, operatorToken: 'operator-token', organisation: '測試', webFolder: folder },
    ...{ uploadFolder: join(folder, 'uploads'), maxUploadBytes: 1_000_000, origin: 'http://localhost' },
    ...{ publicHosts: [], isSecure: false, tls: undefined, oidc: undefined, directory: undefined },
    ...{ records: { open: () => 0 }, condition: { damage: () => undefined } },
    ...{ log: () => undefined, evidence: nothing, ledger, gate: nothing, desk: nothing, point: nothing },
    demo: { isLoaded: async () => false, remove: async () => undefined, examples: async () => [] },
  })
  const server = await buildServer(services)

  const addAccount = async (account: string, role: string, agency: string) =>
    void (await database.upkeep.query(
      `INSERT INTO account (account, name, unit, title, role, agency, password_hash) VALUES ($1, $1, '室', '員', $2, $3, $4)`,
      [account, role, agency, await hashPassword(PASSWORD)],
    ))
  /** Headers of a signed-in person; gives an account without a password one first. */
  const headersOf = async (account: string): Promise<Record<string, string>> => {
    const sql = "UPDATE account SET password_hash = $2 WHERE account = $1 AND password_hash = ''"
    await database.upkeep.query(sql, [account, await hashPassword(PASSWORD)])
    const payload = { account, password: PASSWORD }
    const answer = await server.inject({ method: 'POST', url: '/api/session', headers: { host: 'localhost' }, payload })
    await passKeys(database)
    const jar = Object.fromEntries(answer.cookies.map((each) => [each.name, each.value]))
    return {
      host: 'localhost',
      cookie: `shoumi_session=${jar['shoumi_session']}`,
      'x-shoumi-csrf': jar['shoumi_csrf'] ?? '',
    }
  }
  const preview = (headers: Record<string, string>, rows: readonly string[] = ROWS, agency = 'land') =>
    server.inject({
      method: 'POST',
      url: `/api/people/preview?agency=${agency}&fileName=staff.csv`,
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      payload: `${[HEADER, ...rows].join('\n')}\n`,
    })
  const bring = async (headers: Record<string, string>, rows: readonly string[] = ROWS) => {
    const { uploadId, agency, fileName, asOf, digest } = (await preview(headers, rows)).json()
    const payload = { uploadId, agency, fileName, asOf, digest }
    return server.inject({ method: 'POST', url: '/api/people/imports', headers, payload })
  }
  /** … and another person's word on what waits. */
  const bringAgreed = async (headers: Record<string, string>, rows?: readonly string[]) => {
    const brought = await bring(headers, rows)
    for (const each of await office.agree()) if (!each.ok) throw new Error(JSON.stringify(each.error))
    return brought
  }
  const close = async () => {
    await Promise.all([server.close(), office.close()])
    await rm(folder, { recursive: true, force: true })
  }
  return { ...office, server, services, folder, addAccount, headersOf, preview, bring, bringAgreed, close }
}
