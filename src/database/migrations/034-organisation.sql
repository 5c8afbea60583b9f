-- Units and posts of an agency through time. A row is opened and later closed, never overwritten: what was true on a day
-- stays known. `since` inclusive, `until` exclusive; a row that was corrected at once has both the same.
CREATE TABLE unit (
  unit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  agency text NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  -- code of the unit above; '' for one that stands under the head
  parent text NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz CHECK (until >= since),
  source text NOT NULL
);
CREATE UNIQUE INDEX unit_in_force ON unit (agency, code) WHERE until IS NULL;

CREATE TABLE term (
  term_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  agency text NOT NULL,
  -- staff number, lasting; an account belongs to one person for ever
  person text NOT NULL,
  account text NOT NULL,
  name text NOT NULL,
  unit_code text NOT NULL,
  unit text NOT NULL,
  title text NOT NULL,
  duty text NOT NULL,
  role text NOT NULL,
  -- staff numbers; '' where none is stated
  manager text NOT NULL,
  deputy text NOT NULL,
  deputy_from date,
  deputy_until date,
  portfolio text[] NOT NULL,
  -- keyed pseudonym of his own identity number, for conflicts of interest; '' where the file has none
  subject text NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz CHECK (until >= since),
  -- where it is known from: `import:ID`, `scim:SYSTEM`
  source text NOT NULL,
  recorded_at timestamptz NOT NULL,
  closed_at timestamptz
);
CREATE UNIQUE INDEX term_in_force ON term (agency, person) WHERE until IS NULL;
CREATE UNIQUE INDEX term_account_in_force ON term (account) WHERE until IS NULL;
CREATE INDEX term_by_person ON term (agency, person, term_id);
CREATE INDEX term_by_account ON term (account);
CREATE INDEX term_by_unit ON term (agency, unit_code) WHERE until IS NULL;
CREATE INDEX term_by_deputy ON term (agency, deputy) WHERE until IS NULL AND deputy <> '';
CREATE INDEX term_by_manager ON term (agency, manager) WHERE until IS NULL AND manager <> '';

-- INVARIANT: of a row of history only its end may be written, and that once.
CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.until IS NULL AND NEW.until IS NOT NULL
     AND to_jsonb(NEW) - '{until,closed_at}'::text[] = to_jsonb(OLD) - '{until,closed_at}'::text[]
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'table % keeps its history', TG_TABLE_NAME;
END $$;
CREATE TRIGGER unit_keeps_its_history BEFORE UPDATE ON unit FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER term_keeps_its_history BEFORE UPDATE ON term FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER unit_is_not_deleted BEFORE DELETE OR TRUNCATE ON unit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER term_is_not_deleted BEFORE DELETE OR TRUNCATE ON term
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Personnel files that were applied. `digest`: SHA-256 of the changes that were looked at before.
CREATE TABLE staff_import (
  id uuid PRIMARY KEY,
  agency text NOT NULL,
  as_of date NOT NULL,
  file_name text NOT NULL,
  digest text NOT NULL,
  people integer NOT NULL,
  joins integer NOT NULL,
  changes integer NOT NULL,
  leaves integer NOT NULL,
  applied_at timestamptz NOT NULL,
  applied_by text NOT NULL
);
CREATE INDEX staff_import_by_agency ON staff_import (agency, as_of);
