-- Whose official an account is; '' for an office above the agencies (the county's own).
ALTER TABLE account ADD COLUMN agency text NOT NULL DEFAULT '';
