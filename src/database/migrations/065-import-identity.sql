-- Twice is the same file read in the same way: a second sheet or another mapping of it is another use.
ALTER TABLE import ADD COLUMN mapping_hash text NOT NULL DEFAULT '';
-- How ids of its rows were made. 1: from the source's number alone; 2: from everything that was read (docs/adr/0015).
ALTER TABLE import ADD COLUMN identity smallint NOT NULL DEFAULT 1;
-- Of rows that were there already: in which imports (import id → rows). When such an import is undone, this one has a hole.
ALTER TABLE import ADD COLUMN duplicates_of jsonb NOT NULL DEFAULT '{}';
-- Rows it had as duplicates went with an import that was undone: its file may be read again.
ALTER TABLE import ADD COLUMN is_incomplete boolean NOT NULL DEFAULT false;
DROP INDEX import_once;
CREATE UNIQUE INDEX import_once ON import (target, agency, system, sha256, mapping_hash)
  WHERE state IN ('committing', 'done') AND NOT is_incomplete;
