-- How an account may be entered: `password` here, `ldap` (the agency's directory), `oidc` (its provider). NULL: nobody said
-- so; then an account with a password here is entered by that alone, one without by directory and provider.
-- `first_key_until`: two persons let an account without a passkey bring its first one after another means than the password.
ALTER TABLE account
  ADD COLUMN means text[] CHECK (means <@ ARRAY['password', 'ldap', 'oidc']),
  ADD COLUMN first_key_until timestamptz;

-- Whom the provider means: an account is one subject's from its first use on, whatever names the provider gives out later.
CREATE TABLE provider_subject (
  account text PRIMARY KEY REFERENCES account ON DELETE CASCADE,
  issuer text NOT NULL,
  subject text NOT NULL,
  bound_at timestamptz NOT NULL,
  UNIQUE (issuer, subject)
);
SELECT keep_to('provider_subject',
  'is_own(account) OR EXISTS (SELECT FROM account a WHERE a.account = provider_subject.account)');

-- Whom the provider named in this session; bound when the passkey that is due has confirmed it.
ALTER TABLE session ADD COLUMN provider_issuer text, ADD COLUMN provider_subject text;

-- What happened to an account, for its owner and for ethics: a key that came or went, a login that was refused.
CREATE TABLE account_notice (
  id uuid PRIMARY KEY,
  to_account text NOT NULL REFERENCES account ON DELETE CASCADE,
  account text NOT NULL,
  kind text NOT NULL,
  at timestamptz NOT NULL,
  place text NOT NULL,
  read_at timestamptz
);
CREATE INDEX account_notice_by_reader ON account_notice (to_account, at);
SELECT keep_to('account_notice', 'is_own(to_account)');
CREATE POLICY to_others ON account_notice FOR INSERT WITH CHECK (true);

-- Whose keys they are is decided on by two persons when it is the last one: who serves the agency sees that there are keys.
DROP POLICY tenant ON passkey;
CREATE POLICY tenant ON passkey
  USING (is_own(account) OR EXISTS (SELECT FROM account a WHERE a.account = passkey.account))
  WITH CHECK (is_own(account) OR EXISTS (SELECT FROM account a WHERE a.account = passkey.account));

-- Pending sign-ins are counted by address: nobody takes the room of others.
ALTER TABLE oidc_attempt ADD COLUMN place text NOT NULL DEFAULT '';
CREATE INDEX oidc_attempt_by_place ON oidc_attempt (place, expires_at);
