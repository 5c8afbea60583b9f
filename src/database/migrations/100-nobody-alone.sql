-- What adds to anybody's power takes two (docs/adr/0014): staff, systems, accounts that come or end.
ALTER TABLE change_proposal DROP CONSTRAINT change_proposal_kind_check;
ALTER TABLE change_proposal ADD CONSTRAINT change_proposal_kind_check CHECK (kind IN
  ('role', 'rule', 'policy', 'connector', 'retention', 'import-undo', 'staff', 'calling-system', 'account-add',
   'account-end'));
-- What only one may learn, once, after it was applied: one-time passwords, the key of a system. It is drawn when it is
-- fetched and kept nowhere.
ALTER TABLE change_proposal ADD COLUMN slip_at timestamptz;

-- What a personnel file or a directory wants and one person may not do alone: the change person by person, until two have
-- agreed. Identity numbers stand in it as pseudonyms only.
CREATE TABLE staff_waiting (
  id uuid PRIMARY KEY,
  agency text NOT NULL,
  as_of timestamptz NOT NULL,
  file_name text NOT NULL,
  source text NOT NULL,
  people integer NOT NULL,
  plan jsonb NOT NULL,
  with_passwords boolean NOT NULL,
  added_at timestamptz NOT NULL,
  added_by text NOT NULL,
  -- hash of what is wanted, whenever it is said: a directory says the same again with every round
  wish text NOT NULL
);
CREATE INDEX staff_waiting_by_wish ON staff_waiting (agency, wish);
SELECT keep_to('staff_waiting', 'serves(agency)');

-- One name is one account, however it is written: wide letters and capitals are the same letters.
ALTER TABLE account ADD CONSTRAINT account_name_is_folded CHECK (account = lower(normalize(account, NFKC)));

-- An account that was there before any personnel file named it, and has ended, belonged to nobody a file could name: it
-- comes back to nobody. One that belonged to a person comes back to him alone.
CREATE OR REPLACE FUNCTION accounts_of_others(home text, accounts text[], persons text[]) RETURNS TABLE (account text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  served text := coalesce(current_setting('shoumi.agencies', true), '');
BEGIN
  PERFORM set_config('shoumi.agencies', '*', true);
  RETURN QUERY SELECT s.account FROM unnest(accounts, persons) AS s (account, person)
    WHERE EXISTS (SELECT FROM term t WHERE t.account = s.account AND (t.agency, t.person) IS DISTINCT FROM (home, s.person))
      OR (EXISTS (SELECT FROM account a WHERE a.account = s.account AND a.ended_at IS NOT NULL)
          AND NOT EXISTS (SELECT FROM term t WHERE t.account = s.account AND (t.agency, t.person) = (home, s.person)));
  PERFORM set_config('shoumi.agencies', served, true);
END $$;

-- INVARIANT: an account that has ended opens nothing when it comes back: with its end, by whatever way, password, passkeys,
-- sessions and agencies served besides are gone. Rows of others are theirs alone to delete, so that each is done as his.
CREATE FUNCTION forget_means() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  worker text := coalesce(current_setting('shoumi.account', true), '');
BEGIN
  PERFORM set_config('shoumi.account', OLD.account, true);
  DELETE FROM passkey WHERE account = OLD.account;
  DELETE FROM passkey_challenge WHERE account = OLD.account;
  DELETE FROM password_history WHERE account = OLD.account;
  DELETE FROM session WHERE account = OLD.account;
  PERFORM set_config('shoumi.account', worker, true);
  NEW.password_hash := '';
  NEW.password_must_change := false;
  NEW.failed_attempts := 0;
  NEW.locked_until := NULL;
  NEW.serves := '{}';
  RETURN NEW;
END $$;
CREATE TRIGGER account_ends_with_its_means BEFORE UPDATE OF ended_at ON account FOR EACH ROW
  WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION forget_means();
-- Those that ended before.
DO $$
DECLARE
  gone record;
BEGIN
  FOR gone IN SELECT account, ended_at FROM account WHERE ended_at IS NOT NULL LOOP
    UPDATE account SET ended_at = NULL WHERE account = gone.account;
    UPDATE account SET ended_at = gone.ended_at WHERE account = gone.account;
  END LOOP;
END $$;

-- Whether somebody is the last of his role is told over all agencies; who they are stays where it was.
CREATE FUNCTION watching_accounts(roles text[]) RETURNS TABLE (account text, role text, agency text, serves text[])
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  served text := coalesce(current_setting('shoumi.agencies', true), '');
BEGIN
  PERFORM set_config('shoumi.agencies', '*', true);
  RETURN QUERY SELECT a.account, a.role, a.agency, a.serves FROM account a
    WHERE a.ended_at IS NULL AND a.role = ANY (roles);
  PERFORM set_config('shoumi.agencies', served, true);
END $$;
