import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixedClock } from '../../src/base/clock.ts'
import { ok } from '../../src/base/result.ts'
import { asInstallation } from '../../src/base/tenant.ts'
import {
  accountAddKind,
  accountEndKind,
  type Changes,
  callingSystemKind,
  createChanges,
  roleKind,
  staffKind,
  staffProposals,
} from '../../src/changes/port.ts'
import type { Queryable } from '../../src/database/database.ts'
import { createOrganisation } from '../../src/organisation/create-organisation.ts'
import { temporaryDatabase } from '../engines.ts'

export const HEADER = '員工編號,帳號,姓名,單位代碼,單位,上級單位代碼,職稱,角色,代理人,代理起日,代理迄日,業管範圍'

/** A small land office: a head, two sections, a group below the first. */
export const ROWS = [
  '1,boss,陳主任,00,主任室,,主任,首長,,,,',
  '10,chief,王課長,A,登記課,00,課長,主管,11,115/11/20,115/11/30,',
  '11,clerk,李課員,A1,收件股,A,課員,承辦,,,,company:12345675;parcel:雲山段-0012',
  '12,other,張課員,A1,收件股,A,課員,承辦,,,,',
  '20,mapper,周課長,B,測量課,00,課長,主管,,,,',
] as const

/** The head's account: his role was given by two persons, not by a file. */
export const addHead = (database: { readonly upkeep: Queryable }): Promise<unknown> =>
  database.upkeep.query(
    `INSERT INTO account (account, name, unit, title, role, agency, password_hash)
     VALUES ('boss', '陳主任', '主任室', '主任', 'head', 'land', '')`,
  )

export const NOON = new Date('2026-11-26T04:00:00Z')
export const personnel = { account: 'personnel', post: '人事室 科員' }

/** A real database and the means to read files as a personnel office sends them. */
export async function temporaryOffice() {
  const database = await temporaryDatabase()
  await addHead(database)
  const folder = await mkdtemp(join(tmpdir(), 'shoumi-staff-'))
  const clock = fixedClock(NOON)
  const organisation = createOrganisation({
    proposals: staffProposals(() => changes),
    database,
    clock,
    pseudonym: (id) => Buffer.from(id).toString('hex').padEnd(32, '0'),
    // What becomes evidence is tested with a store in posts.test.ts.
    stateRecords: async () => undefined,
    log: () => undefined,
  })
  const changes: Changes = createChanges({
    database,
    clock,
    kinds: {
      staff: staffKind(database, organisation),
      role: roleKind(database),
      'calling-system': callingSystemKind(database),
      'account-add': accountAddKind(database),
      'account-end': accountEndKind(database),
      // Not of this office.
    } as Parameters<typeof createChanges>[0]['kinds'],
  })
  /** The second person's word on everything that waits; returns what came of it. */
  const agree = (account = 'county-ethics') => asInstallation(() => agreeAs(account))
  const agreeAs = async (account: string) => {
    const by = { account, post: '政風處 科員' }
    const prove = async () => ok({ evidence: {} })
    const open = (await changes.list(account)).filter(({ state }) => state === 'open').toReversed()
    const done = []
    for (const { changeId } of open)
      done.push(await changes.decide(changeId, by, { verdict: 'approve', reason: '', prove }))
    return done
  }
  const write = async (name: string, content: string | Buffer) => {
    const filePath = join(folder, name)
    await writeFile(filePath, content)
    return { filePath, fileName: name, agency: 'land', asOf: undefined as string | undefined }
  }
  const file = (rows: readonly string[] = ROWS, header = HEADER) =>
    write('staff.csv', `${[header, ...rows].join('\n')}\n`)
  /** Looks and applies what was looked at. */
  const bring = async (rows: readonly string[] = ROWS, asOf?: string) => {
    const ask = { ...(await file(rows)), asOf }
    const look = await organisation.look(ask, personnel)
    if (!look.ok) throw new Error(look.error.en)
    if (look.value.faults.length > 0) throw new Error(JSON.stringify(look.value.faults))
    return organisation.apply({ ...ask, digest: look.value.plan.digest }, personnel)
  }
  const close = async () => {
    await database.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { database, clock, organisation, changes, agree, write, file, bring, close }
}
