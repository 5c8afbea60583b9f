import type pg from 'pg'
import { assert } from '../base/assert.ts'
import { withConnection } from '../database/single-connection.ts'
import { DANGEROUS_FUNCTIONS } from './postgres-doctor.ts'

const LOGIN_TIMEOUT_MS = 60_000

export interface AgencyDatabase {
  /** URL of a superuser of the server */
  readonly adminUrl: string
  /** database name; letters, digits and _ */
  readonly name: string
  readonly login: string
  /** hex digits only */
  readonly password: string
}

/** The same server under another database and login. */
export function urlOf(place: AgencyDatabase, as: 'admin' | 'gate'): string {
  return place.adminUrl.replace(/^(postgres(?:ql)?:\/\/)([^@/]*)@([^/?]*)\/[^?]*/, (_, scheme, admin, host) =>
    as === 'admin'
      ? `${scheme}${admin}@${host}/${place.name}`
      : `${scheme}${place.login}:${place.password}@${host}/${place.name}`,
  )
}

/**
 * Makes an agency's database the way docs/operations.md asks agencies to: everything is taken from PUBLIC, the gate's
 * login reads the views of schema `gate` and can do nothing else. Replaces a database of that name. `fill` makes tables
 * and views with a superuser's connection.
 */
export async function makeAgencyDatabase(
  place: AgencyDatabase,
  fill: (client: pg.Client) => Promise<void>,
): Promise<void> {
  assertNames(place)
  await dropAgencyDatabase(place)
  await withConnection(place.adminUrl, async (client) => {
    await client.query(`CREATE DATABASE ${place.name}`)
    await client.query(`REVOKE ALL ON DATABASE ${place.name} FROM PUBLIC`)
    await client.query(`CREATE ROLE ${place.login} LOGIN NOINHERIT PASSWORD '${place.password}'`)
    await client.query(`ALTER ROLE ${place.login} SET statement_timeout = ${LOGIN_TIMEOUT_MS}`)
    await client.query(`ALTER ROLE ${place.login} SET default_transaction_read_only = on`)
    await client.query(`GRANT CONNECT ON DATABASE ${place.name} TO ${place.login}`)
    // The program's own database on the same server is none of the login's business.
    await client.query('REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC')
  })
  await withConnection(urlOf(place, 'admin'), async (client) => {
    await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC')
    await revokeFunctions(client)
    await client.query('CREATE SCHEMA gate')
    await client.query('BEGIN')
    await fill(client)
    await client.query(`GRANT USAGE ON SCHEMA gate TO ${place.login}`)
    await client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA gate TO ${place.login}`)
    await client.query('COMMIT')
  })
}

/** Removes the database and its login; nothing happens where there are none. */
export async function dropAgencyDatabase(place: AgencyDatabase): Promise<void> {
  assertNames(place)
  await withConnection(place.adminUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${place.name} WITH (FORCE)`)
    await client.query(`DROP ROLE IF EXISTS ${place.login}`)
  })
}

/** Whether the database is there. */
export async function hasAgencyDatabase(place: AgencyDatabase): Promise<boolean> {
  return withConnection(place.adminUrl, async (client) => {
    const { rows } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [place.name])
    return rows.length > 0
  })
}

async function revokeFunctions(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ signature: string }>(
    'SELECT oid::regprocedure::text AS signature FROM pg_proc WHERE proname = ANY($1)',
    [DANGEROUS_FUNCTIONS],
  )
  for (const { signature } of rows) await client.query(`REVOKE EXECUTE ON FUNCTION ${signature} FROM PUBLIC`)
}

// Names of databases and roles cannot be bound, so they are letters only.
function assertNames({ name, login, password }: AgencyDatabase): void {
  assert(/^[a-z][a-z0-9_]{0,40}$/.test(name) && /^[a-z][a-z0-9_]{0,40}$/.test(login), 'plain database and login names')
  assert(/^[0-9a-f]{16,128}$/.test(password), 'the password is hex')
}
