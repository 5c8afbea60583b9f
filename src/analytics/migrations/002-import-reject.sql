-- Rows of a running import that cannot be loaded: `column:reason` each. Written to the rejects file and removed when it ends.
CREATE TABLE import_reject (
  import_id LowCardinality(String),
  line UInt64,
  reasons Array(LowCardinality(String))
) ENGINE = MergeTree ORDER BY (import_id, line);
