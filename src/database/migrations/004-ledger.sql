-- The journal before the Merkle log: kept until its rows stand in the new one, then dropped by the program.
ALTER TABLE event RENAME TO event_before_ledger;
ALTER INDEX event_pkey RENAME TO event_before_ledger_pkey;
DROP INDEX event_by_actor;
DROP INDEX event_by_subject;
DROP TRIGGER event_is_append_only ON event_before_ledger;

-- Every act that changed or disclosed something. What can be searched stands in columns; the rest, and what proves it,
-- is sealed under keys kept outside the database. Dropping a partition is how a month's records end, lawfully.
CREATE TABLE event (
  -- first month, counted from January 2020, in which this record may go
  expires_month integer NOT NULL,
  event_id uuid NOT NULL,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  actor text NOT NULL,
  subject_ref text NOT NULL,
  -- random stand-in for the citizen concerned; what it stands for is known to the key store alone
  person_token bytea,
  -- the exact bytes that stand in the public log
  leaf bytea NOT NULL,
  -- facets under the month's key, and under the month's and the citizen's key
  sealed bytea NOT NULL,
  sealed_for_person bytea,
  PRIMARY KEY (expires_month, event_id)
) PARTITION BY LIST (expires_month);
CREATE TABLE event_other_months PARTITION OF event DEFAULT;
CREATE INDEX event_by_actor ON event (actor, at);
CREATE INDEX event_by_subject ON event (subject_ref, at);
CREATE INDEX event_by_person ON event (person_token) WHERE person_token IS NOT NULL;

CREATE TRIGGER event_is_append_only BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The one change there is: a citizen's sealed part goes when his key has gone.
CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sealed_for_person IS NULL AND OLD.sealed_for_person IS NOT NULL
     AND (NEW.expires_month, NEW.event_id, NEW.at, NEW.kind, NEW.actor, NEW.subject_ref, NEW.leaf, NEW.sealed)
         IS NOT DISTINCT FROM
         (OLD.expires_month, OLD.event_id, OLD.at, OLD.kind, OLD.actor, OLD.subject_ref, OLD.leaf, OLD.sealed)
     AND NEW.person_token IS NOT DISTINCT FROM OLD.person_token
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'table event is append-only';
END $$;
CREATE TRIGGER event_keeps_its_rows BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION refuse_event_change();

-- Committed events that have no place in the log yet. Filled in the event's own transaction, emptied by the sequencer.
CREATE TABLE ledger_queue (
  event_id uuid PRIMARY KEY,
  leaf bytea NOT NULL
);

-- One row per log: who writes, how far, and the last signed checkpoint. Whoever changes it must hold the epoch.
CREATE TABLE ledger_log (
  origin text PRIMARY KEY,
  -- next index to be given out
  next_index bigint NOT NULL DEFAULT 0,
  epoch bigint NOT NULL DEFAULT 0,
  writer text NOT NULL DEFAULT '',
  lease_until timestamptz NOT NULL DEFAULT '-infinity',
  -- signed note without cosignatures; '' before the first
  checkpoint text NOT NULL DEFAULT ''
);

-- Entries in their order: bundles of (uint16 length, bytes), as tlog-tiles serves them, with the events they came from.
CREATE TABLE ledger_batch (
  origin text NOT NULL REFERENCES ledger_log,
  first_index bigint NOT NULL,
  entry_count integer NOT NULL CHECK (entry_count > 0),
  entries bytea NOT NULL,
  event_ids uuid[] NOT NULL,
  lowest_id uuid NOT NULL,
  highest_id uuid NOT NULL,
  PRIMARY KEY (origin, first_index)
);
CREATE INDEX ledger_batch_by_event ON ledger_batch (origin, highest_id, lowest_id);
CREATE TRIGGER ledger_batch_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_batch
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Checkpoints that somebody outside has seen or stamped: what the log can be held to.
CREATE TABLE ledger_checkpoint (
  origin text NOT NULL REFERENCES ledger_log,
  size bigint NOT NULL,
  note text NOT NULL,
  signed_at timestamptz NOT NULL,
  witnessed_at timestamptz,
  stamped_at timestamptz,
  stamp bytea,
  PRIMARY KEY (origin, size)
);

-- Who may not be erased until when; a hold stops erasure, whatever the calendar says.
CREATE TABLE ledger_hold (
  hold_id uuid PRIMARY KEY,
  -- a person's token, or a month; exactly one of the two
  person_token bytea,
  expires_month integer,
  reason text NOT NULL,
  placed_by text NOT NULL,
  placed_at timestamptz NOT NULL,
  lifted_at timestamptz,
  CHECK ((person_token IS NULL) <> (expires_month IS NULL))
);
