import type { Database } from '../database/database.ts'
import type { Reconcile } from '../reconcile/port.ts'
import type { DemoWalk } from '../wire/demo.ts'
import { verdictListQuery } from '../wire/verdict.ts'

type Step = DemoWalk['steps'][number]

const FALSE_CLAIM = '巡邏盤查可疑女子'
const REUSED_RULE = 'case-reused'
const MOST_ROWS = 100

/** The walk through the guide's cases, each step done when the ledger has the act. Nothing is stored besides. */
export async function demoWalk(database: Database, reconcile: Reconcile): Promise<DemoWalk> {
  const [claims, reused] = await Promise.all([
    accessesOf(reconcile, { text: FALSE_CLAIM, verdict: 'contradicted' }),
    accessesOf(reconcile, { rule: REUSED_RULE }),
  ])
  const does = (kinds: readonly string[], actor: string) => wasDone(database, kinds, actor)
  const [refused, shown, traced, revealed, asked, approved, claimSeen, reusedSeen, opened] = await Promise.all([
    does(['gate-refused'], 'officer'),
    does(['disclosure-opened'], 'officer'),
    does(['trace'], 'ethics'),
    does(['reveal'], 'ethics'),
    does(['request-made'], 'land'),
    does(['request-approved'], 'registrar'),
    wasSeen(database, claims),
    wasSeen(database, reused),
    wasOpened(database),
  ])
  const claim = claims[0]
  return {
    steps: [
      step('refused', 'officer', '/queries', refused),
      step('shown', 'officer', '/queries', shown),
      step('traced', 'ethics', '/trace', traced),
      step('contradiction', 'ethics', claim ? `/accesses/${claim}` : '/verdicts?verdict=contradicted', claimSeen),
      step('revealed', 'ethics', claim ? `/accesses/${claim}` : '/verdicts', revealed),
      step('asked', 'land', '/queries', asked),
      step('approved', 'registrar', '/approvals', approved),
      step('reused', 'ethics', `/verdicts?rule=${REUSED_RULE}`, reusedSeen),
      step('opened', 'auditor', '/ledger', opened),
    ],
  }
}

const step = (id: Step['id'], account: string, href: string, isDone: boolean): Step => ({ id, account, href, isDone })

async function accessesOf(reconcile: Reconcile, filter: { text?: string; verdict?: string; rule?: string }) {
  const { rows } = await reconcile.listVerdicts(verdictListQuery.parse({ ...filter, limit: MOST_ROWS }))
  return rows.map(({ accessId }) => accessId)
}

async function wasDone(database: Database, kinds: readonly string[], actor: string): Promise<boolean> {
  const rows = await database.query('SELECT 1 FROM event WHERE event.actor = $1 AND event.kind = ANY($2) LIMIT 1', [
    actor,
    kinds,
  ])
  return rows.length > 0
}

async function wasSeen(database: Database, accesses: readonly string[]): Promise<boolean> {
  const rows = await database.query(
    "SELECT 1 FROM event WHERE event.kind = 'look' AND event.subject_ref = ANY($1) LIMIT 1",
    [accesses.map((id) => `access:${id}`)],
  )
  return rows.length > 0
}

// Any entry opened by the auditor: its proof is drawn beside it.
async function wasOpened(database: Database): Promise<boolean> {
  const rows = await database.query(
    "SELECT 1 FROM event WHERE event.actor = 'auditor' AND event.kind = 'look' AND event.subject_ref LIKE 'event:%' LIMIT 1",
  )
  return rows.length > 0
}
