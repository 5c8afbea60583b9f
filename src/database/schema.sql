-- The whole schema of PostgreSQL, to be read: what the migrations come to. Written by `npm run schema`; a test compares it.

-- Tables

CREATE TABLE account (
  account text NOT NULL,
  name text NOT NULL,
  unit text NOT NULL,
  title text NOT NULL,
  role text NOT NULL,
  password_hash text NOT NULL,
  is_demo boolean DEFAULT false NOT NULL,
  failed_attempts integer DEFAULT 0 NOT NULL,
  locked_until timestamp with time zone,
  ended_at timestamp with time zone,
  last_sign_in_at timestamp with time zone,
  password_must_change boolean DEFAULT false NOT NULL,
  agency text DEFAULT ''::text NOT NULL,
  serves text[] DEFAULT '{}'::text[] NOT NULL,
  means text[],
  first_key_until timestamp with time zone
);

CREATE TABLE account_notice (
  id uuid NOT NULL,
  to_account text NOT NULL,
  account text NOT NULL,
  kind text NOT NULL,
  at timestamp with time zone NOT NULL,
  place text NOT NULL,
  read_at timestamp with time zone
);

CREATE TABLE agency (
  agency text NOT NULL,
  name text NOT NULL,
  is_demo boolean DEFAULT false NOT NULL
);

CREATE TABLE analytics_rebuild (
  rebuild_id uuid NOT NULL,
  started_at timestamp with time zone NOT NULL,
  emptied_at timestamp with time zone,
  ended_at timestamp with time zone
);

CREATE TABLE analytics_rebuild_import (
  rebuild_id uuid NOT NULL,
  import_id uuid NOT NULL
);

CREATE TABLE calling_system (
  system text NOT NULL,
  name text NOT NULL,
  agency text NOT NULL,
  key_hash bytea NOT NULL,
  certificate bytea,
  is_shadow boolean NOT NULL,
  added_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  is_provisioner boolean DEFAULT false NOT NULL
);

CREATE TABLE calling_token (
  hash bytea NOT NULL,
  system text NOT NULL,
  expires_at timestamp with time zone NOT NULL
);

CREATE TABLE canary (
  subject bytea NOT NULL,
  sealed_at timestamp with time zone NOT NULL,
  sealed_by text NOT NULL,
  note text NOT NULL,
  agency text DEFAULT ''::text NOT NULL
);

CREATE TABLE change_proposal (
  change_id uuid NOT NULL,
  kind text NOT NULL,
  target text NOT NULL,
  agency text NOT NULL,
  value jsonb NOT NULL,
  base bytea NOT NULL,
  before jsonb NOT NULL,
  consequences jsonb NOT NULL,
  reason text NOT NULL,
  effective_from timestamp with time zone,
  proposed_by text NOT NULL,
  proposed_by_post text NOT NULL,
  proposed_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  state text DEFAULT 'open'::text NOT NULL,
  decided_by text,
  decided_by_post text,
  decided_at timestamp with time zone,
  decision_reason text DEFAULT ''::text NOT NULL,
  evidence jsonb,
  slip_at timestamp with time zone
);

CREATE TABLE disclosed_chunk (
  code text NOT NULL,
  chunk integer NOT NULL,
  event_id uuid NOT NULL,
  rows integer NOT NULL,
  subjects bytea NOT NULL,
  mask_rules integer DEFAULT 1 NOT NULL,
  shapes text[] DEFAULT '{}'::text[] NOT NULL,
  row_shapes bytea DEFAULT '\x'::bytea NOT NULL,
  account text NOT NULL
);

CREATE TABLE disclosure (
  code text NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  event_id uuid NOT NULL,
  account text NOT NULL,
  person_name text NOT NULL,
  unit text NOT NULL,
  post text NOT NULL,
  agency text NOT NULL,
  act text NOT NULL,
  query text NOT NULL,
  version integer NOT NULL,
  purpose text NOT NULL,
  case_number text NOT NULL,
  subject_token text NOT NULL,
  mask_level text NOT NULL,
  outcome text NOT NULL,
  approval text NOT NULL,
  policy_version text NOT NULL,
  state text DEFAULT 'open'::text NOT NULL,
  recorded_rows integer DEFAULT 0 NOT NULL,
  delivered_rows integer,
  closed_at timestamp with time zone
);

CREATE TABLE erasure_request (
  request_id uuid NOT NULL,
  expires_month integer,
  person text,
  basis text NOT NULL,
  asked_by text NOT NULL,
  asked_by_post text NOT NULL,
  asked_at timestamp with time zone NOT NULL,
  state text DEFAULT 'open'::text NOT NULL,
  decided_by text,
  decided_at timestamp with time zone,
  events integer,
  event_id uuid
);

CREATE TABLE evaluation (
  id uuid NOT NULL,
  system text NOT NULL,
  at timestamp with time zone NOT NULL,
  account text NOT NULL,
  query text NOT NULL,
  act text NOT NULL,
  purpose text NOT NULL,
  outcome text NOT NULL,
  reason text NOT NULL,
  is_shadow boolean NOT NULL,
  policy_version text NOT NULL,
  duties text[] NOT NULL,
  fulfilled text[],
  rows bigint,
  receipt_at timestamp with time zone,
  agency text DEFAULT ''::text NOT NULL
);

CREATE TABLE event (
  expires_month integer NOT NULL,
  event_id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  kind text NOT NULL,
  actor text NOT NULL,
  subject_ref text NOT NULL,
  person_token bytea,
  leaf bytea NOT NULL,
  sealed bytea NOT NULL,
  sealed_for_person bytea,
  agency text DEFAULT ''::text NOT NULL
) PARTITION BY LIST (expires_month);

CREATE TABLE event_before_ledger (
  event_id uuid NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  at timestamp with time zone NOT NULL,
  kind text NOT NULL,
  actor text NOT NULL,
  actor_post text NOT NULL,
  subject_ref text NOT NULL,
  reason text NOT NULL,
  detail jsonb NOT NULL
);

