-- Question: which cases does a unit have in which this subject is a party?
-- Inputs: cases and parties as known at the run's start. Cost: one hash join over the parties.
SELECT
  matter.unit AS unit, party.subject AS subject, matter.opened_at AS opened_at,
  matter.evidence_id AS case_id, party.evidence_id AS party_id,
  matter.case_no AS case_no, matter.closed_at AS closed_at,
  greatest(matter.recorded_at, party.recorded_at) AS recorded_at, matter.opened_by AS recorded_by
FROM known_party AS party
INNER JOIN known_case AS matter ON matter.case_key = party.case_key
WHERE matter.opened_at < {to:DateTime64(3, 'UTC')} + INTERVAL 1 DAY AND matter.closed_at > {from:DateTime64(3, 'UTC')} - INTERVAL 4 DAY
