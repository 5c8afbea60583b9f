import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FILTERED_TABLES } from '../src/analytics/tenant-filters.ts'
import { asInstallation, inScope, keepingScope } from '../src/base/tenant.ts'
import { openDatabase } from '../src/database/open.ts'
import { temporaryAnalytics, temporaryDatabase } from './engines.ts'

/** Tables a request may touch without a policy, and why: no row of them belongs to an agency. */
const WITHOUT_POLICY: Readonly<Record<string, readonly string[]>> = {
  // what is installed: names of sample accounts, whether sample data is loaded
  setting: ['SELECT'],
  // every recorded event passes; the rows are the public leaves of the log
  ledger_queue: ['INSERT'],
}
/** Tables that hold an agency's or a person's rows: told by their columns. */
const TELLING_COLUMNS = ['agency', 'account', 'to_account', 'actor', 'request', 'system', 'code']

let database: Awaited<ReturnType<typeof temporaryDatabase>>
let analytics: Awaited<ReturnType<typeof temporaryAnalytics>>
beforeAll(async () => {
  database = await temporaryDatabase()
  analytics = await temporaryAnalytics()
})
afterAll(async () => {
  await analytics.close()
  await database.close()
})

interface Table {
  name: string
  hasRowSecurity: boolean
  isForced: boolean
  policies: number
  grants: string[]
  columns: string[]
}

const tables = () =>
  database.query<Table & Record<string, unknown>>(
    `SELECT c.relname AS name, c.relrowsecurity AS "hasRowSecurity", c.relforcerowsecurity AS "isForced",
       (SELECT count(*)::int FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
       (SELECT coalesce(array_agg(DISTINCT g.privilege_type ORDER BY g.privilege_type), '{}')::text[]
          FROM information_schema.role_table_grants g
          WHERE g.grantee = 'shoumi_request' AND g.table_name = c.relname) AS grants,
       (SELECT array_agg(a.attname)::text[] FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0) AS columns
     FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
       AND NOT c.relispartition ORDER BY c.relname`,
  )

describe('PostgreSQL', () => {
  test('lets a request touch a table only under a policy that binds its owner too', async () => {
    const open = (await tables()).filter(
      ({ name, grants, hasRowSecurity, isForced, policies }) =>
        grants.length > 0 &&
        !(hasRowSecurity && isForced && policies > 0) &&
        JSON.stringify(grants) !== JSON.stringify(WITHOUT_POLICY[name]),
    )
    expect(open.map(({ name }) => name)).toEqual([])
  })

  test('has a policy on every table whose columns tell that its rows are somebody’s, or keeps requests out', async () => {
    const telling = (await tables()).filter(({ columns }) => TELLING_COLUMNS.some((name) => columns.includes(name)))
    expect(telling.length).toBeGreaterThan(20)
    expect(telling.filter(({ policies, grants }) => policies === 0 && grants.length > 0)).toEqual([])
  })

  test('works for requests in a role that owns nothing and can step around nothing', async () => {
    const [role] = await database.query(
      `SELECT rolsuper, rolbypassrls, rolcanlogin, rolcreaterole,
         (SELECT count(*)::int FROM pg_class WHERE relowner = pg_roles.oid) AS owns
       FROM pg_roles WHERE rolname = 'shoumi_request'`,
    )
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcanlogin: false, rolcreaterole: false, owns: 0 })
  })

  test('shows nothing to a connection that was not told for whom it works', async () => {
    await database.upkeep.query("INSERT INTO agency VALUES ('north', '北', false), ('south', '南', false)")
    const seen = await database.upkeep.transaction(async (tx) => {
      await tx.query('SET LOCAL ROLE shoumi_request')
      await tx.query("SELECT set_config('shoumi.agencies', '', true)")
      return tx.query('SELECT agency FROM agency')
    })
    expect(seen).toEqual([])
  })

  test('refuses work outside any scope, and shows each scope its own on the same connections', async () => {
    const closed = await openDatabase({ url: database.url })
    const names = () => closed.query<{ agency: string }>('SELECT agency FROM agency ORDER BY agency')
    await expect(names()).rejects.toThrow('for whom')
    const of = (agencies: readonly string[] | 'all') =>
      inScope({ kind: 'served', agencies, home: '', account: '' }, async () => (await names()).map((row) => row.agency))
    for (let i = 0; i < 3; i++) {
      expect(await of(['north'])).toEqual(['north'])
      expect(await of(['south'])).toEqual(['south'])
      expect(await of([])).toEqual([])
      expect(await of('all')).toEqual(['north', 'south'])
      expect((await asInstallation(names)).length).toBe(2)
    }
    const crowd = await Promise.all(
      Array.from({ length: 60 }, (_, i) => of(i % 3 === 0 ? ['north'] : i % 3 === 1 ? ['south'] : [])),
    )
    expect(crowd.filter((seen, i) => seen.join() !== ['north', 'south', ''][i % 3])).toEqual([])
    await closed.close()
  })

  test('refuses a row of an agency one does not serve, and a change that would move one there', async () => {
    const scope = { kind: 'served', agencies: ['north'], home: 'north', account: '' } as const
    const write = (sql: string) => inScope(scope, () => database.upkeep.query(sql))
    await expect(write("INSERT INTO source_system VALUES ('x', 'south', 'x', false)")).rejects.toThrow('row-level')
    await write("INSERT INTO source_system VALUES ('x', 'north', 'x', false)")
    await expect(write("UPDATE source_system SET agency = 'south' WHERE system = 'x'")).rejects.toThrow('row-level')
    for (const sql of ['SELECT * FROM reconcile_dirty', 'SELECT * FROM oidc_attempt', 'SELECT * FROM ledger_batch'])
      await expect(write(sql)).rejects.toThrow('permission denied')
  })

  test('refuses a scope whose agency is no code: it reaches ClickHouse as text', () => {
    expect(() => inScope({ kind: 'served', agencies: ["a') OR ('1"], home: '', account: '' }, () => 1)).toThrow('code')
  })
})

