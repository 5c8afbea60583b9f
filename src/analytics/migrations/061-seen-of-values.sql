-- What was seen of the values of each row when it was read (evidence/compiled.ts): forms of its times, oddities of its
-- subjects. One number for nearly all rows of a file, so it takes next to no room; dropping it again took longer than loading.
ALTER TABLE access ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_address ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_approval ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_assignment ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_case ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_complaint ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_deputy ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_dispatch ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_document ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_employment ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_kinship ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_leave ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_party ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_portfolio ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_post ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_presence ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_separation ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_shift ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_stop ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_terminal ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_visit ADD COLUMN IF NOT EXISTS seen UInt64;
ALTER TABLE evidence_watch ADD COLUMN IF NOT EXISTS seen UInt64;
