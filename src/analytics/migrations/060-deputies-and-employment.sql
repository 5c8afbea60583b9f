-- Who stands in for whom: named on the leave slip, or by the chart for a time.
ALTER TABLE evidence_leave ADD COLUMN IF NOT EXISTS deputy LowCardinality(String) AFTER ends;

CREATE TABLE IF NOT EXISTS evidence_deputy (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  officer LowCardinality(String),
  absent LowCardinality(String),
  valid_from DateTime64(3, 'UTC'),
  valid_to DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (officer, valid_from);

-- Who works for which company: what joins a person looked at to a company in an official's charge.
CREATE TABLE IF NOT EXISTS evidence_employment (
  evidence_id FixedString(16),
  import_id LowCardinality(String),
  line UInt64,
  agency LowCardinality(String),
  subject FixedString(16),
  company FixedString(16),
  valid_from DateTime64(3, 'UTC'),
  valid_to DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC'),
  recorded_by LowCardinality(String),
  known_at DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY (subject, company);

-- An approval counts from when it was written down, not from the time that was typed into it.
ALTER TABLE evidence_approval ADD COLUMN IF NOT EXISTS counted_at DateTime64(3, 'UTC') ALIAS greatest(approved_at, recorded_at);
