-- The access log, the evidence that may explain it, and the verdicts. See src/evidence/kinds.ts for each column's meaning.
-- Subjects and addresses are the first 16 bytes of HMAC-SHA-256 under the installation's key: no raw identifier is stored here.

CREATE TABLE access (
  access_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  system LowCardinality(String),
  source_id String,
  at DateTime64(3, 'UTC'),
  officer LowCardinality(String),
  terminal LowCardinality(String),
  action LowCardinality(String),
  query_kind LowCardinality(String),
  subject_kind LowCardinality(String),
  subject FixedString(16),
  purpose String,
  case_no String,
  case_key String,
  fields Array(LowCardinality(String)),
  row_count UInt32
) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY (system, officer, at, access_id);

CREATE TABLE evidence_post (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  officer LowCardinality(String),
  unit LowCardinality(String),
  title LowCardinality(String),
  duty LowCardinality(String),
  supervisor LowCardinality(String),
  person FixedString(16),
  valid_from DateTime64(3, 'UTC'),
  valid_to DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (officer, valid_from);

CREATE TABLE evidence_shift (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  officer LowCardinality(String),
  kind LowCardinality(String),
  place LowCardinality(String),
  starts DateTime64(3, 'UTC'),
  ends DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (officer, starts);

CREATE TABLE evidence_leave (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  officer LowCardinality(String),
  kind LowCardinality(String),
  starts DateTime64(3, 'UTC'),
  ends DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (officer, starts);

CREATE TABLE evidence_presence (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  officer LowCardinality(String),
  kind LowCardinality(String),
  place LowCardinality(String),
  starts DateTime64(3, 'UTC'),
  ends DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (officer, starts);

CREATE TABLE evidence_terminal (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  terminal LowCardinality(String),
  place LowCardinality(String),
  unit LowCardinality(String),
  is_mobile Bool,
  valid_from DateTime64(3, 'UTC'),
  valid_to DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (terminal);

CREATE TABLE evidence_separation (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  officer LowCardinality(String),
  announced_at DateTime64(3, 'UTC'),
  last_day DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (officer);

CREATE TABLE evidence_portfolio (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  officer LowCardinality(String),
  subject_kind LowCardinality(String),
  subject FixedString(16),
  valid_from DateTime64(3, 'UTC'),
  valid_to DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (officer, subject);

CREATE TABLE evidence_case (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  case_no String,
  case_key String,
  kind LowCardinality(String),
  unit LowCardinality(String),
  opened_at DateTime64(3, 'UTC'),
  closed_at DateTime64(3, 'UTC'),
  opened_by LowCardinality(String),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (case_key);

CREATE TABLE evidence_party (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  case_no String,
  case_key String,
  subject_kind LowCardinality(String),
  subject FixedString(16),
  role LowCardinality(String),
  valid_from DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (case_key, subject);

CREATE TABLE evidence_assignment (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  case_no String,
  case_key String,
  officer LowCardinality(String),
  valid_from DateTime64(3, 'UTC'),
  valid_to DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (officer, case_key);

CREATE TABLE evidence_document (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  doc_no String,
  doc_key String,
  officer LowCardinality(String),
  subject_kind LowCardinality(String),
  subject FixedString(16),
  case_no String,
  case_key String,
  status LowCardinality(String),
  issued_at DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (doc_key);

CREATE TABLE evidence_approval (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  approval_no String,
  officer LowCardinality(String),
  approver LowCardinality(String),
  subject_kind LowCardinality(String),
  subject FixedString(16),
  case_no String,
  case_key String,
  status LowCardinality(String),
  approved_at DateTime64(3, 'UTC'),
  valid_to DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (officer, approved_at);

CREATE TABLE evidence_visit (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  ticket String,
  officer LowCardinality(String),
  subject_kind LowCardinality(String),
  subject FixedString(16),
  service LowCardinality(String),
  at DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (officer, at);

CREATE TABLE evidence_dispatch (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  dispatch_no String,
  officer LowCardinality(String),
  unit LowCardinality(String),
  place LowCardinality(String),
  starts DateTime64(3, 'UTC'),
  ends DateTime64(3, 'UTC'),
  subject_kind LowCardinality(String),
  subject FixedString(16),
  case_no String,
  case_key String,
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (officer, starts);

CREATE TABLE evidence_stop (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  officer LowCardinality(String),
  subject_kind LowCardinality(String),
  subject FixedString(16),
  place LowCardinality(String),
  terminal LowCardinality(String),
  at DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (officer, at);

CREATE TABLE evidence_complaint (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  complaint_no String,
  subject_kind LowCardinality(String),
  subject FixedString(16),
  channel LowCardinality(String),
  at DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (subject, at);

CREATE TABLE evidence_kinship (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  subject FixedString(16),
  other FixedString(16),
  relation LowCardinality(String),
  valid_from DateTime64(3, 'UTC'),
  valid_to DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (subject, other);

CREATE TABLE evidence_address (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  subject FixedString(16),
  address FixedString(16),
  neighbourhood FixedString(16),
  valid_from DateTime64(3, 'UTC'),
  valid_to DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (subject);

CREATE TABLE evidence_watch (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  subject FixedString(16),
  list LowCardinality(String),
  valid_from DateTime64(3, 'UTC'),
  valid_to DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (subject);
