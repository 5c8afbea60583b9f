-- Where records, tables and files do not say what was sealed and signed: told until somebody has taken note. Of the
-- installation, like the log itself.
CREATE TABLE ledger_finding (
  finding_id uuid PRIMARY KEY,
  code text NOT NULL,
  -- which event, row or file
  place text NOT NULL,
  -- names of columns and the like, never a value
  detail text NOT NULL,
  found_at timestamptz NOT NULL,
  noted_by text,
  noted_at timestamptz,
  UNIQUE (code, place)
);

-- Whether an event stands in the log or waits for its place. Nothing else of the log is told.
CREATE FUNCTION have_leaves(ids uuid[]) RETURNS TABLE (event_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  SELECT i.id FROM unnest(ids) AS i (id)
  WHERE EXISTS (SELECT FROM ledger_batch b WHERE b.highest_id >= i.id AND b.lowest_id <= i.id AND i.id = ANY (b.event_ids))
     OR EXISTS (SELECT FROM ledger_queue q WHERE q.event_id = i.id)
$$;
GRANT EXECUTE ON FUNCTION have_leaves(uuid[]) TO shoumi_request;

-- What was opened stays as it was opened; how it ended is written once.
CREATE FUNCTION refuse_disclosure_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'open' AND (to_jsonb(NEW) - '{state,recorded_rows,delivered_rows,closed_at}'::text[])
     = (to_jsonb(OLD) - '{state,recorded_rows,delivered_rows,closed_at}'::text[]) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'table disclosure is append-only';
END $$;
CREATE TRIGGER disclosure_keeps_its_rows BEFORE UPDATE ON disclosure FOR EACH ROW EXECUTE FUNCTION refuse_disclosure_change();
CREATE TRIGGER disclosure_is_append_only BEFORE DELETE ON disclosure FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER disclosure_is_not_emptied BEFORE TRUNCATE ON disclosure FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
