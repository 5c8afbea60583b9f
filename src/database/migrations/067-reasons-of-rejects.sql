-- The commonest reasons why rows of an import were not loaded, and how many of these rows were no records at all.
ALTER TABLE import ADD COLUMN reject_reasons jsonb NOT NULL DEFAULT '[]';
ALTER TABLE import ADD COLUMN rows_not_records bigint NOT NULL DEFAULT 0;
