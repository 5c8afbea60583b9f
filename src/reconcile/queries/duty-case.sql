-- Question: which cases does an officer have in which this subject is a party?
-- Inputs: assignments, parties, cases as known at the run's start. Cost: two hash joins over the assignments.
SELECT
  assignment.officer AS officer, party.subject AS subject, assignment.valid_from AS valid_from,
  assignment.evidence_id AS assignment_id, party.evidence_id AS party_id,
  matter.case_no AS case_no, matter.case_key AS case_key, matter.closed_at AS closed_at,
  greatest(assignment.recorded_at, party.recorded_at) AS recorded_at, assignment.recorded_by AS recorded_by
FROM known_assignment AS assignment
INNER JOIN known_party AS party ON party.case_key = assignment.case_key
INNER JOIN known_case AS matter ON matter.case_key = assignment.case_key
WHERE assignment.valid_from < {to:DateTime64(3, 'UTC')} + INTERVAL 1 DAY AND matter.closed_at > {from:DateTime64(3, 'UTC')} - INTERVAL 4 DAY