CREATE TABLE gate_approval (
  request uuid NOT NULL,
  approver text NOT NULL,
  approver_name text NOT NULL,
  approver_post text NOT NULL,
  verdict text NOT NULL,
  reason text NOT NULL,
  at timestamp with time zone NOT NULL,
  evidence jsonb NOT NULL,
  acting_for text DEFAULT ''::text NOT NULL
);

CREATE TABLE gate_challenge (
  id uuid NOT NULL,
  account text NOT NULL,
  binding bytea NOT NULL,
  asked_at timestamp with time zone NOT NULL,
  answer text,
  answered_at timestamp with time zone
);

CREATE TABLE gate_notice (
  id uuid NOT NULL,
  to_account text NOT NULL,
  kind text NOT NULL,
  request uuid,
  about text NOT NULL,
  at timestamp with time zone NOT NULL,
  read_at timestamp with time zone
);

CREATE TABLE gate_question (
  event_id uuid NOT NULL,
  account text NOT NULL,
  at timestamp with time zone NOT NULL,
  subject_token text NOT NULL,
  agency text NOT NULL
);

CREATE TABLE gate_request (
  id uuid NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,
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
  asked_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  decided_at timestamp with time zone,
  usable_until timestamp with time zone,
  uses_left integer DEFAULT 0 NOT NULL,
  evidence jsonb
);

CREATE TABLE gate_review (
  request uuid NOT NULL,
  account text NOT NULL,
  agency text NOT NULL,
  due_at timestamp with time zone NOT NULL,
  statement text DEFAULT ''::text NOT NULL,
  stated_at timestamp with time zone,
  conclusion text DEFAULT ''::text NOT NULL,
  remark text DEFAULT ''::text NOT NULL,
  reviewer text DEFAULT ''::text NOT NULL,
  reviewed_at timestamp with time zone
);

CREATE TABLE gate_sample (
  request uuid NOT NULL,
  approver text NOT NULL,
  sample jsonb NOT NULL
);

CREATE TABLE import (
  import_id uuid NOT NULL,
  target text NOT NULL,
  agency text NOT NULL,
  system text NOT NULL,
  file_name text NOT NULL,
  file_bytes bigint NOT NULL,
  sha256 text DEFAULT ''::text NOT NULL,
  mapping jsonb NOT NULL,
  state text NOT NULL,
  started_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  started_by text NOT NULL,
  started_by_post text NOT NULL,
  rows_read bigint DEFAULT 0 NOT NULL,
  rows_loaded bigint DEFAULT 0 NOT NULL,
  rows_rejected bigint DEFAULT 0 NOT NULL,
  rows_duplicate bigint DEFAULT 0 NOT NULL,
  range_from timestamp with time zone,
  range_to timestamp with time zone,
  quality jsonb DEFAULT '[]'::jsonb NOT NULL,
  error text,
  rows_root bytea,
  rows_in_tree bigint,
  readings jsonb DEFAULT '[]'::jsonb NOT NULL,
  mapping_hash text DEFAULT ''::text NOT NULL,
  identity smallint DEFAULT 1 NOT NULL,
  duplicates_of jsonb DEFAULT '{}'::jsonb NOT NULL,
  is_incomplete boolean DEFAULT false NOT NULL,
  withdrawn_by text,
  withdrawn_by_post text,
  withdrawn_at timestamp with time zone,
  reject_reasons jsonb DEFAULT '[]'::jsonb NOT NULL,
  rows_not_records bigint DEFAULT 0 NOT NULL,
  is_stated boolean DEFAULT false NOT NULL,
  rows_tree smallint DEFAULT 1 NOT NULL
);

