-- Three functions look over all agencies and tell hits alone. `SET shoumi.agencies = '*'` written at the function, as until
-- now, is allowed to a superuser only; setting it inside is allowed to everybody and comes to the same: the function has a
-- setting of its own (search_path), so that what it sets locally ends with it, and it is set back besides.
-- Migrations 040 and 050 lost that clause, so that an ordinary owner can run them; where they ran with it, it goes here.
CREATE OR REPLACE FUNCTION sealed_among(subjects bytea, how_many integer) RETURNS TABLE (subject bytea, agency text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  served text := coalesce(current_setting('shoumi.agencies', true), '');
BEGIN
  PERFORM set_config('shoumi.agencies', '*', true);
  RETURN QUERY SELECT c.subject, c.agency FROM canary c
    WHERE c.subject = ANY (SELECT substring(subjects FROM 1 + 16 * i FOR 16) FROM generate_series(0, how_many - 1) AS i);
  PERFORM set_config('shoumi.agencies', served, true);
END $$;

CREATE OR REPLACE FUNCTION accounts_elsewhere(accounts text[], home text) RETURNS TABLE (account text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  served text := coalesce(current_setting('shoumi.agencies', true), '');
BEGIN
  PERFORM set_config('shoumi.agencies', '*', true);
  RETURN QUERY SELECT a.account FROM account a WHERE a.account = ANY (accounts) AND a.agency <> home;
  PERFORM set_config('shoumi.agencies', served, true);
END $$;

CREATE OR REPLACE FUNCTION accounts_of_others(home text, accounts text[], persons text[]) RETURNS TABLE (account text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  served text := coalesce(current_setting('shoumi.agencies', true), '');
BEGIN
  PERFORM set_config('shoumi.agencies', '*', true);
  RETURN QUERY SELECT DISTINCT t.account
    FROM term t JOIN unnest(accounts, persons) AS s (account, person) ON s.account = t.account
    WHERE (t.agency, t.person) IS DISTINCT FROM (home, s.person);
  PERFORM set_config('shoumi.agencies', served, true);
END $$;
