-- Question: which stated case numbers did one official use in this month for many people, none of them a party?
-- Inputs: work_access. Cost: one grouping of the accesses that state a case number.
SELECT access_id, CAST([], 'Array(FixedString(16))') AS witnesses, subjects AS count
FROM work_access AS a
INNER JOIN (
  SELECT officer, case_key, uniqExact(subject) AS subjects
  FROM work_access
  WHERE case_key != '' AND subject_kind != 'none'
    AND (case_key, subject) NOT IN (SELECT case_key, subject FROM evidence_party)
  GROUP BY officer, case_key
  HAVING subjects >= 10
) AS g ON g.officer = a.officer AND g.case_key = a.case_key
