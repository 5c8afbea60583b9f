import type { Database } from '../src/database/database.ts'

export interface LedgerPeers {
  /** one row, hashed together with the row before it under a lock: the pattern of most "tamper-evident" tables */
  chain(n: number): Promise<void>
  /** one row with the same searchable columns, no evidence at all */
  plain(n: number): Promise<void>
}

/** The peers, as tables of the same database. */
export async function makePeers(database: Database): Promise<LedgerPeers> {
  await database.upkeep.query(
    `CREATE TABLE peer_plain (id bigserial PRIMARY KEY, at timestamptz, actor text, subject text, body text)`,
  )
  await database.upkeep.query('CREATE INDEX ON peer_plain (actor, at)')
  await database.upkeep.query('CREATE INDEX ON peer_plain (subject, at)')
  await database.upkeep.query(
    'CREATE TABLE peer_chain (id bigserial PRIMARY KEY, at timestamptz, actor text, subject text, body text, hash bytea)',
  )
  await database.upkeep.query('CREATE INDEX ON peer_chain (actor, at)')
  await database.upkeep.query('CREATE INDEX ON peer_chain (subject, at)')
  await database.upkeep.query('CREATE TABLE peer_head (head boolean PRIMARY KEY, hash bytea)')
  await database.upkeep.query("INSERT INTO peer_head VALUES (true, '')")
  await database.upkeep.query(`CREATE FUNCTION peer_append(actor text, subject text, body text) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE head bytea; next bytea;
    BEGIN
      SELECT hash INTO head FROM peer_head FOR UPDATE;
      next := sha256(head || convert_to(actor || subject || body, 'UTF8'));
      INSERT INTO peer_chain (at, actor, subject, body, hash) VALUES (now(), actor, subject, body, next);
      UPDATE peer_head SET hash = next;
    END $$`)
  const values = (n: number) => [`officer-${n % 300}`, `access:${n}`, `承保查核 115 年第 ${n} 號 ${'x'.repeat(300)}`]
  return {
    chain: async (n) => void (await database.upkeep.query('SELECT peer_append($1, $2, $3)', values(n))),
    plain: async (n) =>
      void (await database.upkeep.query(
        'INSERT INTO peer_plain (at, actor, subject, body) VALUES (now(), $1, $2, $3)',
        values(n),
      )),
  }
}
