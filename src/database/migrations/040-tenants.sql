-- Agencies are tenants (docs/adr/0013). Requests work in a role that owns nothing and cannot step around a policy; each
-- connection says for whom it works: shoumi.agencies ('*' or codes with commas), shoumi.home, shoumi.account. Unset means
-- nothing is seen. Tables the role has no grant on are the installation's own.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shoumi_request') THEN
    CREATE ROLE shoumi_request NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'shoumi_request' AND (rolsuper OR rolbypassrls)) THEN
    RAISE EXCEPTION 'role shoumi_request must be no superuser and have no BYPASSRLS';
  END IF;
  BEGIN
    GRANT shoumi_request TO CURRENT_USER;
  EXCEPTION WHEN insufficient_privilege THEN
    -- Somebody else made the role; then he has to have given it to this login.
    IF NOT pg_has_role(current_user, 'shoumi_request', 'MEMBER') THEN RAISE; END IF;
  END;
  -- The role sees its tables and nothing else of this database.
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO shoumi_request', current_schema());
END $$;

CREATE FUNCTION serves_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(current_setting('shoumi.agencies', true), '') = '*';
CREATE FUNCTION serves(agency text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(current_setting('shoumi.agencies', true), '') = '*'
    OR agency = ANY (string_to_array(current_setting('shoumi.agencies', true), ','));
CREATE FUNCTION is_own(account text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN account = nullif(current_setting('shoumi.account', true), '');

-- Puts a table under one rule, for reading and writing, also for its owner.
CREATE FUNCTION keep_to(which regclass, rule text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', which);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', which);
  EXECUTE format('CREATE POLICY tenant ON %s USING (%s) WITH CHECK (%s)', which, rule, rule);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO shoumi_request', which);
END $$;

-- Agencies a person serves besides his own (兼辦); empty for an office above the agencies means all of them.
ALTER TABLE account ADD COLUMN serves text[] NOT NULL DEFAULT '{}';

-- Whose event it is: the agency it is about, or of whoever acts. For finding it only; what is proved stands in the leaf.
CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
ALTER TABLE event ADD COLUMN agency text NOT NULL DEFAULT '';
UPDATE event SET agency = account.agency FROM account WHERE account.account = event.actor AND account.agency <> '';
CREATE OR REPLACE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sealed_for_person IS NULL AND OLD.sealed_for_person IS NOT NULL
     AND (NEW.expires_month, NEW.event_id, NEW.at, NEW.kind, NEW.actor, NEW.subject_ref, NEW.leaf, NEW.sealed, NEW.agency)
         IS NOT DISTINCT FROM
         (OLD.expires_month, OLD.event_id, OLD.at, OLD.kind, OLD.actor, OLD.subject_ref, OLD.leaf, OLD.sealed, OLD.agency)
     AND NEW.person_token IS NOT DISTINCT FROM OLD.person_token
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'table event is append-only';
END $$;
CREATE FUNCTION home_of(actor text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(nullif(current_setting('shoumi.home', true), ''),
    (SELECT a.agency FROM account a WHERE a.account = actor), '');

-- The same subject may be sealed by several agencies, none of which learns of the others.
ALTER TABLE canary ADD COLUMN agency text NOT NULL DEFAULT '';
ALTER TABLE canary DROP CONSTRAINT canary_pkey, ADD PRIMARY KEY (subject, agency);
-- A read is a finding whoever sealed the subject: the gate asks over all lists, and learns of hits alone. Not before
-- migration 070, which says how the function comes to see them: said here it took a superuser.
CREATE FUNCTION sealed_among(subjects bytea, how_many integer) RETURNS TABLE (subject bytea, agency text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT c.subject, c.agency FROM canary c
  WHERE c.subject = ANY (SELECT substring(subjects FROM 1 + 16 * i FOR 16) FROM generate_series(0, how_many - 1) AS i)
$$;

ALTER TABLE evaluation ADD COLUMN agency text NOT NULL DEFAULT '';
UPDATE evaluation SET agency = s.agency FROM calling_system s WHERE s.system = evaluation.system;

-- A run covers every agency; who serves some of them sees that it took place, not how much there is elsewhere.
CREATE VIEW shown_run AS
  SELECT run_id, state, started_at, ended_at, window_from, window_to, rule_set, error,
    CASE WHEN serves_all() THEN accesses END AS accesses, CASE WHEN serves_all() THEN changed END AS changed
  FROM reconcile_run;
GRANT SELECT ON shown_run TO shoumi_request;

SELECT keep_to('account', 'serves(agency) OR is_own(account)');
SELECT keep_to('session', 'is_own(account) OR EXISTS (SELECT FROM account a WHERE a.account = session.account)');
SELECT keep_to('password_history', 'is_own(account)');
SELECT keep_to('passkey', 'is_own(account)');
SELECT keep_to('passkey_challenge', 'is_own(account)');
SELECT keep_to('agency', 'serves(agency)');
SELECT keep_to('source_system', 'serves(agency)');
SELECT keep_to('import', 'serves(agency)');
SELECT keep_to('event', 'serves(agency) OR is_own(actor)');
REVOKE UPDATE, DELETE ON event FROM shoumi_request;
SELECT keep_to('erasure_request', 'serves_all()');
SELECT keep_to('ledger_hold', 'serves_all()');
SELECT keep_to('disclosure', 'serves(agency) OR is_own(account)');
SELECT keep_to('disclosed_chunk', 'is_own(account) OR EXISTS (SELECT FROM disclosure d WHERE d.code = disclosed_chunk.code)');
SELECT keep_to('canary', 'serves(agency)');
SELECT keep_to('gate_request', 'serves(agency) OR is_own(account)');
SELECT keep_to('gate_approval', 'EXISTS (SELECT FROM gate_request r WHERE r.id = gate_approval.request)');
SELECT keep_to('gate_sample', 'EXISTS (SELECT FROM gate_request r WHERE r.id = gate_sample.request)');
SELECT keep_to('gate_review', 'serves(agency) OR is_own(account)');
SELECT keep_to('gate_challenge', 'is_own(account)');
SELECT keep_to('gate_notice', 'is_own(to_account)');
-- Whoever asks writes into his superior's list.
CREATE POLICY to_others ON gate_notice FOR INSERT WITH CHECK (true);
SELECT keep_to('calling_system', 'serves(agency)');
SELECT keep_to('calling_token', 'EXISTS (SELECT FROM calling_system s WHERE s.system = calling_token.system)');
SELECT keep_to('evaluation', 'serves(agency)');
SELECT keep_to('wire_request', 'EXISTS (SELECT FROM gate_request r WHERE r.id = wire_request.request)');

-- Facts of the installation, and the queue every recorded event goes through.
GRANT SELECT ON setting TO shoumi_request;
GRANT INSERT ON ledger_queue TO shoumi_request;
