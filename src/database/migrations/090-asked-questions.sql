-- What was asked through the gate and not opened as a disclosure: refused, to be explained first, for approval, by a system.
-- Each row has its event; with the disclosures they are what limits of people a day count. Nothing is taken back.
CREATE TABLE gate_question (
  event_id uuid PRIMARY KEY,
  account text NOT NULL,
  at timestamptz NOT NULL,
  -- keyed pseudonym of whom it was about
  subject_token text NOT NULL,
  agency text NOT NULL
);
CREATE INDEX gate_question_by_account ON gate_question (account, at);
CREATE TRIGGER gate_question_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gate_question
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
SELECT keep_to('gate_question', 'serves(agency) OR is_own(account)');
REVOKE UPDATE, DELETE ON gate_question FROM shoumi_request;