CREATE TABLE key_mark (
  name text NOT NULL,
  mark bytea NOT NULL,
  noted_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE ledger_batch (
  origin text NOT NULL,
  first_index bigint NOT NULL,
  entry_count integer NOT NULL,
  entries bytea NOT NULL,
  event_ids uuid[] NOT NULL,
  lowest_id uuid NOT NULL,
  highest_id uuid NOT NULL
);

CREATE TABLE ledger_checkpoint (
  origin text NOT NULL,
  size bigint NOT NULL,
  note text NOT NULL,
  signed_at timestamp with time zone NOT NULL,
  witnessed_at timestamp with time zone,
  stamped_at timestamp with time zone,
  stamp bytea
);

CREATE TABLE ledger_contradiction (
  contradiction_id uuid NOT NULL,
  origin text NOT NULL,
  found_at timestamp with time zone NOT NULL,
  witness text NOT NULL,
  size bigint NOT NULL,
  note text NOT NULL,
  own_note text NOT NULL,
  proposed_by text,
  proposed_at timestamp with time zone,
  reason text,
  settled_at timestamp with time zone,
  settled_by text
);

CREATE TABLE ledger_finding (
  finding_id uuid NOT NULL,
  code text NOT NULL,
  place text NOT NULL,
  detail text NOT NULL,
  found_at timestamp with time zone NOT NULL,
  noted_by text,
  noted_at timestamp with time zone
);

CREATE TABLE ledger_hold (
  hold_id uuid NOT NULL,
  person_token bytea,
  expires_month integer,
  reason text NOT NULL,
  placed_by text NOT NULL,
  placed_at timestamp with time zone NOT NULL,
  lifted_at timestamp with time zone
);

CREATE TABLE ledger_log (
  origin text NOT NULL,
  next_index bigint DEFAULT 0 NOT NULL,
  epoch bigint DEFAULT 0 NOT NULL,
  writer text DEFAULT ''::text NOT NULL,
  lease_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
  checkpoint text DEFAULT ''::text NOT NULL
);

CREATE TABLE ledger_outside (
  origin text NOT NULL,
  unwitnessed_since timestamp with time zone,
  unstamped_since timestamp with time zone,
  last_stamped_at timestamp with time zone
);

CREATE TABLE ledger_queue (
  event_id uuid NOT NULL,
  leaf bytea NOT NULL
);

CREATE TABLE oidc_attempt (
  secret_hash bytea NOT NULL,
  state text NOT NULL,
  nonce text NOT NULL,
  verifier text NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  place text DEFAULT ''::text NOT NULL
);

CREATE TABLE passkey (
  credential_id text NOT NULL,
  account text NOT NULL,
  public_key bytea NOT NULL,
  counter bigint NOT NULL,
  name text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone
);

CREATE TABLE passkey_challenge (
  challenge text NOT NULL,
  account text NOT NULL,
  purpose text NOT NULL,
  bound bytea,
  nonce bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL
);

CREATE TABLE password_history (
  account text NOT NULL,
  password_hash text NOT NULL,
  replaced_at timestamp with time zone NOT NULL
);

CREATE TABLE provider_subject (
  account text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  bound_at timestamp with time zone NOT NULL
);

CREATE TABLE reconcile_dirty (
  month integer NOT NULL,
  since timestamp with time zone NOT NULL
);

CREATE TABLE reconcile_run (
  run_id uuid NOT NULL,
  state text NOT NULL,
  started_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  started_by text NOT NULL,
  window_from timestamp with time zone,
  window_to timestamp with time zone,
  rule_set text NOT NULL,
  accesses bigint DEFAULT 0 NOT NULL,
  changed bigint DEFAULT 0 NOT NULL,
  error text,
  findings jsonb DEFAULT '[]'::jsonb NOT NULL
);

CREATE TABLE schema_migration (
  name text NOT NULL,
  applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE scim_resource (
  agency text NOT NULL,
  kind text NOT NULL,
  id text NOT NULL,
  external_id text DEFAULT ''::text NOT NULL,
  is_gone boolean DEFAULT false NOT NULL
);

CREATE TABLE session (
  token_hash bytea NOT NULL,
  account text NOT NULL,
  csrf_token text NOT NULL,
  started_at timestamp with time zone NOT NULL,
  last_seen_at timestamp with time zone NOT NULL,
  id uuid DEFAULT gen_random_uuid() NOT NULL,
  place text DEFAULT ''::text NOT NULL,
  means text DEFAULT 'password'::text NOT NULL,
  passkey_due boolean DEFAULT false NOT NULL,
  step_up_at timestamp with time zone,
  provider_issuer text,
  provider_subject text
);

CREATE TABLE setting (
  name text NOT NULL,
  value jsonb NOT NULL
);

CREATE TABLE setting_version (
  kind text NOT NULL,
  target text NOT NULL,
  version integer NOT NULL,
  value jsonb NOT NULL,
  effective_from timestamp with time zone NOT NULL,
  change_id uuid NOT NULL
);

CREATE TABLE source_system (
  system text NOT NULL,
  agency text NOT NULL,
  name text NOT NULL,
  is_demo boolean DEFAULT false NOT NULL
);

CREATE TABLE staff_import (
  id uuid NOT NULL,
  agency text NOT NULL,
  as_of date NOT NULL,
  file_name text NOT NULL,
  digest text NOT NULL,
  people integer NOT NULL,
  joins integer NOT NULL,
  changes integer NOT NULL,
  leaves integer NOT NULL,
  applied_at timestamp with time zone NOT NULL,
  applied_by text NOT NULL
);

CREATE TABLE staff_waiting (
  id uuid NOT NULL,
  agency text NOT NULL,
  as_of timestamp with time zone NOT NULL,
  file_name text NOT NULL,
  source text NOT NULL,
  people integer NOT NULL,
  plan jsonb NOT NULL,
  with_passwords boolean NOT NULL,
  added_at timestamp with time zone NOT NULL,
  added_by text NOT NULL,
  wish text NOT NULL
);

CREATE TABLE term (
  term_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  agency text NOT NULL,
  person text NOT NULL,
  account text NOT NULL,
  name text NOT NULL,
  unit_code text NOT NULL,
  unit text NOT NULL,
  title text NOT NULL,
  duty text NOT NULL,
  role text NOT NULL,
  manager text NOT NULL,
  deputy text NOT NULL,
  deputy_from date,
  deputy_until date,
  portfolio text[] NOT NULL,
  subject text NOT NULL,
  since timestamp with time zone NOT NULL,
  until timestamp with time zone,
  source text NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  closed_at timestamp with time zone
);

CREATE TABLE unit (
  unit_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  agency text NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  parent text NOT NULL,
  since timestamp with time zone NOT NULL,
  until timestamp with time zone,
  source text NOT NULL
);

CREATE TABLE wire_request (
  request uuid NOT NULL,
  system text NOT NULL,
  idempotency_key text NOT NULL,
  tuple bytea NOT NULL
);

-- Keys and checks

ALTER TABLE account ADD CONSTRAINT account_pkey PRIMARY KEY (account);

ALTER TABLE account ADD CONSTRAINT account_means_check CHECK ((means <@ ARRAY['password'::text, 'ldap'::text, 'oidc'::text]));

ALTER TABLE account ADD CONSTRAINT account_name_is_folded CHECK ((account = lower(NORMALIZE(account, NFKC))));

ALTER TABLE account_notice ADD CONSTRAINT account_notice_pkey PRIMARY KEY (id);

ALTER TABLE account_notice ADD CONSTRAINT account_notice_to_account_fkey FOREIGN KEY (to_account) REFERENCES account(account) ON DELETE CASCADE;

ALTER TABLE agency ADD CONSTRAINT agency_pkey PRIMARY KEY (agency);

ALTER TABLE analytics_rebuild ADD CONSTRAINT analytics_rebuild_pkey PRIMARY KEY (rebuild_id);

ALTER TABLE analytics_rebuild_import ADD CONSTRAINT analytics_rebuild_import_pkey PRIMARY KEY (rebuild_id, import_id);

ALTER TABLE analytics_rebuild_import ADD CONSTRAINT analytics_rebuild_import_rebuild_id_fkey FOREIGN KEY (rebuild_id) REFERENCES analytics_rebuild(rebuild_id);

ALTER TABLE calling_system ADD CONSTRAINT calling_system_certificate_key UNIQUE (certificate);

ALTER TABLE calling_system ADD CONSTRAINT calling_system_key_hash_key UNIQUE (key_hash);

ALTER TABLE calling_system ADD CONSTRAINT calling_system_pkey PRIMARY KEY (system);

ALTER TABLE calling_token ADD CONSTRAINT calling_token_pkey PRIMARY KEY (hash);

ALTER TABLE calling_token ADD CONSTRAINT calling_token_system_fkey FOREIGN KEY (system) REFERENCES calling_system(system);

ALTER TABLE canary ADD CONSTRAINT canary_pkey PRIMARY KEY (subject, agency);

ALTER TABLE change_proposal ADD CONSTRAINT change_proposal_pkey PRIMARY KEY (change_id);

ALTER TABLE change_proposal ADD CONSTRAINT change_proposal_kind_check CHECK ((kind = ANY (ARRAY['role'::text, 'rule'::text, 'policy'::text, 'connector'::text, 'retention'::text, 'import-undo'::text, 'sign-in'::text, 'staff'::text, 'calling-system'::text, 'account-add'::text, 'account-end'::text])));

ALTER TABLE change_proposal ADD CONSTRAINT change_proposal_state_check CHECK ((state = ANY (ARRAY['open'::text, 'applied'::text, 'refused'::text, 'withdrawn'::text, 'stale'::text])));

ALTER TABLE disclosed_chunk ADD CONSTRAINT disclosed_chunk_pkey PRIMARY KEY (code, chunk);

ALTER TABLE disclosed_chunk ADD CONSTRAINT disclosed_chunk_code_fkey FOREIGN KEY (code) REFERENCES disclosure(code);

ALTER TABLE disclosure ADD CONSTRAINT disclosure_pkey PRIMARY KEY (code);

ALTER TABLE erasure_request ADD CONSTRAINT erasure_request_pkey PRIMARY KEY (request_id);

ALTER TABLE erasure_request ADD CONSTRAINT erasure_request_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'withdrawn'::text])));

