import type { Analytics } from '../analytics/analytics.ts'
import type { Clock } from '../base/clock.ts'
import { asInstallation } from '../base/tenant.ts'
import type { Database } from '../database/database.ts'
import { recordAct } from '../ledger/port.ts'

export interface HouseholdDeps {
  readonly database: Database
  readonly analytics: Analytics
  readonly clock: Clock
}

interface Official extends Record<string, unknown> {
  readonly account: string
  readonly subject: string
  /** as evidence writes officials: `agency:NUMBER` */
  readonly officer: string
  readonly post: string
}

/**
 * Whether two officials are kin or live together: one question about one pair, asked when the one is to decide on the other,
 * and recorded before it is answered. Relatives are never listed. False where nothing is known of either: what is not
 * recorded is no conflict, and the person has to declare it himself.
 */
export async function shareHousehold(deps: HouseholdDeps, judge: string, account: string): Promise<boolean> {
  const officials = await deps.database.query<Official>(
    `SELECT account, subject, agency || ':' || person AS officer, unit || ' ' || title AS post FROM term
     WHERE account = ANY($1) AND until IS NULL`,
    [[judge, account]],
  )
  const [one, other] = [judge, account].map((each) => officials.find((official) => official.account === each))
  if (!one || !other) return false
  await recordAct(deps.database, {
    ...{ kind: 'household-asked', at: deps.clock.now(), actor: judge, actorPost: one.post },
    ...{ subjectRef: account, reason: '', detail: { why: 'conflict-of-interest' } },
  })
  // Who is kin to whom another agency's records tell: the answer leaves here, none of them does.
  return asInstallation(async () => {
    const [a, b] = [await subjectOf(deps.analytics, one), await subjectOf(deps.analytics, other)]
    return a !== '' && b !== '' && areRelated(deps, a, b)
  })
}

/** His own pseudonym: as his personnel file says, or as the evidence of posts does. */
async function subjectOf(analytics: Analytics, { subject, officer }: Official): Promise<string> {
  if (subject !== '') return subject
  const [row] = await analytics.rows<{ person: string }>(
    `SELECT lower(hex(person)) AS person FROM evidence_post
     WHERE officer = {officer:String} AND person != toFixedString('', 16) ORDER BY known_at DESC LIMIT 1`,
    { params: { officer } },
  )
  return row?.person ?? ''
}

// Kin once is kin for this purpose, former spouses included (行政程序法 §32); a household and an address are those of now.
async function areRelated({ analytics, clock }: HouseholdDeps, a: string, b: string): Promise<boolean> {
  const now = clock.now().toISOString().replace('T', ' ').replace('Z', '')
  const [row] = await analytics.rows<{ n: string }>(
    `SELECT
       (SELECT count() FROM evidence_kinship
        WHERE ((subject = unhex({a:String}) AND other = unhex({b:String}))
            OR (subject = unhex({b:String}) AND other = unhex({a:String})))
          AND valid_from <= {now:DateTime64(3, 'UTC')}
          AND (relation != 'household' OR valid_to > {now:DateTime64(3, 'UTC')}))
       + (SELECT count() FROM evidence_address AS x INNER JOIN evidence_address AS y ON x.address = y.address
          WHERE x.subject = unhex({a:String}) AND y.subject = unhex({b:String})
            AND x.address != toFixedString('', 16)
            AND x.valid_from <= {now:DateTime64(3, 'UTC')} AND x.valid_to > {now:DateTime64(3, 'UTC')}
            AND y.valid_from <= {now:DateTime64(3, 'UTC')} AND y.valid_to > {now:DateTime64(3, 'UTC')}) AS n`,
    { params: { a, b, now } },
  )
  return row !== undefined && row.n !== '0'
}
