-- Question: which stated case numbers did one official use in this month for many people, none of them a party?
-- Inputs: work_access, work_open (those among them without strong evidence), evidence_party. Cost: one grouping of the open
-- accesses that state a case number.
SELECT a.n AS n, '' AS witnesses
FROM work_open AS a
INNER JOIN (
  SELECT key_case_key_officer, uniqExact(subject) AS subjects
  FROM work_open
  WHERE case_key != '' AND subject_kind != 'none' AND subject != toFixedString('', 16)
    AND (case_key, subject) NOT IN (SELECT case_key, subject FROM evidence_party)
  GROUP BY key_case_key_officer
  HAVING subjects >= 10
) AS g ON g.key_case_key_officer = a.key_case_key_officer
WHERE a.case_key != '' AND a.subject_kind != 'none'
