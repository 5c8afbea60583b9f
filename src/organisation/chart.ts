import { formatIsoDay, taipeiDay } from '../base/roc-date.ts'
import type { Queryable } from '../database/database.ts'
import type { OfficePerson } from '../gate/port.ts'
import type { RoleName } from '../wire/session.ts'

/** Somebody above an official: how far, and who stands in for him today. */
export interface Superior extends OfficePerson {
  readonly role: 'supervisor' | 'head'
  /** -1 his direct superior by name · 0 his own unit's · 1 that of the unit above … · HEAD_LEVEL the head */
  readonly level: number
  readonly deputy: OfficePerson | undefined
}

const HEAD_LEVEL = 1000
const MAX_DEPTH = 20
const MAX_SUPERIORS = 200

interface SuperiorRow extends Record<string, unknown> {
  readonly account: string
  readonly name: string
  readonly unit: string
  readonly post: string
  readonly agency: string
  readonly role: 'supervisor' | 'head'
  readonly level: number
  readonly deputyAccount: string | null
  readonly deputyName: string
  readonly deputyUnit: string
  readonly deputyPost: string
}

// A supervisor's equal in his own unit is not above him, and a head has nobody above him in his agency.
const SUPERIORS = `WITH RECURSIVE asker AS (SELECT * FROM term WHERE account = $1 AND until IS NULL),
chain AS (
  SELECT u.code, u.parent, 0 AS level FROM unit u JOIN asker a ON u.agency = a.agency AND u.code = a.unit_code
   WHERE u.until IS NULL
  UNION ALL
  SELECT u.code, u.parent, c.level + 1 FROM chain c CROSS JOIN asker a JOIN unit u ON u.agency = a.agency AND u.code = c.parent
   WHERE u.until IS NULL AND c.level < ${MAX_DEPTH}),
superior AS (
  SELECT t.*, -1 AS level FROM asker a JOIN term t ON t.agency = a.agency AND t.person = a.manager
   WHERE a.role <> 'head' AND a.manager <> '' AND t.until IS NULL AND t.role IN ('supervisor', 'head')
  UNION ALL
  SELECT t.*, c.level FROM asker a CROSS JOIN chain c JOIN term t ON t.agency = a.agency AND t.unit_code = c.code
   WHERE a.role <> 'head' AND t.until IS NULL AND t.role = 'supervisor' AND NOT (a.role = 'supervisor' AND c.level = 0)
  UNION ALL
  SELECT t.*, ${HEAD_LEVEL} FROM asker a JOIN term t ON t.agency = a.agency
   WHERE a.role <> 'head' AND t.until IS NULL AND t.role = 'head')
SELECT s.account, s.name, s.unit, s.title AS post, s.agency, s.role, min(s.level)::int AS level,
  d.account AS "deputyAccount", coalesce(d.name, '') AS "deputyName", coalesce(d.unit, '') AS "deputyUnit",
  coalesce(d.title, '') AS "deputyPost"
FROM superior s LEFT JOIN term d ON d.agency = s.agency AND d.person = s.deputy AND d.until IS NULL
  AND s.deputy_from <= $2::date AND coalesce(s.deputy_until, 'infinity') >= $2::date
WHERE s.account <> $1
GROUP BY s.account, s.name, s.unit, s.title, s.agency, s.role, d.account, d.name, d.unit, d.title
ORDER BY level, s.account LIMIT ${MAX_SUPERIORS}`

/** Everybody above an official by the chart in force, the nearest first. Empty where no personnel file names him. */
export async function superiorsOf(database: Queryable, account: string, now: Date): Promise<readonly Superior[]> {
  const rows = await database.query<SuperiorRow>(SUPERIORS, [account, dayOf(now)], 'superiors')
  return rows.map(({ deputyAccount, deputyName, deputyUnit, deputyPost, ...row }) => ({
    ...row,
    deputy:
      deputyAccount === null
        ? undefined
        : { account: deputyAccount, name: deputyName, unit: deputyUnit, post: deputyPost, agency: row.agency },
  }))
}

export const dayOf = (now: Date): string => formatIsoDay(taipeiDay(now))

/** Whom a person stands in for today, with what they handle. */
export interface Principal {
  readonly account: string
  readonly unit: string
  readonly title: string
  readonly role: RoleName
  readonly portfolio: readonly string[]
}

export function principalsOf(database: Queryable, account: string, now: Date): Promise<readonly Principal[]> {
  return database.query<Principal & Record<string, unknown>>(
    `SELECT p.account, p.unit, p.title, p.role, p.portfolio FROM term d JOIN term p ON p.agency = d.agency AND p.deputy = d.person
     WHERE d.account = $1 AND d.until IS NULL AND p.until IS NULL
       AND p.deputy_from <= $2::date AND coalesce(p.deputy_until, 'infinity') >= $2::date ORDER BY p.account LIMIT 20`,
    [account, dayOf(now)],
    'principals',
  )
}

/** What the organisation gives an official to handle in his own post; undefined where no personnel file names him. */
export async function portfolioOf(database: Queryable, account: string): Promise<readonly string[] | undefined> {
  const [row] = await database.query<{ portfolio: string[] }>(
    'SELECT portfolio FROM term WHERE account = $1 AND until IS NULL',
    [account],
    'portfolio',
  )
  return row?.portfolio
}