ALTER TABLE evaluation ADD CONSTRAINT evaluation_pkey PRIMARY KEY (id);

ALTER TABLE evaluation ADD CONSTRAINT evaluation_system_fkey FOREIGN KEY (system) REFERENCES calling_system(system);

ALTER TABLE event ADD CONSTRAINT event_pkey PRIMARY KEY (expires_month, event_id);

ALTER TABLE event_before_ledger ADD CONSTRAINT event_seq_key UNIQUE (seq);

ALTER TABLE event_before_ledger ADD CONSTRAINT event_before_ledger_pkey PRIMARY KEY (event_id);

ALTER TABLE gate_approval ADD CONSTRAINT gate_approval_pkey PRIMARY KEY (request, approver);

ALTER TABLE gate_approval ADD CONSTRAINT gate_approval_request_fkey FOREIGN KEY (request) REFERENCES gate_request(id);

ALTER TABLE gate_approval ADD CONSTRAINT gate_approval_verdict_check CHECK ((verdict = ANY (ARRAY['approve'::text, 'reject'::text])));

ALTER TABLE gate_challenge ADD CONSTRAINT gate_challenge_pkey PRIMARY KEY (id);

ALTER TABLE gate_notice ADD CONSTRAINT gate_notice_pkey PRIMARY KEY (id);

ALTER TABLE gate_question ADD CONSTRAINT gate_question_pkey PRIMARY KEY (event_id);

ALTER TABLE gate_request ADD CONSTRAINT gate_request_pkey PRIMARY KEY (id);

ALTER TABLE gate_request ADD CONSTRAINT gate_request_kind_check CHECK ((kind = ANY (ARRAY['approval'::text, 'emergency'::text])));

ALTER TABLE gate_request ADD CONSTRAINT gate_request_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text, 'withdrawn'::text, 'expired'::text, 'used'::text])));

ALTER TABLE gate_review ADD CONSTRAINT gate_review_pkey PRIMARY KEY (request);

ALTER TABLE gate_review ADD CONSTRAINT gate_review_request_fkey FOREIGN KEY (request) REFERENCES gate_request(id);

ALTER TABLE gate_review ADD CONSTRAINT gate_review_conclusion_check CHECK ((conclusion = ANY (ARRAY[''::text, 'justified'::text, 'unjustified'::text])));

ALTER TABLE gate_sample ADD CONSTRAINT gate_sample_pkey PRIMARY KEY (request, approver);

ALTER TABLE gate_sample ADD CONSTRAINT gate_sample_request_fkey FOREIGN KEY (request) REFERENCES gate_request(id);

ALTER TABLE import ADD CONSTRAINT import_pkey PRIMARY KEY (import_id);

ALTER TABLE import ADD CONSTRAINT import_rows_tree_check CHECK ((rows_tree = ANY (ARRAY[1, 2])));

ALTER TABLE import ADD CONSTRAINT import_state_check CHECK ((state = ANY (ARRAY['running'::text, 'committing'::text, 'done'::text, 'failed'::text, 'undone'::text, 'repeated'::text, 'withdrawing'::text, 'withdrawn'::text])));

ALTER TABLE key_mark ADD CONSTRAINT key_mark_pkey PRIMARY KEY (name);

ALTER TABLE ledger_batch ADD CONSTRAINT ledger_batch_pkey PRIMARY KEY (origin, first_index);

ALTER TABLE ledger_batch ADD CONSTRAINT ledger_batch_origin_fkey FOREIGN KEY (origin) REFERENCES ledger_log(origin);

ALTER TABLE ledger_batch ADD CONSTRAINT ledger_batch_entry_count_check CHECK ((entry_count > 0));

ALTER TABLE ledger_checkpoint ADD CONSTRAINT ledger_checkpoint_pkey PRIMARY KEY (origin, size);

ALTER TABLE ledger_checkpoint ADD CONSTRAINT ledger_checkpoint_origin_fkey FOREIGN KEY (origin) REFERENCES ledger_log(origin);

ALTER TABLE ledger_contradiction ADD CONSTRAINT ledger_contradiction_pkey PRIMARY KEY (contradiction_id);

ALTER TABLE ledger_contradiction ADD CONSTRAINT ledger_contradiction_check CHECK (((settled_at IS NULL) = (settled_by IS NULL)));

ALTER TABLE ledger_contradiction ADD CONSTRAINT ledger_contradiction_check1 CHECK (((settled_by IS DISTINCT FROM proposed_by) OR (settled_by IS NULL)));

