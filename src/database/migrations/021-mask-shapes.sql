-- What was shown of identifiers is kept with the chunk it left in: `shapes` lists it, `row_shapes` says by number (two
-- bytes a row) which each row had, `mask_rules` under which version of the masks. From these follows what a viewer has
-- ever seen of a subject, so the table that counted it row by row goes.
ALTER TABLE disclosed_chunk
  ADD COLUMN mask_rules integer NOT NULL DEFAULT 1,
  ADD COLUMN shapes text[] NOT NULL DEFAULT '{}',
  ADD COLUMN row_shapes bytea NOT NULL DEFAULT '';
DROP TABLE mask_seen;
