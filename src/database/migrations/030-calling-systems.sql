-- Systems that ask the gate for decisions about their own users. Of a key only its hash is kept.
CREATE TABLE calling_system (
  system text PRIMARY KEY,
  name text NOT NULL,
  agency text NOT NULL,
  key_hash bytea NOT NULL UNIQUE,
  -- SHA-256 of the client certificate; null: no mutual TLS
  certificate bytea UNIQUE,
  -- answered yes whatever the policies say; what they said is kept
  is_shadow boolean NOT NULL,
  added_at timestamptz NOT NULL,
  ended_at timestamptz
);

CREATE TABLE calling_token (
  hash bytea PRIMARY KEY,
  system text NOT NULL REFERENCES calling_system,
  expires_at timestamptz NOT NULL
);

-- Every decision given to a system, and what it says it did of its duties. No citizen stands here.
CREATE TABLE evaluation (
  id uuid PRIMARY KEY,
  system text NOT NULL REFERENCES calling_system,
  at timestamptz NOT NULL,
  account text NOT NULL,
  query text NOT NULL,
  act text NOT NULL,
  purpose text NOT NULL,
  outcome text NOT NULL,
  reason text NOT NULL,
  is_shadow boolean NOT NULL,
  policy_version text NOT NULL,
  -- ids of the duties a permit carried
  duties text[] NOT NULL,
  fulfilled text[],
  rows bigint,
  receipt_at timestamptz
);
CREATE INDEX evaluation_by_time ON evaluation (at);
-- the permits whose receipt is still missing
CREATE INDEX evaluation_owed ON evaluation (system, at) WHERE receipt_at IS NULL AND outcome = 'permit' AND NOT is_shadow;

-- Requests that came over the wire: the same key again gives the same request.
CREATE TABLE wire_request (
  request uuid PRIMARY KEY REFERENCES gate_request,
  system text NOT NULL REFERENCES calling_system,
  idempotency_key text NOT NULL,
  -- hash of what was asked
  tuple bytea NOT NULL,
  UNIQUE (system, idempotency_key)
);
