import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { asInstallation } from '../../src/base/tenant.ts'
import { buildServer } from '../../src/http/server.ts'
import type { Services } from '../../src/http/services.ts'
import { hashPassword } from '../../src/identity/password.ts'
import { type Composed, compose } from '../../src/program/compose.ts'
import { readConfig } from '../../src/program/config.ts'
import { registerSystem } from '../../src/registry/port.ts'
import { roleNames } from '../../src/wire/session.ts'
import { passKeys } from './pass-keys.ts'

const PASSWORD = 'a password for tests'

export interface OneOffice {
  readonly folder: string
  readonly server: FastifyInstance
  readonly services: Services
  /** asks as the person of that role */
  send(role: string, method: string, url: string, payload?: object): Promise<LightMyRequestResponse>
  /** before another front of the same program, which has not counted anybody's requests yet */
  renew(): Promise<void>
  /** stops the program; with `keepsData` its folder stays for another start */
  close(options?: { readonly keepsData?: boolean }): Promise<void>
}

/** The real program for one police office without sample data, with an account of every role, listening to nobody. */
export async function oneOffice(given?: {
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
}): Promise<OneOffice> {
  const folder = given?.folder ?? (await mkdtemp(join(tmpdir(), 'shoumi-office-')))
  const config = readConfig({ SHOUMI_DATA: folder, SHOUMI_SAMPLE: 'no', ...given?.env })
  if (!config.ok) throw new Error(config.error.join())
  const composed = await compose(config.value)
  if (!composed.ok) throw new Error(composed.error.message)
  const { services } = composed.value
  if (given?.folder === undefined) await asInstallation(() => furnish(services))
  return opened(folder, composed.value, await buildServer(services))
}

function opened(folder: string, { services, close: stop }: Composed, first: FastifyInstance): OneOffice {
  let server = first
  const headers = new Map<string, Record<string, string>>()
  const send: OneOffice['send'] = async (role, method, url, payload) => {
    const known = headers.get(role) ?? (await signIn({ server, database: services.database }, role, headers.size))
    headers.set(role, known)
    return server.inject({
      method: method as 'GET',
      url,
      remoteAddress: `10.2.${headers.size}.1`,
      headers: { host: 'localhost', ...known },
      ...(payload && { payload }),
    })
  }
  const close: OneOffice['close'] = async ({ keepsData = false } = {}) => {
    await server.close()
    await stop()
    if (!keepsData) await rm(folder, { recursive: true, force: true })
  }
  const renew = async () => {
    const next = await buildServer(services)
    await server.close()
    server = next
  }
  return { folder, server: first, services, send, renew, close }
}

async function signIn(
  { server, database }: { readonly server: FastifyInstance; readonly database: Services['database'] },
  account: string,
  serial: number,
): Promise<Record<string, string>> {
  const answer = await server.inject({
    method: 'POST',
    url: '/api/session',
    remoteAddress: `10.1.0.${serial + 1}`,
    headers: { host: 'localhost' },
    payload: { account, password: PASSWORD },
  })
  await passKeys(database)
  if (answer.statusCode !== 200) throw new Error(`sign-in of ${account}: ${answer.statusCode} ${answer.body}`)
  const jar = Object.fromEntries(answer.cookies.map((each) => [each.name, each.value]))
  return { cookie: `shoumi_session=${jar['shoumi_session']}`, 'x-shoumi-csrf': jar['shoumi_csrf'] ?? '' }
}

async function furnish(services: Services): Promise<void> {
  const system = { system: 'mpolice', name: '警用查詢', agency: 'police', agencyName: '警察局' }
  await registerSystem(services, system, { isDemo: false, by: { account: 'operator', post: '' } })
  const hash = await hashPassword(PASSWORD)
  for (const role of roleNames)
    await services.database.upkeep.query(
      `INSERT INTO account (account, name, unit, title, role, agency, password_hash) VALUES ($1, $1, '室', '員', $1, '', $2)`,
      [role, hash],
    )
}

const COLUMNS = ['編號', '時間', '員工', '證號', '事由', '案號'] as const

/** Imports a log of so many accesses and judges them. */
export async function loadAccesses({ services, folder }: Pick<OneOffice, 'services' | 'folder'>, rows: number) {
  const [first = '', at, officer, subject, purpose, caseNo] = COLUMNS
  const lines = Array.from({ length: rows }, (_, n) => {
    const time = new Date(Date.UTC(2026, 9, 1) + n * 61_000).toISOString().slice(0, 19).replace('T', ' ')
    return `Q${n},${time},${n % 50},A1${String(20_000_000 + (n % 977))},偵辦案件,115偵${n % 300}`
  })
  const filePath = join(folder, 'log.csv')
  await writeFile(filePath, [COLUMNS.join(','), ...lines, ''].join('\n'))
  const columns = {
    ...{ source_id: { from: first }, at: { from: at }, officer: { from: officer } },
    ...{ subject: { from: subject }, purpose: { from: purpose }, case_no: { from: caseNo } },
  }
  const startedBy = { account: 'it', post: '室 員' }
  return asInstallation(async () => {
    const done = await services.evidence.runImport({
      ...{ filePath, fileName: 'log.csv', target: 'access', agency: 'police', system: 'mpolice', startedBy },
      mapping: { target: 'access', agency: 'police', columns },
    })
    if (!done.ok || done.value.rowsLoaded !== rows) throw new Error(`import: ${JSON.stringify(done)}`)
    await services.reconcile.runReconciliation({ startedBy })
    return done.value
  })
}
