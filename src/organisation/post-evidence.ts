import { asInstallation } from '../base/tenant.ts'
import type { Database } from '../database/database.ts'
import type { Statement } from '../evidence/port.ts'

export interface PostEvidenceDeps {
  readonly database: Database
  /** evidence's way in; a record it returns tells how the import ended */
  readonly stateRecords: (statement: Statement) => Promise<{ readonly state: string } | undefined>
  readonly log: (line: string) => void
}

/** Keeps the evidence of posts in step with the terms of office. */
export interface PostEvidence {
  /** Terms of the agency were changed by a commit since then. Returns at once; what came together is stated together. */
  changed(agency: string, since: Date): void
  /** States every term there is, as at a start: what a killed program left out, or a rebuilt store has lost. */
  stateAll(): Promise<void>
  /** Waits until all that was changed is stated. */
  settle(): Promise<void>
}

// A directory tells of one person at a time, a thousand in a minute: one import for each would be a thousand files.
const TOGETHER_MS = 2000
const BY = { account: 'system', post: '人員與職務' }
const EVER = new Date(0)

/** Reconciliation reads posts from evidence alone; so that every term of office is one, they are stated to it. */
export function createPostEvidence(deps: PostEvidenceDeps): PostEvidence {
  const pending = new Map<string, Date>()
  let work = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  const note = (agency: string, since: Date) => {
    const known = pending.get(agency)
    pending.set(agency, known && known < since ? known : since)
  }
  const flush = async () => {
    clearTimeout(timer)
    timer = undefined
    const agencies = [...pending]
    pending.clear()
    for (const [agency, since] of agencies) {
      const isStated = await statePosts(deps, agency, since).catch(() => false)
      if (isStated) continue
      // Kept for the next change; a start states everything anyway.
      note(agency, since)
      deps.log(`organisation: posts of ${agency} did not become evidence; tried again with the next change or start`)
    }
  }
  const settle = () => {
    work = work.then(() => asInstallation(flush))
    return work
  }
  return {
    changed: (agency, since) => {
      note(agency, since)
      timer ??= setTimeout(() => void settle(), TOGETHER_MS)
    },
    stateAll: async () => {
      for (const agency of await staffed(deps.database)) note(agency, EVER)
      await settle()
    },
    settle,
  }
}

function staffed(database: Database): Promise<readonly string[]> {
  return asInstallation(async () => {
    const rows = await database.query<{ agency: string }>('SELECT DISTINCT agency FROM term ORDER BY agency')
    return rows.map(({ agency }) => agency)
  })
}

interface PostRow extends Record<string, string> {
  readonly officer: string
  readonly unit: string
  readonly title: string
  readonly duty: string
  readonly supervisor: string
  readonly person: string
  readonly valid_from: string
  readonly valid_to: string
  readonly recorded_at: string
}

async function statePosts(deps: PostEvidenceDeps, agency: string, since: Date): Promise<boolean> {
  const posts = { kind: 'post', rows: await readPosts(deps.database, agency, since) } as const
  const deputies = { kind: 'deputy', rows: await readDeputies(deps.database, agency, since) } as const
  let isStated = true
  for (const { kind, rows } of [posts, deputies]) {
    const done = await deps.stateRecords({ kind, agency, rows, startedBy: BY })
    isStated &&= done === undefined || done.state === 'done'
  }
  return isStated
}

// Who acts for whom, from the first named day to the last, as long as the term that names him is in force. One that was taken
// back before it began is stated as one that ended as it began: what was stated before must be answered.
function readDeputies(
  database: Database,
  agency: string,
  since: Date,
): Promise<readonly Readonly<Record<string, string>>[]> {
  const iso = (instant: string) => `to_char((${instant}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  const day = (column: string) => `${column}::timestamp AT TIME ZONE 'Asia/Taipei'`
  return database.query(
    `SELECT deputy AS officer, person AS absent, ${iso('begins')} AS valid_from, coalesce(${iso('ends')}, '') AS valid_to,
       ${iso('coalesce(closed_at, recorded_at)')} AS recorded_at
     FROM (SELECT *, greatest(${day('deputy_from')}, since) AS begins,
             CASE WHEN deputy_until IS NOT NULL OR until IS NOT NULL
               THEN greatest(least(${day('(deputy_until + 1)')}, until), greatest(${day('deputy_from')}, since)) END AS ends
           FROM term WHERE agency = $1 AND deputy <> '' AND deputy_from IS NOT NULL
             AND greatest(recorded_at, closed_at) >= $2) AS named
     ORDER BY absent, valid_from, officer`,
    [agency, since],
  )
}

// Of terms that began at one instant the last corrects the others. A term without a unit says nothing that could be compared.
// When it was recorded is part of what a row is: what was said, taken back and said again is stated again, as known last.
function readPosts(database: Database, agency: string, since: Date): Promise<readonly PostRow[]> {
  const iso = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  return database.query<PostRow>(
    `SELECT person AS officer, unit, title, duty, manager AS supervisor, subject AS person,
       ${iso('since')} AS valid_from, coalesce(${iso('until')}, '') AS valid_to,
       ${iso('coalesce(closed_at, recorded_at)')} AS recorded_at
     FROM (SELECT DISTINCT ON (person, since) * FROM term WHERE agency = $1 AND greatest(recorded_at, closed_at) >= $2
           ORDER BY person, since, term_id DESC) AS last
     WHERE unit <> '' ORDER BY officer, valid_from`,
    [agency, since],
  )
}
