import { randomBytes } from 'node:crypto'
import pg from 'pg'
import Cursor from 'pg-cursor'
import { systemClock } from '../src/base/clock.ts'
import { ok } from '../src/base/result.ts'
import { inScope } from '../src/base/tenant.ts'
import { makeAgencyDatabase, urlOf } from '../src/gate/agency-database.ts'
import { resolveQuery } from '../src/gate/catalogue.ts'
import type { DecisionRequest } from '../src/gate/decision.ts'
import { type DiscloseDeps, discloseQuery } from '../src/gate/disclose.ts'
import { permit, queryFile, requestFor } from '../src/gate/gate-test.fixture.ts'
import { postgresConnector } from '../src/gate/postgres-connector.ts'
import { registerQuery } from '../src/gate/register-query.ts'
import { subjectTokens } from '../src/gate/subject-token.ts'
import { readDataSets } from '../src/registry/port.ts'
import { temporaryDatabase } from '../test/engines.ts'

const ROWS = 100_000
const ROUNDS = 3
const COMPANY = '04595257'
const COLUMNS = ['national_id', 'full_name', 'company_number', 'insured_since', 'insured_salary']
const SQL = `SELECT ${COLUMNS.map((name) => `m.${name}`).join(', ')} FROM gate.member AS m WHERE m.company_number = $1`

/**
 * Rows per second through the whole gate (masks, union guard, durable record of every subject) beside the bare driver's
 * cursor on the same query: `{rows_per_s, direct_rows_per_s, first_look_rows_per_s}`. Medians of three rounds; the first
 * look also writes what the viewer has seen of each subject for the first time.
 */
export async function benchGateStream(): Promise<Readonly<Record<string, number>>> {
  const database = await temporaryDatabase()
  const place = {
    adminUrl: database.url,
    name: 'bench_agency',
    login: 'bench_gate',
    password: randomBytes(16).toString('hex'),
  }
  await makeAgencyDatabase(place, (client) => fill(client))
  const url = urlOf(place, 'gate')
  const connector = postgresConnector({ url })
  const deps = await depsOf(database, connector)
  const direct: number[] = []
  const gated: number[] = []
  const first: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    direct.push(await perSecond(() => readDirect(url)))
    const account = `viewer-${round}`
    const look = () =>
      inScope({ kind: 'served', agencies: ['insurance'], home: 'insurance', account }, () => readGated(deps, account))
    first.push(await perSecond(look))
    gated.push(await perSecond(look))
  }
  await connector.close()
  await database.close()
  return { rows_per_s: median(gated), first_look_rows_per_s: median(first), direct_rows_per_s: median(direct) }
}

async function fill(client: pg.Client): Promise<void> {
  await client.query(`
    CREATE TABLE public.member (id text PRIMARY KEY, name text, company text, salary integer);
    INSERT INTO public.member SELECT 'A1' || lpad((20000000 + i)::text, 8, '0'), '王大' || chr(19968 + i % 500),
      '${COMPANY}', 20000 + i FROM generate_series(1, ${ROWS}) AS i;
    CREATE VIEW gate.member AS SELECT id AS national_id, name AS full_name, company AS company_number,
      '115/01/01'::text AS insured_since, salary AS insured_salary FROM public.member;
  `)
}

async function depsOf(database: DiscloseDeps['database'], connector: ReturnType<typeof postgresConnector>) {
  const resolved = resolveQuery(queryFile(SQL, COLUMNS, 1_000_000), await readDataSets())
  const registration = resolved && (await registerQuery(resolved, connector))
  if (!registration?.ok) throw new Error('the benchmark query is not fit')
  const query = registration.value
  const tokens = subjectTokens(Buffer.alloc(32, 9))
  const deps: DiscloseDeps = {
    database,
    clock: systemClock,
    tokens,
    registered: async () => ok({ query, connector }),
    timeoutMs: 120_000,
  }
  return deps
}

async function readDirect(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const cursor = client.query(new Cursor(SQL, [COMPANY]))
  let count = 0
  for (let rows = await cursor.read(1000); rows.length > 0; rows = await cursor.read(1000)) count += rows.length
  await client.end()
  return count
}

async function readGated(deps: DiscloseDeps, account: string): Promise<number> {
  const request = requestFor('members', 'insurance-company', deps.tokens.hexOf('company', COMPANY), new Date())
  const asked: DecisionRequest = { ...request, asker: { ...request.asker, account } }
  const disclosed = await discloseQuery(deps, {
    decision: permit('standard'),
    request: asked,
    binds: { company: COMPANY },
    receiver: { name: '李承辦', unit: '承保一科' },
  })
  if (!disclosed.ok) throw new Error(disclosed.error)
  let count = 0
  for await (const _row of disclosed.value.rows) count += 1
  return count
}

async function perSecond(work: () => Promise<number>): Promise<number> {
  const from = performance.now()
  const count = await work()
  if (count !== ROWS) throw new Error(`read ${count} of ${ROWS} rows`)
  return Math.round((count * 1000) / (performance.now() - from))
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

/** Alone: `npm run bench -- gate-stream`. */
export async function run(): Promise<object> {
  return { name: 'gate-stream', ...(await benchGateStream()) }
}
