import type { Database, Queryable } from '../database/database.ts'

/** A system whose log is read, and the agency that runs it. */
export interface SourceSystem {
  readonly system: string
  readonly name: string
  readonly agency: string
  readonly agencyName: string
}

interface SystemRow {
  system: string
  name: string
  agency: string
  agency_name: string
}

/** All source systems, by agency and name. */
export async function listSystems(database: Database): Promise<readonly SourceSystem[]> {
  const rows = await database.query<SystemRow>(
    `SELECT source_system.system, source_system.name, agency.agency, agency.name AS agency_name
     FROM source_system JOIN agency ON agency.agency = source_system.agency ORDER BY agency.agency, source_system.system`,
  )
  return rows.map((row) => ({ system: row.system, name: row.name, agency: row.agency, agencyName: row.agency_name }))
}

/** Adds or renames a system and its agency. */
export async function registerSystem(tx: Queryable, system: SourceSystem, isDemo: boolean): Promise<void> {
  await tx.query('INSERT INTO agency VALUES ($1, $2, $3) ON CONFLICT (agency) DO UPDATE SET name = excluded.name', [
    system.agency,
    system.agencyName,
    isDemo,
  ])
  await tx.query(
    'INSERT INTO source_system VALUES ($1, $2, $3, $4) ON CONFLICT (system) DO UPDATE SET name = excluded.name',
    [system.system, system.agency, system.name, isDemo],
  )
}
