-- One row for each file brought in. `committing`: all rows are staged and counted; a program that died then finishes
-- the move at its next start. Everything before that is undone.
CREATE TABLE import (
  import_id uuid PRIMARY KEY,
  target text NOT NULL,
  agency text NOT NULL,
  system text NOT NULL,
  file_name text NOT NULL,
  file_bytes bigint NOT NULL,
  sha256 text NOT NULL DEFAULT '',
  mapping jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'committing', 'done', 'failed', 'undone', 'repeated')),
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  started_by text NOT NULL,
  started_by_post text NOT NULL,
  rows_read bigint NOT NULL DEFAULT 0,
  rows_loaded bigint NOT NULL DEFAULT 0,
  rows_rejected bigint NOT NULL DEFAULT 0,
  rows_duplicate bigint NOT NULL DEFAULT 0,
  range_from timestamptz,
  range_to timestamptz,
  quality jsonb NOT NULL DEFAULT '[]',
  error text
);
CREATE INDEX import_by_time ON import (started_at);
-- The same file is loaded once.
CREATE UNIQUE INDEX import_once ON import (target, agency, system, sha256) WHERE state IN ('committing', 'done');

-- Months (YYYYMM, UTC) of accesses whose verdicts are out of date, and since when.
CREATE TABLE reconcile_dirty (
  month integer PRIMARY KEY,
  since timestamptz NOT NULL
);
