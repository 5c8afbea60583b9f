-- Merkle root over the rows of an imported file, as its event commits to it: one row can be proved later without the rest.
ALTER TABLE import ADD COLUMN rows_root bytea;
ALTER TABLE import ADD COLUMN rows_in_tree bigint;
