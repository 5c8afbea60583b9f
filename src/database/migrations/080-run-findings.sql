-- What a run set aside while it judged everything else: an array of findings as people read them.
ALTER TABLE reconcile_run ADD COLUMN findings jsonb NOT NULL DEFAULT '[]';
CREATE OR REPLACE VIEW shown_run AS
  SELECT run_id, state, started_at, ended_at, window_from, window_to, rule_set, error,
    CASE WHEN serves_all() THEN accesses END AS accesses, CASE WHEN serves_all() THEN changed END AS changed, findings
  FROM reconcile_run;