ALTER TABLE ledger_finding ADD CONSTRAINT ledger_finding_code_place_key UNIQUE (code, place);

ALTER TABLE ledger_finding ADD CONSTRAINT ledger_finding_pkey PRIMARY KEY (finding_id);

ALTER TABLE ledger_hold ADD CONSTRAINT ledger_hold_pkey PRIMARY KEY (hold_id);

ALTER TABLE ledger_hold ADD CONSTRAINT ledger_hold_check CHECK (((person_token IS NULL) <> (expires_month IS NULL)));

ALTER TABLE ledger_log ADD CONSTRAINT ledger_log_pkey PRIMARY KEY (origin);

ALTER TABLE ledger_outside ADD CONSTRAINT ledger_outside_pkey PRIMARY KEY (origin);

ALTER TABLE ledger_queue ADD CONSTRAINT ledger_queue_pkey PRIMARY KEY (event_id);

ALTER TABLE oidc_attempt ADD CONSTRAINT oidc_attempt_pkey PRIMARY KEY (secret_hash);

ALTER TABLE passkey ADD CONSTRAINT passkey_pkey PRIMARY KEY (credential_id);

ALTER TABLE passkey ADD CONSTRAINT passkey_account_fkey FOREIGN KEY (account) REFERENCES account(account) ON DELETE CASCADE;

ALTER TABLE passkey_challenge ADD CONSTRAINT passkey_challenge_pkey PRIMARY KEY (challenge);

ALTER TABLE passkey_challenge ADD CONSTRAINT passkey_challenge_account_fkey FOREIGN KEY (account) REFERENCES account(account) ON DELETE CASCADE;

ALTER TABLE passkey_challenge ADD CONSTRAINT passkey_challenge_purpose_check CHECK ((purpose = ANY (ARRAY['register'::text, 'prove'::text])));

ALTER TABLE password_history ADD CONSTRAINT password_history_account_fkey FOREIGN KEY (account) REFERENCES account(account) ON DELETE CASCADE;

ALTER TABLE provider_subject ADD CONSTRAINT provider_subject_issuer_subject_key UNIQUE (issuer, subject);

ALTER TABLE provider_subject ADD CONSTRAINT provider_subject_pkey PRIMARY KEY (account);

ALTER TABLE provider_subject ADD CONSTRAINT provider_subject_account_fkey FOREIGN KEY (account) REFERENCES account(account) ON DELETE CASCADE;

ALTER TABLE reconcile_dirty ADD CONSTRAINT reconcile_dirty_pkey PRIMARY KEY (month);

ALTER TABLE reconcile_run ADD CONSTRAINT reconcile_run_pkey PRIMARY KEY (run_id);

ALTER TABLE reconcile_run ADD CONSTRAINT reconcile_run_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'failed'::text])));

ALTER TABLE schema_migration ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (name);

ALTER TABLE scim_resource ADD CONSTRAINT scim_resource_pkey PRIMARY KEY (agency, kind, id);

ALTER TABLE scim_resource ADD CONSTRAINT scim_resource_kind_check CHECK ((kind = ANY (ARRAY['user'::text, 'group'::text])));

ALTER TABLE session ADD CONSTRAINT session_pkey PRIMARY KEY (token_hash);

ALTER TABLE session ADD CONSTRAINT session_account_fkey FOREIGN KEY (account) REFERENCES account(account) ON DELETE CASCADE;

ALTER TABLE setting ADD CONSTRAINT setting_pkey PRIMARY KEY (name);

ALTER TABLE setting_version ADD CONSTRAINT setting_version_pkey PRIMARY KEY (kind, target, version);

ALTER TABLE setting_version ADD CONSTRAINT setting_version_change_id_fkey FOREIGN KEY (change_id) REFERENCES change_proposal(change_id);

ALTER TABLE source_system ADD CONSTRAINT source_system_pkey PRIMARY KEY (system);

ALTER TABLE source_system ADD CONSTRAINT source_system_agency_fkey FOREIGN KEY (agency) REFERENCES agency(agency);

ALTER TABLE staff_import ADD CONSTRAINT staff_import_pkey PRIMARY KEY (id);

ALTER TABLE staff_waiting ADD CONSTRAINT staff_waiting_pkey PRIMARY KEY (id);

ALTER TABLE term ADD CONSTRAINT term_pkey PRIMARY KEY (term_id);

ALTER TABLE term ADD CONSTRAINT term_check CHECK ((until >= since));

ALTER TABLE unit ADD CONSTRAINT unit_pkey PRIMARY KEY (unit_id);

ALTER TABLE unit ADD CONSTRAINT unit_check CHECK ((until >= since));

ALTER TABLE wire_request ADD CONSTRAINT wire_request_system_idempotency_key_key UNIQUE (system, idempotency_key);

ALTER TABLE wire_request ADD CONSTRAINT wire_request_pkey PRIMARY KEY (request);

ALTER TABLE wire_request ADD CONSTRAINT wire_request_request_fkey FOREIGN KEY (request) REFERENCES gate_request(id);

ALTER TABLE wire_request ADD CONSTRAINT wire_request_system_fkey FOREIGN KEY (system) REFERENCES calling_system(system);

-- Indexes

CREATE INDEX account_notice_by_reader ON account_notice USING btree (to_account, at);

CREATE UNIQUE INDEX analytics_rebuild_open ON analytics_rebuild USING btree (((ended_at IS NULL))) WHERE (ended_at IS NULL);

CREATE INDEX change_proposal_by_time ON change_proposal USING btree (proposed_at);

CREATE INDEX disclosed_chunk_by_viewer ON disclosed_chunk USING btree (account, mask_rules);

CREATE INDEX disclosure_by_account ON disclosure USING btree (account, opened_at);

CREATE INDEX disclosure_by_subject ON disclosure USING btree (subject_token, opened_at);

CREATE INDEX disclosure_open ON disclosure USING btree (opened_at) WHERE (state = 'open'::text);

CREATE INDEX evaluation_by_time ON evaluation USING btree (at);

