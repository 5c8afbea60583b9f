-- Units, posts and personnel files are their agency's own (see 040).
SELECT keep_to('unit', 'serves(agency)');
SELECT keep_to('term', 'serves(agency) OR is_own(account)');
SELECT keep_to('staff_import', 'serves(agency)');
SELECT keep_to('scim_resource', 'serves(agency)');

-- An account is one person's for ever, in all agencies: whoever gives one out learns that it is taken, and of whom nothing.
-- How these two come to see all agencies is said in migration 070: said here it took a superuser.
CREATE FUNCTION accounts_elsewhere(accounts text[], home text) RETURNS TABLE (account text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT a.account FROM account a WHERE a.account = ANY (accounts) AND a.agency <> home
$$;
CREATE FUNCTION accounts_of_others(home text, accounts text[], persons text[]) RETURNS TABLE (account text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT DISTINCT t.account FROM term t JOIN unnest(accounts, persons) AS s (account, person) ON s.account = t.account
  WHERE (t.agency, t.person) IS DISTINCT FROM (home, s.person)
$$;
