-- An import is undone by two persons (docs/adr/0015). `withdrawing`: decided; its rows leave now or at the next start.
ALTER TABLE import DROP CONSTRAINT import_state_check;
ALTER TABLE import ADD CONSTRAINT import_state_check CHECK (state IN
  ('running', 'committing', 'done', 'failed', 'undone', 'repeated', 'withdrawing', 'withdrawn'));
ALTER TABLE import ADD COLUMN withdrawn_by text;
ALTER TABLE import ADD COLUMN withdrawn_by_post text;
ALTER TABLE import ADD COLUMN withdrawn_at timestamptz;
ALTER TABLE change_proposal DROP CONSTRAINT change_proposal_kind_check;
ALTER TABLE change_proposal ADD CONSTRAINT change_proposal_kind_check CHECK (kind IN
  ('role', 'rule', 'policy', 'connector', 'retention', 'import-undo'));
