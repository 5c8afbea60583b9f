-- How those outside stand to a log: since when one of them is missing, so that a restart does not begin the grace anew.
CREATE TABLE ledger_outside (
  origin text PRIMARY KEY,
  -- when the first checkpoint was published that too few witnesses have signed; NULL: none waits
  unwitnessed_since timestamptz,
  -- since when a time authority is asked without ever having stamped
  unstamped_since timestamptz,
  -- by this machine's clock
  last_stamped_at timestamptz
);

-- A checkpoint signed with the log's own key that its tree does not continue, as a witness showed it. Kept, with a copy
-- beside the signing key, until the tree continues it again or two persons have settled it; nothing is signed meanwhile.
CREATE TABLE ledger_contradiction (
  contradiction_id uuid PRIMARY KEY,
  origin text NOT NULL,
  found_at timestamptz NOT NULL,
  witness text NOT NULL,
  size bigint NOT NULL,
  note text NOT NULL,
  own_note text NOT NULL,
  proposed_by text,
  proposed_at timestamptz,
  reason text,
  settled_at timestamptz,
  -- an account; 'system': the tree continues the checkpoint again
  settled_by text,
  CHECK ((settled_at IS NULL) = (settled_by IS NULL)),
  CHECK (settled_by IS DISTINCT FROM proposed_by OR settled_by IS NULL)
);
