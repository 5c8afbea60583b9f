-- Changes that take two: proposed by one, applied by another's word. Nothing applies by silence.
CREATE TABLE change_proposal (
  change_id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('role', 'rule', 'policy', 'connector', 'retention')),
  target text NOT NULL,
  -- whose matter it is; '' for the whole installation
  agency text NOT NULL,
  value jsonb NOT NULL,
  -- SHA-256 of what it was proposed against: when that has changed meanwhile, the proposal is stale
  base bytea NOT NULL,
  before jsonb NOT NULL,
  consequences jsonb NOT NULL,
  reason text NOT NULL,
  effective_from timestamptz,
  proposed_by text NOT NULL,
  proposed_by_post text NOT NULL,
  proposed_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'applied', 'refused', 'withdrawn', 'stale')),
  decided_by text,
  decided_by_post text,
  decided_at timestamptz,
  decision_reason text NOT NULL DEFAULT '',
  evidence jsonb
);
CREATE INDEX change_proposal_by_time ON change_proposal (proposed_at);
SELECT keep_to('change_proposal', 'serves(agency)');
REVOKE DELETE ON change_proposal FROM shoumi_request;

-- What was changed of what comes with the program as files: the newest version that has begun holds.
CREATE TABLE setting_version (
  kind text NOT NULL,
  target text NOT NULL,
  version integer NOT NULL,
  value jsonb NOT NULL,
  effective_from timestamptz NOT NULL,
  change_id uuid NOT NULL REFERENCES change_proposal,
  PRIMARY KEY (kind, target, version)
);
CREATE TRIGGER setting_version_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON setting_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
SELECT keep_to('setting_version', 'serves_all()');
REVOKE UPDATE, DELETE ON setting_version FROM shoumi_request;
