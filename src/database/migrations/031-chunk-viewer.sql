-- The viewer of each chunk, in the chunk: what he saw under earlier mask rules is found without reading his other looks.
ALTER TABLE disclosed_chunk DISABLE TRIGGER disclosed_chunk_is_append_only;
ALTER TABLE disclosed_chunk ADD COLUMN account text;
UPDATE disclosed_chunk c SET account = d.account FROM disclosure d WHERE d.code = c.code;
ALTER TABLE disclosed_chunk ALTER COLUMN account SET NOT NULL;
ALTER TABLE disclosed_chunk ENABLE TRIGGER disclosed_chunk_is_append_only;
CREATE INDEX disclosed_chunk_by_viewer ON disclosed_chunk (account, mask_rules);
