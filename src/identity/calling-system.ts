import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { type Database, type Queryable, recorded, unchanged } from '../database/database.ts'
import type { CallingSystem } from '../edge/caller.ts'
import { recordEvent } from '../ledger/port.ts'
import { accountEvent, type Doer } from './account-event.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

const SECRET_BYTES = 32
const KEY_MARK = 'smk_'
const TOKEN_MARK = 'smt_'
/** of a token that a key was exchanged for */
export const TOKEN_SECONDS = 600
const MS_PER_SECOND = 1000

const COLUMNS = 'system, name, agency, is_shadow AS "isShadow", is_provisioner AS "isProvisioner"'

// Keys are 256 random bits: there is nothing to guess, so a plain hash keeps them as well as a slow one would.
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

export interface NewSystem extends CallingSystem {
  /** SHA-256 of the DER of its client certificate; undefined: it has none */
  readonly certificate: Buffer | undefined
}

/**
 * Adds a system and returns its key, which is shown once and kept only as a hash: for the program's own tests and drills. A
 * system of an installation comes by a change of two (`changeCallingSystem`).
 */
export async function addCallingSystem(
  { database, clock }: Deps,
  given: Omit<NewSystem, 'isProvisioner'> & { readonly isProvisioner?: boolean },
  by: Doer,
): Promise<Result<string, 'exists'>> {
  const key = newKey()
  const system = { ...given, isProvisioner: given.isProvisioner ?? false }
  return database.transaction(async (tx) => {
    if (!(await insertSystem(tx, system, hashOf(key), clock.now()))) return unchanged(fail('exists'))
    return recorded(await recordSystem(tx, system, 'system-added', by, clock.now()), ok(key))
  })
}

/**
 * Writes what two agreed on, in their transaction: a new system, whose key nobody has until it is drawn, or other settings
 * of one that is there. An old key stops with a change that draws a new one. False: name or certificate is another's.
 */
export async function changeCallingSystem(
  tx: Queryable,
  given: NewSystem & { readonly isNewKey: boolean },
  by: Doer,
  at: Date,
): Promise<boolean> {
  const known = await callingSystemOf(tx, given.system)
  // A hash of nothing that anybody holds.
  const unheld = randomBytes(SECRET_BYTES)
  if (!known) {
    if (!(await insertSystem(tx, given, unheld, at))) return false
    await recordSystem(tx, given, 'system-added', by, at)
    return true
  }
  const { system, name, isShadow, isNewKey, certificate = null } = given
  const taken = await tx.query('SELECT 1 FROM calling_system WHERE certificate = $1 AND system <> $2', [
    ...[certificate, system],
  ])
  if (taken.length > 0) return false
  await tx.query(
    `UPDATE calling_system SET name = $2, is_shadow = $3, certificate = $4,
       key_hash = CASE WHEN $5 THEN $6 ELSE key_hash END WHERE system = $1 AND ended_at IS NULL`,
    [system, name, isShadow, certificate, isNewKey, unheld],
  )
  if (isNewKey) await tx.query('DELETE FROM calling_token WHERE system = $1', [system])
  await recordSystem(tx, given, 'system-changed', by, at)
  return true
}

/** A system that may ask today, with its certificate. */
export async function callingSystemOf(database: Queryable, system: string): Promise<NewSystem | undefined> {
  const [row] = await database.query<CallingSystem & { certificate: Buffer | null }>(
    `SELECT ${COLUMNS}, certificate FROM calling_system WHERE system = $1 AND ended_at IS NULL`,
    [system],
  )
  return row && { ...row, certificate: row.certificate ?? undefined }
}

/** Draws the key of a system, for the one who proposed it. `write` makes it the only one that opens anything. */
export function drawSystemKey(system: string): { readonly key: string; write(tx: Queryable): Promise<void> } {
  const key = newKey()
  return {
    key,
    write: async (tx) => {
      await tx.query('UPDATE calling_system SET key_hash = $2 WHERE system = $1 AND ended_at IS NULL', [
        ...[system, hashOf(key)],
      ])
    },
  }
}

const newKey = (): string => `${KEY_MARK}${randomBytes(SECRET_BYTES).toString('base64url')}`

