-- Verdicts: the current one of every access, and every change there ever was.
CREATE TABLE verdict_current (
  access_id FixedString(16),
  at DateTime64(3, 'UTC'),
  agency LowCardinality(String),
  system LowCardinality(String),
  officer LowCardinality(String),
  unit LowCardinality(String),
  title LowCardinality(String),
  duty LowCardinality(String),
  subject_kind LowCardinality(String),
  subject FixedString(16),
  purpose String,
  case_no String,
  source_id String,
  verdict Enum8('contradicted' = 1, 'unexplained' = 2, 'weak' = 3, 'explained' = 4),
  strength UInt8,
  score Int32,
  rank Int32,
  main_rule LowCardinality(String),
  rules Array(LowCardinality(String)),
  strengths Array(UInt8),
  witnesses Array(Array(FixedString(16))),
  fingerprint UInt64,
  run_id LowCardinality(String)
) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY (verdict, at, access_id);

-- Append-only: a row is added when an access's verdict, score or reasons change.
CREATE TABLE verdict_history (
  access_id FixedString(16),
  at DateTime64(3, 'UTC'),
  judged_at DateTime64(3, 'UTC'),
  run_id LowCardinality(String),
  rule_set LowCardinality(String),
  verdict Enum8('contradicted' = 1, 'unexplained' = 2, 'weak' = 3, 'explained' = 4),
  score Int32,
  rules Array(LowCardinality(String)),
  fingerprint UInt64
) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY (access_id, judged_at);
