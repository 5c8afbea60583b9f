-- What an official asked for and may not have at once. `binding` is the SHA-256 of exactly what would be shown; an
-- approval or an emergency holds for that and nothing else. What was typed is sealed and goes when the request ends.
CREATE TABLE gate_request (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('approval', 'emergency')),
  state text NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'withdrawn', 'expired', 'used')),
  account text NOT NULL,
  person_name text NOT NULL,
  unit text NOT NULL,
  post text NOT NULL,
  agency text NOT NULL,
  query text NOT NULL,
  version integer NOT NULL,
  act text NOT NULL,
  purpose text NOT NULL,
  case_number text NOT NULL,
  subject_token text NOT NULL,
  mask_level text NOT NULL,
  row_cap integer NOT NULL,
  sealed_parameters bytea,
  binding bytea NOT NULL,
  template text NOT NULL,
  reasons text[] NOT NULL,
  justification text NOT NULL,
  policy_version text NOT NULL,
  asked_at timestamptz NOT NULL,
  -- a pending request ends here; nothing is approved by silence
  expires_at timestamptz NOT NULL,
  decided_at timestamptz,
  usable_until timestamptz,
  uses_left integer NOT NULL DEFAULT 0,
  evidence jsonb
);
CREATE INDEX gate_request_by_account ON gate_request (account, asked_at);
CREATE INDEX gate_request_pending ON gate_request (agency, asked_at) WHERE state = 'pending';

-- Each approver's own word, with the passkey's signature over the binding.
CREATE TABLE gate_approval (
  request uuid NOT NULL REFERENCES gate_request,
  approver text NOT NULL,
  approver_name text NOT NULL,
  approver_post text NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('approve', 'reject')),
  reason text NOT NULL,
  at timestamptz NOT NULL,
  evidence jsonb NOT NULL,
  PRIMARY KEY (request, approver)
);
CREATE TRIGGER gate_approval_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gate_approval
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What each approver was shown before he decided: one strongly masked row and counts, made once.
CREATE TABLE gate_sample (
  request uuid NOT NULL REFERENCES gate_request,
  approver text NOT NULL,
  sample jsonb NOT NULL,
  PRIMARY KEY (request, approver)
);

-- Afterwards: an emergency has to be explained by its officer and judged by somebody else. Overdue blocks the next one.
CREATE TABLE gate_review (
  request uuid PRIMARY KEY REFERENCES gate_request,
  account text NOT NULL,
  agency text NOT NULL,
  due_at timestamptz NOT NULL,
  statement text NOT NULL DEFAULT '',
  stated_at timestamptz,
  conclusion text NOT NULL DEFAULT '' CHECK (conclusion IN ('', 'justified', 'unjustified')),
  remark text NOT NULL DEFAULT '',
  reviewer text NOT NULL DEFAULT '',
  reviewed_at timestamptz
);
CREATE INDEX gate_review_open ON gate_review (account, due_at) WHERE conclusion = '';

-- Drawn at random before results are shown; the answer is kept as it was typed.
CREATE TABLE gate_challenge (
  id uuid PRIMARY KEY,
  account text NOT NULL,
  binding bytea NOT NULL,
  asked_at timestamptz NOT NULL,
  answer text,
  answered_at timestamptz
);
CREATE INDEX gate_challenge_open ON gate_challenge (account, binding) WHERE answered_at IS NULL;

CREATE TABLE gate_notice (
  id uuid PRIMARY KEY,
  to_account text NOT NULL,
  kind text NOT NULL,
  request uuid,
  about text NOT NULL,
  at timestamptz NOT NULL,
  read_at timestamptz
);
CREATE INDEX gate_notice_by_reader ON gate_notice (to_account, at);
