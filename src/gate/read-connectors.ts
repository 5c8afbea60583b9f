import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'
import { canonicalJson } from '../base/canonical-json.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Connector } from './connector.ts'
import { mariadbConnector } from './mariadb-connector.ts'
import { postgresConnector } from './postgres-connector.ts'

const postgres = z.strictObject({ kind: z.literal('postgres'), url: z.url({ protocol: /^postgres(ql)?$/ }) })
const mariadb = z.strictObject({
  kind: z.literal('mariadb'),
  host: z.string().optional(),
  port: z.number().int().optional(),
  socketPath: z.string().optional(),
  user: z.string(),
  password: z.string(),
  database: z.string(),
})
// Named so that the refusal can say it: the interface is ready for them, the adapters are not built.
const planned = z.looseObject({ kind: z.enum(['oracle', 'sqlserver']) })
const file = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,40}$/), z.union([postgres, mariadb, planned]))

/** One database as the file names it. */
export interface ConnectorEntry {
  /** the whole entry, password and all, in one way of writing: for a keyed digest, never to be shown */
  readonly canonical: string
  /** what people may read of it */
  readonly words: Readonly<Record<string, string>>
  open(): Connector
}

/**
 * Reads the agencies' databases from a YAML file (id → kind and login). The file holds passwords and lies in the keys
 * folder. No file: no connectors. Fails with words for people; values are not repeated.
 */
export async function readConnectors(path: string): Promise<Result<ReadonlyMap<string, ConnectorEntry>, string>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return ok(new Map())
  const parsed = file.safeParse(parse(text))
  if (!parsed.success) return fail(`connectors.yaml: ${parsed.error.issues[0]?.path.join('.') ?? ''} malformed`)
  const connectors = new Map<string, ConnectorEntry>()
  for (const [id, place] of Object.entries(parsed.data)) {
    if (place.kind === 'postgres') connectors.set(id, postgresEntry(place))
    else if (place.kind === 'mariadb') connectors.set(id, mariadbEntry(place))
    else return fail(`connectors.yaml: ${id}: ${place.kind} is not built yet`)
  }
  return ok(connectors)
}

function postgresEntry(place: z.infer<typeof postgres>): ConnectorEntry {
  const { host, hostname, pathname, username } = new URL(place.url)
  return {
    canonical: canonicalJson(place),
    words: { kind: 'postgres', host: host || hostname, database: pathname.slice(1), user: username },
    open: () => postgresConnector({ url: place.url }),
  }
}

function mariadbEntry(place: z.infer<typeof mariadb>): ConnectorEntry {
  const options = withoutUndefined(place)
  const host = place.socketPath ?? `${place.host ?? 'localhost'}:${place.port ?? 3306}`
  return {
    canonical: canonicalJson({ kind: place.kind, ...options }),
    words: { kind: 'mariadb', host, database: place.database, user: place.user },
    open: () => mariadbConnector(options),
  }
}

function withoutUndefined({ user, password, database, host, port, socketPath }: z.infer<typeof mariadb>) {
  return {
    ...{ user, password, database },
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(socketPath !== undefined && { socketPath }),
  }
}
