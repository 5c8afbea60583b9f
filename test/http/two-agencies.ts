import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { asInstallation } from '../../src/base/tenant.ts'
import type { Queryable } from '../../src/database/database.ts'
import { newDisclosureCode } from '../../src/gate/disclosure-code.ts'
import { buildServer } from '../../src/http/server.ts'
import type { Services } from '../../src/http/services.ts'
import { addCallingSystem } from '../../src/identity/calling-system.ts'
import { hashPassword } from '../../src/identity/password.ts'
import { recordAct } from '../../src/ledger/port.ts'
import { compose } from '../../src/program/compose.ts'
import { readConfig } from '../../src/program/config.ts'
import { registerSystem } from '../../src/registry/port.ts'
import { roleNames } from '../../src/wire/session.ts'

export const PASSWORD = 'a password for tests'
/** Stands in every text of the other agency: an answer that holds it has shown something of it. */
export const MARK = 'FOREIGN'
/** Begins the name of every account, system and code of the other agency. */
export const FOREIGN_NAME = 'pol-'

export interface TwoAgencies {
  readonly server: FastifyInstance
  readonly services: Services
  readonly folder: string
  /** ids of police rows, by what they are */
  readonly foreign: Readonly<Record<ForeignId, string>>
  readonly systemKeys: Readonly<Record<'land' | 'police' | 'landDirectory', string>>
  close(): Promise<void>
}

export type ForeignId =
  | 'access'
  | 'import'
  | 'event'
  | 'request'
  | 'review'
  | 'code'
  | 'canary'
  | 'evaluation'
  | 'session'
  | 'change'

/**
 * The real program with two agencies in it: accounts of every role for each, an imported log with verdicts, looks,
 * requests, an emergency, canaries, calling systems and their decisions.
 */
