-- Question: which stated case numbers did one official use in this month for many people, none of them a party?
-- Inputs: work_access. Cost: one grouping of the accesses that state a case number.
SELECT a.n AS n, '' AS witnesses
FROM work_access AS a
INNER JOIN (
  SELECT key_case_key_officer, uniqExact(subject) AS subjects
  FROM work_access
  WHERE case_key != '' AND subject_kind != 'none'
    AND (case_key, subject) NOT IN (SELECT case_key, subject FROM evidence_party)
  GROUP BY key_case_key_officer
  HAVING subjects >= 10
) AS g ON g.key_case_key_officer = a.key_case_key_officer
