import { serves, servesAll } from '../base/tenant.ts'
import type { GateCheck } from '../wire/gate-query.ts'
import type { Catalogue, CataloguedQuery } from './catalogue.ts'
import { type Connector, ConnectorFailure } from './connector.ts'
import { registerQuery } from './register-query.ts'

/** Examines connectors' logins and queries of the agencies one serves, and says what keeps each from use. */
export async function checkGate(catalogue: Catalogue, connectors: ReadonlyMap<string, Connector>): Promise<GateCheck> {
  const served = catalogue.queries.filter(({ agency }) => serves(agency))
  const isServed = (id: string) => servesAll() || served.some((query) => query.connector === id)
  const examined: GateCheck['connectors'] = []
  for (const [id, connector] of connectors) if (isServed(id)) examined.push(await examine(id, connector))
  const queries: GateCheck['queries'] = []
  for (const query of served) queries.push(await checkQuery(query, connectors.get(query.connector)))
  return { connectors: examined, queries }
}

async function examine(id: string, connector: Connector): Promise<GateCheck['connectors'][number]> {
  try {
    const findings = await connector.doctor()
    return { id, kind: connector.kind, isReachable: true, findings: [...findings] }
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error
    return { id, kind: connector.kind, isReachable: false, findings: [] }
  }
}

async function checkQuery(
  query: CataloguedQuery,
  connector: Connector | undefined,
): Promise<GateCheck['queries'][number]> {
  const { id, version, path: file, sqlLine } = query
  if (!connector) {
    const reason = `connector ${query.connector} is not attached`
    return { id, version, file, isFit: false, faults: [{ line: sqlLine, reason }] }
  }
  const registration = await registerQuery(query, connector)
  const faults = registration.ok ? registration.notes : registration.error
  return { id, version, file, isFit: registration.ok, faults: faults.map(({ line, reason }) => ({ line, reason })) }
}
