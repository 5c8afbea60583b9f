import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { drawBytes } from './facets.ts'

const KEY_BYTES = 32
const TOKEN_BYTES = 16
// A derived key costs 20 µs to make; an office looks at few people at a time.
const MAX_CACHED_KEYS = 4_096

/** A citizen as the key store knows him: a random token for the database, a key for what is sealed for him. */
export interface PersonKey {
  readonly token: Buffer
  readonly key: Buffer
}

/**
 * Keys that records are sealed under, in a folder of their own, apart from the database and its backups: destroying a
 * key here erases what it sealed everywhere, old backups of the database included.
 */
export interface KeyStore {
  /** The month's key, made on first use; undefined once it was destroyed. */
  monthKey(month: number): KeyObject | undefined
  /** Key and token of a citizen, made on first use, durable before it returns. */
  personKey(person: string): PersonKey
  /** What is known of a token; undefined once the citizen was erased. */
  keyOfToken(token: Buffer): PersonKey | undefined
  /** The token of a citizen who has one. */
  tokenOf(person: string): Buffer | undefined
  /** Runs many first uses as one durable write. */
  together<T>(work: () => T): T
  /** Destroys for ever. Answers whether there was something to destroy. */
  destroyMonth(month: number): boolean
  destroyPerson(token: Buffer): boolean
  close(): void
}

/** Opens the key store, making it on first use. Synchronous on purpose: a key must exist before it is used. */
export function openKeyStore(folder: string): KeyStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const database = new DatabaseSync(join(folder, 'record-keys.sqlite'))
  // Deleted means overwritten: no key may be left in a free page or in a journal file.
  database.exec(`PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
    CREATE TABLE IF NOT EXISTS month_key (month INTEGER PRIMARY KEY, key BLOB);
    CREATE TABLE IF NOT EXISTS person_key (person BLOB PRIMARY KEY, token BLOB UNIQUE NOT NULL, key BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS pepper (only INTEGER PRIMARY KEY CHECK (only = 1), key BLOB NOT NULL);`)
  database.prepare('INSERT OR IGNORE INTO pepper VALUES (1, ?)').run(drawBytes(KEY_BYTES))
  return keyStore(database, statementsOf(database))
}

const statementsOf = (database: DatabaseSync) => ({
  pepper: database.prepare('SELECT key FROM pepper'),
  month: database.prepare('SELECT key FROM month_key WHERE month = ?'),
  addMonth: database.prepare('INSERT OR IGNORE INTO month_key VALUES (?, ?)'),
  dropMonth: database.prepare('UPDATE month_key SET key = NULL WHERE month = ? AND key IS NOT NULL'),
  person: database.prepare('SELECT token, key FROM person_key WHERE person = ?'),
  token: database.prepare('SELECT token, key FROM person_key WHERE token = ?'),
  addPerson: database.prepare('INSERT INTO person_key VALUES (?, ?, ?)'),
  dropPerson: database.prepare('DELETE FROM person_key WHERE token = ?'),
})

function keyStore(
  database: DatabaseSync,
  run: Record<string, StatementSync> & ReturnType<typeof statementsOf>,
): KeyStore {
  const pepper = Buffer.from((run.pepper.get() as { key: Uint8Array }).key)
  const nameOf = (person: string): Buffer => createHmac('sha256', pepper).update(person).digest()
  const months = new Map<number, KeyObject>()
  const persons = new Map<string, PersonKey>()
  return {
    monthKey: (month) => months.get(month) ?? cached(months, month, readMonth(run, month)),
    personKey: (person) => persons.get(person) ?? cached(persons, person, makePerson(run, nameOf(person))),
    keyOfToken: (token) => personOf(run.token.get(token)),
    tokenOf: (person) => personOf(run.person.get(nameOf(person)))?.token,
    together: (work) => {
      database.exec('BEGIN')
      try {
        const value = work()
        database.exec('COMMIT')
        return value
      } catch (error) {
        database.exec('ROLLBACK')
        persons.clear()
        months.clear()
        throw error
      }
    },
    destroyMonth: (month) => {
      months.delete(month)
      return run.dropMonth.run(month).changes > 0
    },
    destroyPerson: (token) => {
      persons.clear()
      return run.dropPerson.run(token).changes > 0
    },
    close: () => database.close(),
  }
}

function cached<Key, Value>(cache: Map<Key, Value>, key: Key, value: Value | undefined): Value {
  if (cache.size >= MAX_CACHED_KEYS) cache.clear()
  if (value !== undefined) cache.set(key, value)
  return value as Value
}

// A destroyed month keeps its row without a key, so that nobody draws a new one in its place.
function readMonth(run: ReturnType<typeof statementsOf>, month: number): KeyObject | undefined {
  const row = () => run.month.get(month) as { key: Uint8Array | null } | undefined
  const found = row()
  if (found) return found.key === null ? undefined : createSecretKey(found.key)
  run.addMonth.run(month, drawBytes(KEY_BYTES))
  return readMonth(run, month)
}

function makePerson(run: ReturnType<typeof statementsOf>, name: Buffer): PersonKey {
  const found = personOf(run.person.get(name))
  if (found) return found
  const made = { token: drawBytes(TOKEN_BYTES), key: drawBytes(KEY_BYTES) }
  run.addPerson.run(name, made.token, made.key)
  return made
}

function personOf(row: unknown): PersonKey | undefined {
  if (row === undefined) return undefined
  const { token, key } = row as { token: Uint8Array; key: Uint8Array }
  return { token: Buffer.from(token), key: Buffer.from(key) }
}

// Deriving costs 20 µs, and a citizen is looked at several times in a month. Gone with the key it was derived from.
const combined = new WeakMap<PersonKey, { readonly month: KeyObject; readonly key: KeyObject }>()

/** The key a citizen's part of a month's records is sealed under: gone when either of the two is gone. */
export function combineKeys(month: KeyObject, person: PersonKey): KeyObject {
  const known = combined.get(person)
  if (known?.month === month) return known.key
  const material = Buffer.concat([month.export(), person.key])
  const key = createSecretKey(Buffer.from(hkdfSync('sha256', material, Buffer.alloc(0), 'shoumi/record/v1', KEY_BYTES)))
  combined.set(person, { month, key })
  return key
}