CREATE INDEX evaluation_owed ON evaluation USING btree (system, at) WHERE ((receipt_at IS NULL) AND (outcome = 'permit'::text) AND (NOT is_shadow));

CREATE INDEX event_by_actor ON ONLY event USING btree (actor, at);

CREATE INDEX event_by_person ON ONLY event USING btree (person_token) WHERE (person_token IS NOT NULL);

CREATE INDEX event_by_subject ON ONLY event USING btree (subject_ref, at);

CREATE INDEX event_by_time ON ONLY event USING brin (at);

CREATE INDEX gate_challenge_open ON gate_challenge USING btree (account, binding) WHERE (answered_at IS NULL);

CREATE UNIQUE INDEX gate_notice_asked_once ON gate_notice USING btree (to_account, about) WHERE ((kind = 'assignment-wanted'::text) AND (read_at IS NULL));

CREATE INDEX gate_notice_by_reader ON gate_notice USING btree (to_account, at);

CREATE INDEX gate_question_by_account ON gate_question USING btree (account, at);

CREATE INDEX gate_request_by_account ON gate_request USING btree (account, asked_at);

CREATE INDEX gate_request_pending ON gate_request USING btree (agency, asked_at) WHERE (state = 'pending'::text);

CREATE INDEX gate_review_open ON gate_review USING btree (account, due_at) WHERE (conclusion = ''::text);

CREATE INDEX import_by_time ON import USING btree (started_at);

CREATE UNIQUE INDEX import_once ON import USING btree (target, agency, system, sha256, mapping_hash) WHERE ((state = ANY (ARRAY['committing'::text, 'done'::text])) AND (NOT is_incomplete));

CREATE INDEX ledger_batch_by_event ON ledger_batch USING btree (origin, highest_id, lowest_id);

CREATE INDEX oidc_attempt_by_expiry ON oidc_attempt USING btree (expires_at);

CREATE INDEX oidc_attempt_by_place ON oidc_attempt USING btree (place, expires_at);

CREATE INDEX passkey_by_account ON passkey USING btree (account);

CREATE INDEX password_history_by_account ON password_history USING btree (account, replaced_at);

CREATE INDEX reconcile_run_by_time ON reconcile_run USING btree (started_at);

CREATE INDEX scim_resource_by_external_id ON scim_resource USING btree (agency, kind, external_id) WHERE (external_id <> ''::text);

CREATE INDEX session_by_account ON session USING btree (account);

CREATE INDEX staff_import_by_agency ON staff_import USING btree (agency, as_of);

CREATE INDEX staff_waiting_by_wish ON staff_waiting USING btree (agency, wish);

CREATE UNIQUE INDEX term_account_in_force ON term USING btree (account) WHERE (until IS NULL);

CREATE INDEX term_by_account ON term USING btree (account);

CREATE INDEX term_by_deputy ON term USING btree (agency, deputy) WHERE ((until IS NULL) AND (deputy <> ''::text));

CREATE INDEX term_by_manager ON term USING btree (agency, manager) WHERE ((until IS NULL) AND (manager <> ''::text));

CREATE INDEX term_by_person ON term USING btree (agency, person, term_id);

CREATE INDEX term_by_unit ON term USING btree (agency, unit_code) WHERE (until IS NULL);

CREATE UNIQUE INDEX term_in_force ON term USING btree (agency, person) WHERE (until IS NULL);

CREATE UNIQUE INDEX unit_in_force ON unit USING btree (agency, code) WHERE (until IS NULL);

-- Views

CREATE VIEW shown_run AS
 SELECT run_id,
    state,
    started_at,
    ended_at,
    window_from,
    window_to,
    rule_set,
    error,
        CASE
            WHEN serves_all() THEN accesses
            ELSE NULL::bigint
        END AS accesses,
        CASE
            WHEN serves_all() THEN changed
            ELSE NULL::bigint
        END AS changed,
    findings
   FROM reconcile_run;

-- Functions