export async function twoAgencies(): Promise<TwoAgencies> {
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-two-'))
  const config = readConfig({ SHOUMI_DATA: folder, SHOUMI_SAMPLE: 'no' })
  if (!config.ok) throw new Error(config.error.join())
  const composed = await compose(config.value)
  if (!composed.ok) throw new Error(composed.error.message)
  const { services } = composed.value
  const made = await asInstallation(() => fill(services, folder))
  const server = await buildServer(services)
  const close = async () => {
    await server.close()
    await composed.value.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { server, services, folder, ...made, close }
}

async function fill(services: Services, folder: string) {
  const { database } = services
  for (const [agency, agencyName] of [
    ['land', '地政'],
    ['police', MARK],
  ] as const) {
    const system = { system: `${prefixOf(agency)}log`, name: `${agencyName} log`, agency, agencyName }
    await registerSystem(services, system, { isDemo: false, by: { account: 'operator', post: '' } })
  }
  await addAccounts(database.upkeep)
  const imported = await importLogs(services, folder)
  await services.reconcile.runReconciliation({ startedBy: { account: 'pol-it', post: MARK } })
  const [verdict] = (await services.reconcile.listVerdicts({ sort: 'rank', offset: 0, limit: 10 })).rows.filter(
    ({ agency }) => agency === 'police',
  )
  const rows = await addGateRows(services)
  const systemKeys = {
    land: await addSystem(services, 'land'),
    police: await addSystem(services, 'police'),
    landDirectory: await addDirectory(services),
  }
  await addStaff(services, folder)
  const evaluation = randomUUID()
  await database.upkeep.query(
    `INSERT INTO evaluation (id, system, at, account, query, act, purpose, outcome, reason, is_shadow, policy_version, duties,
       agency) VALUES ($1, 'pol-system', now(), 'pol-officer', $2, 'query', $2, 'deny', $2, true, '', '{}', 'police')`,
    [evaluation, MARK],
  )
  const change = randomUUID()
  await database.upkeep.query(
    `INSERT INTO change_proposal (change_id, kind, target, agency, value, base, before, consequences, reason, proposed_by,
       proposed_by_post, proposed_at, expires_at)
     VALUES ($1, 'role', 'pol-officer', 'police', $3, '\\x00', 'null', '[]', $2, 'pol-it', $2, now(), now() + interval '1 day')`,
    [change, MARK, JSON.stringify({ account: 'pol-officer', role: 'head', agency: 'police' })],
  )
  return { systemKeys, foreign: { access: verdict?.accessId ?? '', import: imported, evaluation, change, ...rows } }
}

const prefixOf = (agency: string) => (agency === 'police' ? FOREIGN_NAME : agency === '' ? 'county-' : `${agency}-`)

async function addAccounts(database: Queryable): Promise<void> {
  const hash = await hashPassword(PASSWORD)
  for (const agency of ['land', 'police', '']) {
    const text = agency === 'police' ? MARK : agency
    for (const role of roleNames)
      await database.query(
        `INSERT INTO account (account, name, unit, title, role, agency, password_hash) VALUES ($1, $2, $2, $2, $3, $4, $5)`,
        [`${prefixOf(agency)}${role}`, text, role, agency, hash],
      )
  }
  await database.query(
    `INSERT INTO account (account, name, unit, title, role, agency, serves, password_hash)
     VALUES ('both-ethics', '兼辦', '政風室', '主任', 'ethics', 'land', '{police}', $1)`,
    [hash],
  )
}

async function importLogs({ evidence }: Services, folder: string): Promise<string> {
  let police = ''
  for (const agency of ['land', 'police'] as const) {
    const text = agency === 'police' ? MARK : agency
    const lines = [1, 2, 3].map((n) => `${text}-${n},2026-11-2${n} 10:00:00,${n}00,A12345678${n},${text},${text}${n}號`)
    const filePath = join(folder, `${agency}.csv`)
    await writeFile(filePath, ['編號,時間,員工,證號,事由,案號', ...lines, ''].join('\n'))
    const columns = {
      source_id: { from: '編號' },
      at: { from: '時間' },
      officer: { from: '員工' },
      subject: { from: '證號' },
      purpose: { from: '事由' },
      case_no: { from: '案號' },
    }
    const done = await evidence.runImport({
      filePath,
      fileName: `${text}.csv`,
      target: 'access',
      agency,
      system: `${prefixOf(agency)}log`,
      mapping: { target: 'access', agency, columns },
      startedBy: { account: `${prefixOf(agency)}it`, post: text },
    })
    if (!done.ok || done.value.rowsLoaded !== 3) throw new Error(`import of ${agency}`)
    if (agency === 'police') police = done.value.importId
  }
  return police
}

async function addSystem(services: Services, agency: 'land' | 'police'): Promise<string> {
  const system = `${prefixOf(agency)}system`
  const given = { system, name: agency === 'police' ? MARK : agency, agency, isShadow: false, certificate: undefined }
  const added = await addCallingSystem(services, given, { account: 'operator', post: '' })
  return added.ok ? added.value : ''
}

/** A directory that tells who is in office in the land office. */
async function addDirectory(services: Services): Promise<string> {
  const given = { system: 'land-directory', name: 'land', agency: 'land', isShadow: false, certificate: undefined }
  const by = { account: 'operator', post: '' }
  const added = await addCallingSystem(services, { ...given, isProvisioner: true }, by)
  return added.ok ? added.value : ''
}

/** One person in a post of each agency, by their personnel files. */
async function addStaff({ staff }: Services, folder: string): Promise<void> {
  for (const agency of ['land', 'police'] as const) {
    const text = agency === 'police' ? MARK : agency
    const filePath = join(folder, `${agency}-staff.csv`)
    const row = [`${prefixOf(agency)}77`, `${prefixOf(agency)}staff`, text, `${prefixOf(agency)}u`, text, text]
    await writeFile(filePath, `員工編號,帳號,姓名,單位代碼,單位,職稱\n${row.join(',')}\n`)
    const ask = { filePath, fileName: `${text}.csv`, agency, asOf: undefined }
    const by = { account: `${prefixOf(agency)}it`, post: text }
    const look = await asInstallation(() => staff.look(ask, by))
    if (!look.ok || look.value.faults.length > 0) throw new Error(`staff of ${agency}: ${JSON.stringify(look)}`)
    const done = await asInstallation(() => staff.apply({ ...ask, digest: look.value.plan.digest }, by))
    if (!done.ok) throw new Error(`staff of ${agency}: ${done.error.en}`)
  }
}

/** What the gate keeps of two looks, one in each agency; ids are those of the police. */
async function addGateRows({ database, clock }: Services) {
  const foreign = { event: '', request: '', review: '', code: '', canary: '', session: '' }
  for (const agency of ['land', 'police']) {
    const [officer, text] = [`${prefixOf(agency)}officer`, agency === 'police' ? MARK : agency]
    const { eventId } = await recordAct(database, {
      ...{ kind: 'look', at: clock.now(), actor: officer, actorPost: text, subjectRef: `access:${text}` },
      ...{ reason: text, detail: { text } },
    })
    const code = newDisclosureCode()
    const subject = Buffer.alloc(16, agency === 'police' ? 7 : 8)
    await database.upkeep.query(
      `INSERT INTO disclosure (code, opened_at, event_id, account, person_name, unit, post, agency, act, query, version,
         purpose, case_number, subject_token, mask_level, outcome, approval, policy_version)
       VALUES ($1, now(), $2, $3, $4, $4, $4, $5, 'query', $4, 1, $4, $4, $6, 'full', 'permit', '', '')`,
      [code, eventId, officer, text, agency, subject.toString('hex')],
    )
    await database.upkeep.query(
      `INSERT INTO disclosed_chunk (code, chunk, event_id, rows, subjects, mask_rules, account)
       VALUES ($1, 0, $2, 1, $3, 1, $4)`,
      [code, eventId, subject, officer],
    )
    const ids = [randomUUID(), randomUUID()] as const
    for (const [i, kind] of (['approval', 'emergency'] as const).entries())
      await addRequest(database.upkeep, ids[i] ?? '', kind, agency)
    await database.upkeep.query(
      `INSERT INTO gate_review (request, account, agency, due_at) VALUES ($1, $2, $3, now() + interval '1 day')`,
      [ids[1], officer, agency],
    )
    await database.upkeep.query(
      `INSERT INTO gate_notice (id, to_account, kind, about, at) VALUES (gen_random_uuid(), $1, 'reported', $2, now())`,
      [`${prefixOf(agency)}supervisor`, text],
    )
    await database.upkeep.query('INSERT INTO canary VALUES ($1, now(), $2, $3, $4)', [subject, officer, text, agency])
    const [session] = await database.upkeep.query<{ id: string }>(
      `INSERT INTO session (token_hash, account, csrf_token, started_at, last_seen_at, place)
       VALUES ($1, $2, '', now(), now(), $3) RETURNING id`,
      [subject, officer, text],
    )
    if (agency !== 'police') continue
    const [request, review] = ids
    Object.assign(foreign, {
      event: eventId,
      request,
      review,
      code,
      canary: subject.toString('hex'),
      session: session?.id,
    })
  }
  return foreign
}

async function addRequest(
  database: Queryable,
  id: string,
  kind: 'approval' | 'emergency',
  agency: string,
): Promise<void> {
  const [officer, text] = [`${prefixOf(agency)}officer`, agency === 'police' ? MARK : agency]
  await database.query(
    `INSERT INTO gate_request (id, kind, state, account, person_name, unit, post, agency, query, version, act, purpose,
       case_number, subject_token, mask_level, row_cap, binding, template, reasons, justification, policy_version, asked_at,
       expires_at, usable_until, uses_left)
     VALUES ($1, $2, $3, $4, $5, $5, $5, $6, 'police-person', 1, 'query', $5, $5, $5, 'full', 1, '\\x00', 'supervisor', '{}',
       $5, '', now(), now() + interval '1 day', now() + interval '1 day', 1)`,
    [id, kind, kind === 'approval' ? 'pending' : 'approved', officer, text, agency],
  )
}
