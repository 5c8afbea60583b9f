import type { DoctorFinding } from './connector.ts'

interface Examined {
  query(sql: string, binds?: unknown[]): Promise<[unknown, unknown]>
}

// The only grants a gate's login may hold. Everything else, known or not, is a finding.
const NOTHING = /^GRANT USAGE ON \*\.\* TO /
const READS = /^GRANT SELECT(?: \([^)]*\))?(?:, SHOW VIEW)? ON (?!\*\.\*)\S+ TO \S+$/

/** What this login may do beyond reading views. Empty: fit for the gate. */
export async function examineMariadbLogin(client: Examined, database: string): Promise<readonly DoctorFinding[]> {
  const grants = (await rowsOf(client, 'SHOW GRANTS')).map(([text]) => text ?? '')
  const findings = grants.flatMap((grant) => findingOf(grant))
  const tables = await rowsOf(
    client,
    `SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) FROM information_schema.TABLES
     WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema') LIMIT 5`,
  )
  for (const [name] of tables) findings.push({ code: 'reads-tables', detail: name ?? database })
  const [[limit] = []] = await rowsOf(client, 'SELECT @@max_statement_time')
  if (Number(limit ?? 0) === 0) findings.push({ code: 'no-timeout', detail: 'max_statement_time' })
  return findings
}

function findingOf(grant: string): DoctorFinding[] {
  const plain = grant.replace(/ IDENTIFIED (BY|VIA) .*$/, '')
  if (NOTHING.test(plain))
    return / WITH .*GRANT OPTION/.test(plain) ? [{ code: 'superuser', detail: 'GRANT OPTION' }] : []
  if (READS.test(plain)) return []
  const what = /^GRANT (.*?) ON /.exec(plain)?.[1] ?? ''
  if (/\bALL PRIVILEGES\b|\bSUPER\b|\bGRANT OPTION\b/.test(plain)) return [{ code: 'superuser', detail: what }]
  if (/\bFILE\b/.test(what)) return [{ code: 'file-privilege', detail: what }]
  if (/\b(CREATE|ALTER|DROP|INDEX)\b/.test(what)) return [{ code: 'can-create', detail: what }]
  if (/\b(INSERT|UPDATE|DELETE|TRIGGER|EVENT|REFERENCES)\b/.test(what)) return [{ code: 'can-write', detail: what }]
  if (/\bEXECUTE\b/.test(what)) return [{ code: 'dangerous-function', detail: what }]
  return [{ code: 'unreadable-grant', detail: what || 'role' }]
}

async function rowsOf(client: Examined, sql: string): Promise<readonly (readonly (string | null)[])[]> {
  const [rows] = await client.query(sql)
  return rows as readonly (readonly (string | null)[])[]
}
