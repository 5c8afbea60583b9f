-- A sign-in begun at another provider, until its browser comes back; the browser holds a secret, here stands its hash.
CREATE TABLE oidc_attempt (
  secret_hash bytea PRIMARY KEY,
  state text NOT NULL,
  nonce text NOT NULL,
  verifier text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX oidc_attempt_by_expiry ON oidc_attempt (expires_at);
