-- Whose access it was: without it the history of verdicts could not be kept apart by agency.
DROP TABLE IF EXISTS verdict_history_by_agency SYNC;

CREATE TABLE verdict_history_by_agency (
  access_id FixedString(16),
  at DateTime64(3, 'UTC'),
  judged_at DateTime64(3, 'UTC'),
  run_id LowCardinality(String),
  rule_set LowCardinality(String),
  verdict Enum8('contradicted' = 1, 'unexplained' = 2, 'weak' = 3, 'explained' = 4),
  score Int32,
  rules Array(LowCardinality(String)),
  fingerprint UInt64,
  agency LowCardinality(String)
) ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY (access_id, judged_at);

INSERT INTO verdict_history_by_agency
  SELECT h.access_id, h.at, h.judged_at, h.run_id, h.rule_set, h.verdict, h.score, h.rules, h.fingerprint, a.agency
  FROM verdict_history AS h LEFT ANY JOIN (SELECT access_id, agency FROM access) AS a ON a.access_id = h.access_id
  SETTINGS join_algorithm = 'grace_hash';

EXCHANGE TABLES verdict_history_by_agency AND verdict_history;

DROP TABLE verdict_history_by_agency SYNC;
