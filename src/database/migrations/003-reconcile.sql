-- One row for each reconciliation.
CREATE TABLE reconcile_run (
  run_id uuid PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  started_by text NOT NULL,
  window_from timestamptz,
  window_to timestamptz,
  rule_set text NOT NULL,
  accesses bigint NOT NULL DEFAULT 0,
  changed bigint NOT NULL DEFAULT 0,
  error text
);
CREATE INDEX reconcile_run_by_time ON reconcile_run (started_at);