CREATE OR REPLACE FUNCTION accounts_elsewhere(accounts text[], home text)
 RETURNS TABLE(account text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO '$user', 'public'
AS $function$
DECLARE
  served text := coalesce(current_setting('shoumi.agencies', true), '');
BEGIN
  PERFORM set_config('shoumi.agencies', '*', true);
  RETURN QUERY SELECT a.account FROM account a WHERE a.account = ANY (accounts) AND a.agency <> home;
  PERFORM set_config('shoumi.agencies', served, true);
END $function$
;

CREATE OR REPLACE FUNCTION accounts_of_others(home text, accounts text[], persons text[])
 RETURNS TABLE(account text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO '$user', 'public'
AS $function$
DECLARE
  served text := coalesce(current_setting('shoumi.agencies', true), '');
BEGIN
  PERFORM set_config('shoumi.agencies', '*', true);
  RETURN QUERY SELECT s.account FROM unnest(accounts, persons) AS s (account, person)
    WHERE EXISTS (SELECT FROM term t WHERE t.account = s.account AND (t.agency, t.person) IS DISTINCT FROM (home, s.person))
      OR (EXISTS (SELECT FROM account a WHERE a.account = s.account AND a.ended_at IS NOT NULL)
          AND NOT EXISTS (SELECT FROM term t WHERE t.account = s.account AND (t.agency, t.person) = (home, s.person)));
  PERFORM set_config('shoumi.agencies', served, true);
END $function$
;

CREATE OR REPLACE FUNCTION forget_means()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO '$user', 'public'
AS $function$
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
END $function$
;

CREATE OR REPLACE FUNCTION have_leaves(ids uuid[])
 RETURNS TABLE(event_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO '$user', 'public'
AS $function$
  SELECT i.id FROM unnest(ids) AS i (id)
  WHERE EXISTS (SELECT FROM ledger_batch b WHERE b.highest_id >= i.id AND b.lowest_id <= i.id AND i.id = ANY (b.event_ids))
     OR EXISTS (SELECT FROM ledger_queue q WHERE q.event_id = i.id)
$function$
;

CREATE OR REPLACE FUNCTION home_of(actor text)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN COALESCE(NULLIF(current_setting('shoumi.home'::text, true), ''::text), (SELECT a.agency FROM account a WHERE (a.account = home_of.actor)), ''::text)
;

CREATE OR REPLACE FUNCTION is_own(account text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (account = NULLIF(current_setting('shoumi.account'::text, true), ''::text))
;

CREATE OR REPLACE FUNCTION keep_to(which regclass, rule text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', which);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', which);
  EXECUTE format('CREATE POLICY tenant ON %s USING (%s) WITH CHECK (%s)', which, rule, rule);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO shoumi_request', which);
END $function$
;

CREATE OR REPLACE FUNCTION refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME;
END $function$
;

CREATE OR REPLACE FUNCTION refuse_disclosure_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF OLD.state = 'open' AND (to_jsonb(NEW) - '{state,recorded_rows,delivered_rows,closed_at}'::text[])
     = (to_jsonb(OLD) - '{state,recorded_rows,delivered_rows,closed_at}'::text[]) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'table disclosure is append-only';
END $function$
;

CREATE OR REPLACE FUNCTION refuse_event_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
END $function$
;

CREATE OR REPLACE FUNCTION refuse_rewriting()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  IF OLD.until IS NULL AND NEW.until IS NOT NULL
     AND to_jsonb(NEW) - '{until,closed_at}'::text[] = to_jsonb(OLD) - '{until,closed_at}'::text[]
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'table % keeps its history', TG_TABLE_NAME;
END $function$
;

CREATE OR REPLACE FUNCTION sealed_among(subjects bytea, how_many integer)
 RETURNS TABLE(subject bytea, agency text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO '$user', 'public'
AS $function$
DECLARE
  served text := coalesce(current_setting('shoumi.agencies', true), '');
BEGIN
  PERFORM set_config('shoumi.agencies', '*', true);
  RETURN QUERY SELECT c.subject, c.agency FROM canary c
    WHERE c.subject = ANY (SELECT substring(subjects FROM 1 + 16 * i FOR 16) FROM generate_series(0, how_many - 1) AS i);
  PERFORM set_config('shoumi.agencies', served, true);
END $function$
;

CREATE OR REPLACE FUNCTION serves(agency text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN ((COALESCE(current_setting('shoumi.agencies'::text, true), ''::text) = '*'::text) OR (agency = ANY (string_to_array(current_setting('shoumi.agencies'::text, true), ','::text))))
;

CREATE OR REPLACE FUNCTION serves_all()
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN (COALESCE(current_setting('shoumi.agencies'::text, true), ''::text) = '*'::text)
;

CREATE OR REPLACE FUNCTION watching_accounts(roles text[])
 RETURNS TABLE(account text, role text, agency text, serves text[])
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO '$user', 'public'
AS $function$
DECLARE
  served text := coalesce(current_setting('shoumi.agencies', true), '');
BEGIN
  PERFORM set_config('shoumi.agencies', '*', true);
  RETURN QUERY SELECT a.account, a.role, a.agency, a.serves FROM account a
    WHERE a.ended_at IS NULL AND a.role = ANY (roles);
  PERFORM set_config('shoumi.agencies', served, true);
END $function$
;

-- Triggers

CREATE TRIGGER account_ends_with_its_means BEFORE UPDATE OF ended_at ON account FOR EACH ROW WHEN (((old.ended_at IS NULL) AND (new.ended_at IS NOT NULL))) EXECUTE FUNCTION forget_means();

CREATE TRIGGER disclosed_chunk_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON disclosed_chunk FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER disclosure_is_append_only BEFORE DELETE ON disclosure FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER disclosure_is_not_emptied BEFORE TRUNCATE ON disclosure FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER disclosure_keeps_its_rows BEFORE UPDATE ON disclosure FOR EACH ROW EXECUTE FUNCTION refuse_disclosure_change();

CREATE TRIGGER event_is_append_only BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER event_keeps_its_rows BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION refuse_event_change();

CREATE TRIGGER gate_approval_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON gate_approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER gate_question_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON gate_question FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER ledger_batch_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON ledger_batch FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER setting_version_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON setting_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER term_is_not_deleted BEFORE DELETE OR TRUNCATE ON term FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER term_keeps_its_history BEFORE UPDATE ON term FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

CREATE TRIGGER unit_is_not_deleted BEFORE DELETE OR TRUNCATE ON unit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER unit_keeps_its_history BEFORE UPDATE ON unit FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

-- Row-level security

CREATE POLICY tenant ON account FOR ALL USING ((serves(agency) OR is_own(account))) WITH CHECK ((serves(agency) OR is_own(account)));

CREATE POLICY tenant ON account_notice FOR ALL USING (is_own(to_account)) WITH CHECK (is_own(to_account));

CREATE POLICY to_others ON account_notice FOR INSERT USING () WITH CHECK (true);

CREATE POLICY tenant ON agency FOR ALL USING (serves(agency)) WITH CHECK (serves(agency));

CREATE POLICY tenant ON analytics_rebuild FOR ALL USING (serves_all()) WITH CHECK (serves_all());

CREATE POLICY tenant ON analytics_rebuild_import FOR ALL USING (serves_all()) WITH CHECK (serves_all());

CREATE POLICY tenant ON calling_system FOR ALL USING (serves(agency)) WITH CHECK (serves(agency));

CREATE POLICY tenant ON calling_token FOR ALL USING ((EXISTS ( SELECT
   FROM calling_system s
  WHERE (s.system = calling_token.system)))) WITH CHECK ((EXISTS ( SELECT
   FROM calling_system s
  WHERE (s.system = calling_token.system))));

CREATE POLICY tenant ON canary FOR ALL USING (serves(agency)) WITH CHECK (serves(agency));

CREATE POLICY tenant ON change_proposal FOR ALL USING (serves(agency)) WITH CHECK (serves(agency));

CREATE POLICY tenant ON disclosed_chunk FOR ALL USING ((is_own(account) OR (EXISTS ( SELECT
   FROM disclosure d
  WHERE (d.code = disclosed_chunk.code))))) WITH CHECK ((is_own(account) OR (EXISTS ( SELECT
   FROM disclosure d
  WHERE (d.code = disclosed_chunk.code)))));

CREATE POLICY tenant ON disclosure FOR ALL USING ((serves(agency) OR is_own(account))) WITH CHECK ((serves(agency) OR is_own(account)));

CREATE POLICY tenant ON erasure_request FOR ALL USING (serves_all()) WITH CHECK (serves_all());

CREATE POLICY tenant ON evaluation FOR ALL USING (serves(agency)) WITH CHECK (serves(agency));

CREATE POLICY tenant ON event FOR ALL USING ((serves(agency) OR is_own(actor))) WITH CHECK ((serves(agency) OR is_own(actor)));

CREATE POLICY tenant ON gate_approval FOR ALL USING ((EXISTS ( SELECT
   FROM gate_request r
  WHERE (r.id = gate_approval.request)))) WITH CHECK ((EXISTS ( SELECT
   FROM gate_request r
  WHERE (r.id = gate_approval.request))));

CREATE POLICY tenant ON gate_challenge FOR ALL USING (is_own(account)) WITH CHECK (is_own(account));

CREATE POLICY tenant ON gate_notice FOR ALL USING (is_own(to_account)) WITH CHECK (is_own(to_account));

CREATE POLICY to_others ON gate_notice FOR INSERT USING () WITH CHECK (true);

CREATE POLICY tenant ON gate_question FOR ALL USING ((serves(agency) OR is_own(account))) WITH CHECK ((serves(agency) OR is_own(account)));

CREATE POLICY tenant ON gate_request FOR ALL USING ((serves(agency) OR is_own(account))) WITH CHECK ((serves(agency) OR is_own(account)));

CREATE POLICY tenant ON gate_review FOR ALL USING ((serves(agency) OR is_own(account))) WITH CHECK ((serves(agency) OR is_own(account)));

CREATE POLICY tenant ON gate_sample FOR ALL USING ((EXISTS ( SELECT
   FROM gate_request r
  WHERE (r.id = gate_sample.request)))) WITH CHECK ((EXISTS ( SELECT
   FROM gate_request r
  WHERE (r.id = gate_sample.request))));

CREATE POLICY tenant ON import FOR ALL USING (serves(agency)) WITH CHECK (serves(agency));

CREATE POLICY tenant ON ledger_hold FOR ALL USING (serves_all()) WITH CHECK (serves_all());

CREATE POLICY tenant ON passkey FOR ALL USING ((is_own(account) OR (EXISTS ( SELECT
   FROM account a
  WHERE (a.account = passkey.account))))) WITH CHECK ((is_own(account) OR (EXISTS ( SELECT
   FROM account a
  WHERE (a.account = passkey.account)))));

CREATE POLICY tenant ON passkey_challenge FOR ALL USING (is_own(account)) WITH CHECK (is_own(account));

CREATE POLICY tenant ON password_history FOR ALL USING (is_own(account)) WITH CHECK (is_own(account));

CREATE POLICY tenant ON provider_subject FOR ALL USING ((is_own(account) OR (EXISTS ( SELECT
   FROM account a
  WHERE (a.account = provider_subject.account))))) WITH CHECK ((is_own(account) OR (EXISTS ( SELECT
   FROM account a
  WHERE (a.account = provider_subject.account)))));

CREATE POLICY tenant ON scim_resource FOR ALL USING (serves(agency)) WITH CHECK (serves(agency));

CREATE POLICY tenant ON session FOR ALL USING ((is_own(account) OR (EXISTS ( SELECT
   FROM account a
  WHERE (a.account = session.account))))) WITH CHECK ((is_own(account) OR (EXISTS ( SELECT
   FROM account a
  WHERE (a.account = session.account)))));

CREATE POLICY tenant ON setting_version FOR ALL USING (serves_all()) WITH CHECK (serves_all());

CREATE POLICY tenant ON source_system FOR ALL USING (serves(agency)) WITH CHECK (serves(agency));

CREATE POLICY tenant ON staff_import FOR ALL USING (serves(agency)) WITH CHECK (serves(agency));

CREATE POLICY tenant ON staff_waiting FOR ALL USING (serves(agency)) WITH CHECK (serves(agency));

CREATE POLICY tenant ON term FOR ALL USING ((serves(agency) OR is_own(account))) WITH CHECK ((serves(agency) OR is_own(account)));

CREATE POLICY tenant ON unit FOR ALL USING (serves(agency)) WITH CHECK (serves(agency));

CREATE POLICY tenant ON wire_request FOR ALL USING ((EXISTS ( SELECT
   FROM gate_request r
  WHERE (r.id = wire_request.request)))) WITH CHECK ((EXISTS ( SELECT
   FROM gate_request r
  WHERE (r.id = wire_request.request))));

-- What requests may touch

GRANT DELETE, INSERT, SELECT, UPDATE ON account TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON account_notice TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON agency TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON analytics_rebuild TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON analytics_rebuild_import TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON calling_system TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON calling_token TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON canary TO shoumi_request;

GRANT INSERT, SELECT, UPDATE ON change_proposal TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON disclosed_chunk TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON disclosure TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON erasure_request TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON evaluation TO shoumi_request;

GRANT INSERT, SELECT ON event TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON gate_approval TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON gate_challenge TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON gate_notice TO shoumi_request;

GRANT INSERT, SELECT ON gate_question TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON gate_request TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON gate_review TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON gate_sample TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON import TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON ledger_hold TO shoumi_request;

GRANT INSERT ON ledger_queue TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON passkey TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON passkey_challenge TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON password_history TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON provider_subject TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON scim_resource TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON session TO shoumi_request;

GRANT SELECT ON setting TO shoumi_request;

GRANT INSERT, SELECT ON setting_version TO shoumi_request;

GRANT SELECT ON shown_run TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON source_system TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON staff_import TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON staff_waiting TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON term TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON unit TO shoumi_request;

GRANT DELETE, INSERT, SELECT, UPDATE ON wire_request TO shoumi_request;