async function insertSystem(tx: Queryable, given: NewSystem, hash: Buffer, at: Date): Promise<boolean> {
  const { system, name, agency, certificate = null, isShadow, isProvisioner } = given
  const added = await tx.query(
    `INSERT INTO calling_system (system, name, agency, key_hash, certificate, is_shadow, added_at, is_provisioner)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING system`,
    [system, name, agency, hash, certificate, isShadow, at, isProvisioner],
  )
  return added.length > 0
}

function recordSystem(
  tx: Queryable,
  { system, agency, isShadow, isProvisioner, certificate }: NewSystem,
  kind: 'system-added' | 'system-changed',
  by: Doer,
  at: Date,
) {
  const detail = { agency, isShadow, isProvisioner, hasCertificate: certificate !== undefined }
  return recordEvent(tx, { ...accountEvent(by, at, `system:${system}`), kind, agency, detail })
}

/** Ends a system at once: its key, its tokens and its certificate open nothing any more. */
export async function endCallingSystem({ database, clock }: Deps, system: string, by: Doer): Promise<boolean> {
  const now = clock.now()
  return database.transaction(async (tx) => {
    const ended = await tx.query(
      'UPDATE calling_system SET ended_at = $2 WHERE system = $1 AND ended_at IS NULL RETURNING system',
      [system, now],
    )
    if (ended.length === 0) return unchanged(false)
    await tx.query('DELETE FROM calling_token WHERE system = $1', [system])
    const event = { ...accountEvent(by, now, `system:${system}`), kind: 'system-ended', detail: {} } as const
    return recorded(await recordEvent(tx, event), true)
  })
}

export interface ListedSystem extends CallingSystem {
  readonly hasCertificate: boolean
  readonly addedAt: Date
}

/** Systems that may ask today. */
export function listCallingSystems(database: Queryable): Promise<readonly ListedSystem[]> {
  return database.query<ListedSystem & Record<string, unknown>>(
    `SELECT ${COLUMNS}, certificate IS NOT NULL AS "hasCertificate", added_at AS "addedAt" FROM calling_system
     WHERE ended_at IS NULL ORDER BY system`,
  )
}

/** The system a bearer secret belongs to: a key, or a token exchanged for one. */
export async function systemOfSecret({ database, clock }: Deps, secret: string): Promise<CallingSystem | undefined> {
  if (secret.startsWith(KEY_MARK)) {
    return one(database, `SELECT ${COLUMNS} FROM calling_system WHERE key_hash = $1 AND ended_at IS NULL`, [
      hashOf(secret),
    ])
  }
  if (!secret.startsWith(TOKEN_MARK)) return undefined
  return one(
    database,
    `SELECT ${COLUMNS} FROM calling_system JOIN calling_token USING (system)
     WHERE hash = $1 AND expires_at > $2 AND ended_at IS NULL`,
    [hashOf(secret), clock.now()],
  )
}

/** The system a client certificate belongs to, by the SHA-256 of its DER; the chain was checked by TLS. */
export const systemOfCertificate = (database: Queryable, fingerprint: Buffer): Promise<CallingSystem | undefined> =>
  one(database, `SELECT ${COLUMNS} FROM calling_system WHERE certificate = $1 AND ended_at IS NULL`, [fingerprint])

async function one(database: Queryable, sql: string, values: readonly unknown[]): Promise<CallingSystem | undefined> {
  const [row] = await database.query<CallingSystem & Record<string, unknown>>(sql, values)
  return row
}

/** OAuth 2.0 client credentials (RFC 6749 §4.4): a system's name and key for a token that ends in ten minutes. */
export async function issueToken(deps: Deps, system: string, key: string): Promise<Result<string, 'refused'>> {
  const found = await systemOfSecret(deps, key)
  if (found?.system !== system || !key.startsWith(KEY_MARK)) return fail('refused')
  const token = `${TOKEN_MARK}${randomBytes(SECRET_BYTES).toString('base64url')}`
  const now = deps.clock.now()
  await deps.database.upkeep.query('DELETE FROM calling_token WHERE expires_at <= $1', [now])
  await deps.database.upkeep.query('INSERT INTO calling_token VALUES ($1, $2, $3)', [
    ...[hashOf(token), system, new Date(now.getTime() + TOKEN_SECONDS * MS_PER_SECOND)],
  ])
  return ok(token)
}
