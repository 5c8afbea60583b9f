import type { Clock } from '../base/clock.ts'
import { type Database, recorded } from '../database/database.ts'
import { recordEvent } from '../ledger/port.ts'

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

/** Adds or renames a system and its agency, with its event. */
export async function registerSystem(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  system: SourceSystem,
  { isDemo, by }: { readonly isDemo: boolean; readonly by: { readonly account: string; readonly post: string } },
): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('INSERT INTO agency VALUES ($1, $2, $3) ON CONFLICT (agency) DO UPDATE SET name = excluded.name', [
      system.agency,
      system.agencyName,
      isDemo,
    ])
    await tx.query(
      'INSERT INTO source_system VALUES ($1, $2, $3, $4) ON CONFLICT (system) DO UPDATE SET name = excluded.name',
      [system.system, system.agency, system.name, isDemo],
    )
    const receipt = await recordEvent(tx, {
      kind: 'system-named',
      at: clock.now(),
      actor: by.account,
      actorPost: by.post,
      subjectRef: `system:${system.system}`,
      reason: '',
      detail: { agency: system.agency, name: system.name },
    })
    return recorded(receipt, undefined)
  })
}
