-- The event journal: every act that changed something or disclosed something. Rows are only ever added.
CREATE TABLE event (
  event_id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  actor text NOT NULL,
  actor_post text NOT NULL,
  subject_ref text NOT NULL,
  reason text NOT NULL,
  detail jsonb NOT NULL
);
CREATE INDEX event_by_actor ON event (actor, at);
CREATE INDEX event_by_subject ON event (subject_ref, at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE account (
  account text PRIMARY KEY,
  name text NOT NULL,
  unit text NOT NULL,
  title text NOT NULL,
  role text NOT NULL,
  password_hash text NOT NULL,
  is_demo boolean NOT NULL DEFAULT false,
  failed_attempts integer NOT NULL DEFAULT 0,
  locked_until timestamptz
);

CREATE TABLE session (
  token_hash bytea PRIMARY KEY,
  account text NOT NULL REFERENCES account ON DELETE CASCADE,
  csrf_token text NOT NULL,
  started_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL
);
CREATE INDEX session_by_account ON session (account);

-- Agencies and their systems, as named on screen.
CREATE TABLE agency (
  agency text PRIMARY KEY,
  name text NOT NULL,
  is_demo boolean NOT NULL DEFAULT false
);
CREATE TABLE source_system (
  system text PRIMARY KEY,
  agency text NOT NULL REFERENCES agency,
  name text NOT NULL,
  is_demo boolean NOT NULL DEFAULT false
);

-- Single facts about this installation, e.g. when sample data was loaded.
CREATE TABLE setting (
  name text PRIMARY KEY,
  value jsonb NOT NULL
);
