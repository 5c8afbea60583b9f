import type pg from 'pg'
import {
  type AgencyTables,
  agencySystems,
  type County,
  type OfficeRecords,
  type StandIn,
} from '../../sample/agency-systems.ts'
import {
  type AgencyDatabase,
  dropAgencyDatabase,
  hasAgencyDatabase,
  makeAgencyDatabase,
  urlOf,
} from '../gate/agency-database.ts'
import { caseKeyOf, postgresConnector, type QueryGate } from '../gate/port.ts'
import type { DemoExamples } from '../wire/gate-desk.ts'
import { findExamples } from './sample-examples.ts'

/** The sample agencies' databases, behind the gate like an agency's own. */
export interface SampleSystems {
  /** Puts those that exist behind the gate. */
  attach(): Promise<void>
  /** Makes and fills them anew, and attaches them. */
  make(county: County, records: OfficeRecords): Promise<void>
  /** Takes them from the gate and removes them. */
  drop(): Promise<void>
  /** Looks this account can try: what he would have from the file on his desk, and what he should not look at. */
  examples(agency: string, account: string): Promise<DemoExamples['examples']>
}

const AGENCIES = ['insurance', 'police', 'land'] as const
const isAgency = (text: string): text is (typeof AGENCIES)[number] => AGENCIES.some((each) => each === text)
const BATCH_ROWS = 2000

/** Sign-in accounts of the demo that have cases and duty in the agencies' systems. */
const STAND_INS: readonly StandIn[] = [
  { agency: 'insurance', account: 'officer', staff: '2105', isOnDuty: true },
  { agency: 'police', account: 'police', isOnDuty: true },
  { agency: 'police', account: 'patrol', staff: 'patrol', isOnDuty: false },
  { agency: 'land', account: 'land', isOnDuty: true },
]

/** `adminUrl` is the embedded server's; `password` (hex) belongs to this installation alone. */
export function sampleSystems(gate: QueryGate, adminUrl: string, password: string): SampleSystems {
  const placeOf = (agency: string): AgencyDatabase => ({
    adminUrl,
    name: `sample_${agency}`,
    login: `gate_${agency}`,
    password,
  })
  const attach = async () => {
    for (const agency of AGENCIES) {
      const place = placeOf(agency)
      if (!(await hasAgencyDatabase(place))) continue
      await gate.attach(place.name, postgresConnector({ url: urlOf(place, 'gate') }))
    }
  }
  const detach = async () => {
    for (const agency of AGENCIES) await gate.detach(placeOf(agency).name)
  }
  return {
    attach,
    make: async (county, records) => {
      await detach()
      for (const system of agencySystems(county, records, caseKeyOf, STAND_INS)) {
        await makeAgencyDatabase(placeOf(system.agency), (client) => fill(client, system))
      }
      await attach()
    },
    examples: async (agency, account) => {
      if (!isAgency(agency) || !(await hasAgencyDatabase(placeOf(agency)))) return []
      return findExamples(urlOf(placeOf(agency), 'admin'), agency, account)
    },
    drop: async () => {
      await detach()
      for (const agency of AGENCIES) await dropAgencyDatabase(placeOf(agency))
    },
  }
}

/** For an installation on a PostgreSQL of its own: sample databases are made on the embedded server only. */
export const noSampleSystems: SampleSystems = {
  attach: async () => undefined,
  make: async () => undefined,
  drop: async () => undefined,
  examples: async () => [],
}

async function fill(client: pg.Client, system: AgencyTables): Promise<void> {
  await client.query(system.schema)
  for (const [table, rows] of Object.entries(system.tables)) {
    let batch: (readonly string[])[] = []
    for (const row of rows) {
      batch.push(row)
      if (batch.length < BATCH_ROWS) continue
      await insert(client, table, batch)
      batch = []
    }
    if (batch.length > 0) await insert(client, table, batch)
  }
}

// Offices record one matter twice now and then; their systems keep it once.
async function insert(client: pg.Client, table: string, rows: readonly (readonly string[])[]): Promise<void> {
  const width = rows[0]?.length ?? 0
  const columns = Array.from({ length: width }, (_, i) => rows.map((row) => row[i] ?? ''))
  const binds = columns.map((_, i) => `$${i + 1}::text[]`).join(', ')
  await client.query(`INSERT INTO public.${table} SELECT * FROM unnest(${binds}) ON CONFLICT DO NOTHING`, columns)
}

/** Keeps the newest records of the kinds the agencies' systems are filled from, in bounded memory. */
export function officeRecords(): {
  readonly records: OfficeRecords
  readonly note: (agency: string, kind: string, fields: readonly string[]) => void
} {
  const kept = new Map<string, (readonly string[])[]>()
  return {
    records: kept,
    note: (agency, kind, fields) => {
      if (!KEPT.has(kind)) return
      const key = `${agency} ${kind}`
      const rows = kept.get(key) ?? []
      if (rows.length === 0) kept.set(key, rows)
      rows.push(fields)
      if (rows.length > 2 * MAX_RECORDS) rows.splice(0, MAX_RECORDS)
    },
  }
}
const KEPT = new Set(['case', 'party', 'assignment', 'portfolio', 'stop'])
const MAX_RECORDS = 100_000