describe('ClickHouse', () => {
  const as = <T>(agencies: readonly string[] | 'all', work: () => Promise<T>) =>
    inScope({ kind: 'served', agencies, home: '', account: '' }, work)

  test('filters every table there is', async () => {
    const names = await analytics.rows<{ name: string }>(
      'SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name',
    )
    expect(names.map(({ name }) => name)).toEqual([...FILTERED_TABLES].sort())
  })

  test('filters behind another name, in joins, in subqueries and while rows stream', async () => {
    for (const agency of ['north', 'south', 'south'])
      await analytics.command(
        `INSERT INTO access (access_id, agency, at) SELECT randomFixedString(16), '${agency}', now64(3)`,
      )
    const counts = [
      'SELECT count() AS n FROM access',
      'SELECT count() AS n FROM access AS verdict_current',
      'SELECT count() AS n FROM (SELECT agency FROM access WHERE 1 UNION ALL SELECT agency FROM access WHERE 0)',
      'SELECT uniqExact(a.access_id) AS n FROM access AS a JOIN access AS b ON a.agency = b.agency',
      'SELECT countIf(x IN (SELECT access_id FROM access)) AS n FROM (SELECT access_id AS x FROM access)',
      'WITH seen AS (SELECT * FROM access) SELECT count() AS n FROM seen',
      'SELECT (SELECT count() FROM access) AS n',
    ]
    for (const sql of counts) {
      const n = async () => Number((await analytics.rows<{ n: string }>(sql))[0]?.n)
      expect({
        sql,
        seen: [await as(['north'], n), await as(['south'], n), await as([], n), await as('all', n)],
      }).toEqual({ sql, seen: [1, 2, 0, 3] })
    }
    const rows = await as(['south'], async () =>
      keepingScope(analytics.stream<{ agency: string }>('SELECT agency FROM access')),
    )
    const streamed: string[] = []
    for await (const { agency } of rows) streamed.push(agency)
    expect(streamed).toEqual(['south', 'south'])
  })

  test('lets nobody write who serves agencies: that is the installation’s work', async () => {
    await expect(as('all', () => analytics.command('TRUNCATE TABLE access'))).rejects.toThrow('installation')
    await expect(as(['north'], () => analytics.insert('access', [{}]))).rejects.toThrow('installation')
  })
})
