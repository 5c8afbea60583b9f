-- Which keys this installation works with: a mark of each, from which the key cannot be told. A key that is missing or
-- another one beside the data it belongs to stops the start. The installation's own: no request reads it.
CREATE TABLE key_mark (
  name text PRIMARY KEY,
  mark bytea NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT now()
);
