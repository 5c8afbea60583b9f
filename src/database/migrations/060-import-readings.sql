-- How each column of times was read, as found over the whole file.
ALTER TABLE import ADD COLUMN readings jsonb NOT NULL DEFAULT '[]';
