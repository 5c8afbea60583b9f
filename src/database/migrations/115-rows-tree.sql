-- How the leaves of an import's tree are made: 1 of the row alone, 2 of a salt of its own and the row. Without the salt of
-- a neighbour its hash, which stands in a row's proof, can be tried with guesses.
ALTER TABLE import ADD COLUMN rows_tree smallint NOT NULL DEFAULT 1 CHECK (rows_tree IN (1, 2));
