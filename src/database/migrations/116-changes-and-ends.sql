-- Every kind of change that takes two.
ALTER TABLE change_proposal DROP CONSTRAINT change_proposal_kind_check;
ALTER TABLE change_proposal ADD CONSTRAINT change_proposal_kind_check CHECK (kind IN
  ('role', 'rule', 'policy', 'connector', 'retention', 'import-undo', 'sign-in', 'staff', 'calling-system', 'account-add',
   'account-end'));

-- An account that ends also loses its place at the provider, and what was stated of how it may be entered (migration 100).
CREATE OR REPLACE FUNCTION forget_means() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  worker text := coalesce(current_setting('shoumi.account', true), '');
BEGIN
  PERFORM set_config('shoumi.account', OLD.account, true);
  DELETE FROM passkey WHERE account = OLD.account;
  DELETE FROM passkey_challenge WHERE account = OLD.account;
  DELETE FROM password_history WHERE account = OLD.account;
  DELETE FROM provider_subject WHERE account = OLD.account;
  DELETE FROM session WHERE account = OLD.account;
  PERFORM set_config('shoumi.account', worker, true);
  NEW.password_hash := '';
  NEW.password_must_change := false;
  NEW.failed_attempts := 0;
  NEW.locked_until := NULL;
  NEW.means := NULL;
  NEW.first_key_until := NULL;
  NEW.serves := '{}';
  RETURN NEW;
END $$;
