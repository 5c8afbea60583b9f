import { randomInt } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { type Database, recorded, unchanged } from '../database/database.ts'
import { recordEvents } from '../ledger/port.ts'
import type { RoleName } from '../wire/session.ts'
import { accountEvent } from './account-event.ts'
import { hashPassword } from './password.ts'

export interface DemoAccount {
  readonly account: string
  readonly name: string
  readonly unit: string
  readonly title: string
  readonly role: RoleName
  /** the agency he serves; '' for the county's own offices */
  readonly agency: string
  readonly password: string
}

const SETTING = 'demo-accounts'
// Read aloud and typed without mistakes: no 0/o, 1/l/i.
const PASSWORD_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
const PASSWORD_LENGTH = 10

const PEOPLE: readonly Omit<DemoAccount, 'password'>[] = [
  { account: 'ethics', name: '林政風', unit: '政風處', title: '科員（稽核）', role: 'ethics', agency: '' },
  { account: 'auditor', name: '蔡稽核', unit: '主計處', title: '稽核員', role: 'auditor', agency: '' },
  { account: 'head', name: '陳縣長', unit: '縣長室', title: '縣長', role: 'head', agency: '' },
  {
    account: 'outside',
    name: '方審計',
    unit: '審計處',
    title: '外部稽核員',
    role: 'outside-auditor',
    agency: '',
  },
  { account: 'it', name: '黃資訊', unit: '資訊處', title: '系統管理師', role: 'it', agency: '' },
  {
    account: 'officer',
    name: '李承辦',
    unit: '健康保險局承保科',
    title: '辦事員',
    role: 'officer',
    agency: 'insurance',
  },
  {
    account: 'chief',
    name: '王科長',
    unit: '健康保險局承保科',
    title: '科長',
    role: 'supervisor',
    agency: 'insurance',
  },
  { account: 'police', name: '張員警', unit: '警察局第二分局', title: '偵查佐', role: 'officer', agency: 'police' },
  {
    account: 'patrol',
    name: '吳員警',
    unit: '警察局第二分局',
    title: '警員（輪休）',
    role: 'officer',
    agency: 'police',
  },
  {
    account: 'captain',
    name: '許隊長',
    unit: '警察局第二分局',
    title: '偵查隊長',
    role: 'supervisor',
    agency: 'police',
  },
  { account: 'land', name: '趙地政', unit: '雲山地政事務所', title: '課員', role: 'officer', agency: 'land' },
  {
    account: 'registrar',
    name: '周課長',
    unit: '雲山地政事務所',
    title: '登記課長',
    role: 'supervisor',
    agency: 'land',
  },
]

/** Makes the demo sign-ins, each with a password drawn for this installation alone. Does nothing when they exist. */
export async function createDemoAccounts({ database, clock }: { database: Database; clock: Clock }): Promise<void> {
  if ((await listDemoAccounts(database)).length > 0) return
  const accounts = PEOPLE.map((person) => ({ ...person, password: drawPassword() }))
  const hashes = await Promise.all(accounts.map((demo) => hashPassword(demo.password)))
  await database.transaction(async (tx) => {
    for (const [i, demo] of accounts.entries()) {
      await tx.query(
        `INSERT INTO account (account, name, unit, title, role, agency, password_hash, is_demo)
         VALUES ($1, $2, $3, $4, $5, $6, $7, true)`,
        [demo.account, demo.name, demo.unit, demo.title, demo.role, demo.agency, hashes[i]],
      )
    }
    await tx.query('INSERT INTO setting VALUES ($1, $2)', [SETTING, JSON.stringify(accounts)])
    const doer = { account: 'sample', post: '示範資料' }
    const [receipt] = await recordEvents(
      tx,
      PEOPLE.map(({ account, role, agency }) => ({
        ...accountEvent(doer, clock.now(), account),
        kind: 'account-added' as const,
        detail: { role, agency },
      })),
    )
    return receipt ? recorded(receipt, undefined) : unchanged(undefined)
  })
}

/** The demo sign-ins with their passwords: shown on the sign-in page, since they guard nothing but sample data. */
export async function listDemoAccounts(database: Database): Promise<readonly DemoAccount[]> {
  const [row] = await database.query<{ value: DemoAccount[] }>('SELECT value FROM setting WHERE name = $1', [SETTING])
  return row?.value ?? []
}

function drawPassword(): string {
  return Array.from({ length: PASSWORD_LENGTH }, () => PASSWORD_ALPHABET[randomInt(PASSWORD_ALPHABET.length)]).join('')
}
