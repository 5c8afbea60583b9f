import type { LightMyRequestResponse } from 'fastify'
import { asInstallation } from '../../src/base/tenant.ts'
import { passKeys } from './pass-keys.ts'
import { type SoftPasskey, softPasskey } from './soft-passkey.ts'
import { PASSWORD, type TwoAgencies, twoAgencies } from './two-agencies.ts'

export const STAFF =
  '員工編號,帳號,姓名,單位代碼,單位,上級單位代碼,職稱,角色,主管編號,代理人,代理起日,業管範圍,身分證字號'

export interface AttackedOffice extends TwoAgencies {
  send(account: string, method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object): Answer
  /** a word on a change, with the account's own passkey over exactly what its page shows */
  decide(account: string, changeId: string): Answer
  /** previews and brings a personnel file of the land office, as this account */
  bring(account: string, rows: readonly string[], more?: object): Answer
  scim(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Answer
  rows<Row extends Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
}
type Answer = Promise<LightMyRequestResponse>

const OPERATOR = 'operator'

/** The real program with two agencies, and the means to attack it: as anybody, with passkeys that really sign. */
export async function attackedOffice(): Promise<AttackedOffice> {
  const world = await twoAgencies()
  const { server, services } = world
  const rows: AttackedOffice['rows'] = (sql, values) => asInstallation(() => services.database.query(sql, values))
  const keys = new Map<string, SoftPasskey>()
  const signed = new Map<string, Record<string, string>>()
  let serial = 0
  const inject = (headers: Record<string, string>, method: string, url: string, payload?: object) =>
    server.inject({
      ...{ method: method as 'GET', url, remoteAddress: `10.9.${serial % 250}.${(serial++ >> 3) % 250}` },
      headers: { host: 'localhost', ...headers },
      ...(payload && { payload }),
    })
  const headersOf = async (account: string): Promise<Record<string, string>> => {
    if (account === OPERATOR) return { authorization: `Bearer ${services.operatorToken}` }
    const known = signed.get(account)
    if (known) return known
    const answer = await inject({}, 'POST', '/api/session', { account, password: PASSWORD })
    if (answer.statusCode !== 200) throw new Error(`sign-in of ${account}: ${answer.body}`)
    await passKeys(services.database)
    const jar = Object.fromEntries(answer.cookies.map((each) => [each.name, each.value]))
    const cookie = `shoumi_session=${jar['shoumi_session']}`
    const headers = { cookie, 'x-shoumi-csrf': jar['shoumi_csrf'] ?? '' }
    signed.set(account, headers)
    return headers
  }
  const send: AttackedOffice['send'] = async (account, method, url, payload) =>
    inject(await headersOf(account), method, url, payload)
  const decide: AttackedOffice['decide'] = async (account, changeId) => {
    // Signed in first: a passkey that is registered would be due at the sign-in too.
    const page = await send(account, 'GET', `/api/changes/${changeId}`)
    if (page.statusCode !== 200) return page
    const key = keys.get(account) ?? (await asInstallation(() => softPasskey(services.database.upkeep, account)))
    keys.set(account, key)
    const options = await send(account, 'POST', '/api/me/presence/options', { bound: page.json().binding })
    const assertion = key.answer(options.json())
    return send(account, 'POST', `/api/changes/${changeId}/verdict`, { verdict: 'approve', assertion })
  }
  const bring: AttackedOffice['bring'] = async (account, lines, more = {}) => {
    const headers = await headersOf(account)
    const seen = await server.inject({
      ...{ method: 'POST', url: '/api/people/preview?agency=land&fileName=staff.csv' },
      headers: { host: 'localhost', ...headers, 'content-type': 'application/octet-stream' },
      payload: `${[STAFF, ...lines].join('\n')}\n`,
    })
    const { uploadId, agency, fileName, asOf, digest } = seen.json()
    if (!digest) return seen
    return send(account, 'POST', '/api/people/imports', { uploadId, agency, fileName, asOf, digest, ...more })
  }
  const scim: AttackedOffice['scim'] = (method, path, body) =>
    server.inject({
      ...{ method, url: `/scim/v2${path}` },
      headers: {
        ...{ host: 'localhost', authorization: `Bearer ${world.systemKeys.landDirectory}` },
        ...(body && { 'content-type': 'application/scim+json' }),
      },
      ...(body && { payload: JSON.stringify(body) }),
    })
  return { ...world, send, decide, bring, scim, rows }
}
