-- What left the gate: one row a disclosure, found by its code; the subjects of each chunk, as pseudonyms.
CREATE TABLE disclosure (
  code text PRIMARY KEY,
  opened_at timestamptz NOT NULL,
  event_id uuid NOT NULL,
  account text NOT NULL,
  person_name text NOT NULL,
  unit text NOT NULL,
  post text NOT NULL,
  agency text NOT NULL,
  act text NOT NULL,
  query text NOT NULL,
  version integer NOT NULL,
  purpose text NOT NULL,
  case_number text NOT NULL,
  subject_token text NOT NULL,
  mask_level text NOT NULL,
  outcome text NOT NULL,
  approval text NOT NULL,
  policy_version text NOT NULL,
  -- open · complete · cut · abandoned · failed · interrupted
  state text NOT NULL DEFAULT 'open',
  recorded_rows integer NOT NULL DEFAULT 0,
  delivered_rows integer,
  closed_at timestamptz
);
CREATE INDEX disclosure_by_account ON disclosure (account, opened_at);
CREATE INDEX disclosure_by_subject ON disclosure (subject_token, opened_at);
CREATE INDEX disclosure_open ON disclosure (opened_at) WHERE state = 'open';

-- Committed before the chunk's first row leaves. `subjects`: 16 bytes a row, in row order; the event holds its digest.
CREATE TABLE disclosed_chunk (
  code text NOT NULL REFERENCES disclosure,
  chunk integer NOT NULL,
  event_id uuid NOT NULL,
  rows integer NOT NULL,
  subjects bytea NOT NULL,
  PRIMARY KEY (code, chunk)
);
CREATE TRIGGER disclosed_chunk_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosed_chunk
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Per viewer and subject: which characters of which identifier he has ever seen, as bit masks by place.
CREATE TABLE mask_seen (
  account text NOT NULL,
  subject bytea NOT NULL,
  shown text NOT NULL,
  PRIMARY KEY (account, subject)
);

-- Subjects nobody has a reason to look at. Sealed: pseudonyms only; a read of one is a finding.
CREATE TABLE canary (
  subject bytea PRIMARY KEY,
  sealed_at timestamptz NOT NULL,
  sealed_by text NOT NULL,
  note text NOT NULL
);
