-- What this program stated itself is brought in again as such when the analytic store is rebuilt: its identifiers are
-- pseudonyms already. Nothing a person named decides it.
ALTER TABLE import ADD COLUMN is_stated boolean NOT NULL DEFAULT false;
UPDATE import SET is_stated = true
  WHERE started_by = 'system' AND started_by_post = '人員與職務' AND NOT EXISTS (SELECT FROM account WHERE account = 'system');

-- Rebuilds of the analytic store from the archive. One without an end was broken off: until it is taken up again and ends,
-- nothing is read from the store.
CREATE TABLE analytics_rebuild (
  rebuild_id uuid PRIMARY KEY,
  started_at timestamptz NOT NULL,
  -- the store was emptied for it
  emptied_at timestamptz,
  ended_at timestamptz
);
CREATE UNIQUE INDEX analytics_rebuild_open ON analytics_rebuild ((ended_at IS NULL)) WHERE ended_at IS NULL;
SELECT keep_to('analytics_rebuild', 'serves_all()');

-- Imports that are back in place.
CREATE TABLE analytics_rebuild_import (
  rebuild_id uuid NOT NULL REFERENCES analytics_rebuild,
  import_id uuid NOT NULL,
  PRIMARY KEY (rebuild_id, import_id)
);
SELECT keep_to('analytics_rebuild_import', 'serves_all()');
