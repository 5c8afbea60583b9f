-- Question: under which number did one officer look at three or more subjects that no record ties to it?
-- Inputs: accesses of the window, parties. Cost: one anti join and one aggregation by officer and number.
SELECT stated.officer AS officer, stated.case_key AS case_key, toUInt32(uniqExact(stated.subject)) AS n
FROM (
  SELECT officer, case_key, subject FROM access
  WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')} AND case_key != ''
) AS stated
LEFT ANTI JOIN (SELECT case_key, subject FROM known_party) AS party ON party.case_key = stated.case_key AND party.subject = stated.subject
GROUP BY officer, case_key
HAVING n >= 3
