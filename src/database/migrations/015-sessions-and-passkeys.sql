-- Sessions are listed to their owner; who has a passkey has not signed in before he has used it.
ALTER TABLE session
  ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN place text NOT NULL DEFAULT '',
  ADD COLUMN means text NOT NULL DEFAULT 'password',
  ADD COLUMN passkey_due boolean NOT NULL DEFAULT false,
  ADD COLUMN step_up_at timestamptz;

ALTER TABLE account
  ADD COLUMN ended_at timestamptz,
  ADD COLUMN last_sign_in_at timestamptz,
  ADD COLUMN password_must_change boolean NOT NULL DEFAULT false;

-- Passwords used before, newest first by time: the last three are refused.
CREATE TABLE password_history (
  account text NOT NULL REFERENCES account ON DELETE CASCADE,
  password_hash text NOT NULL,
  replaced_at timestamptz NOT NULL
);
CREATE INDEX password_history_by_account ON password_history (account, replaced_at);

CREATE TABLE passkey (
  credential_id text PRIMARY KEY,
  account text NOT NULL REFERENCES account ON DELETE CASCADE,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  name text NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz
);
CREATE INDEX passkey_by_account ON passkey (account);

-- Each is answered once, within minutes. `bound`: the 32 bytes the answer stands for; NULL for mere presence.
CREATE TABLE passkey_challenge (
  challenge text PRIMARY KEY,
  account text NOT NULL REFERENCES account ON DELETE CASCADE,
  purpose text NOT NULL CHECK (purpose IN ('register', 'prove')),
  bound bytea,
  nonce bytea NOT NULL,
  expires_at timestamptz NOT NULL
);
