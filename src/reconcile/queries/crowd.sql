-- Question: on whom did many officials look within three days, all of them without evidence?
-- Inputs: work_open (accesses without strong evidence). Cost: one grouping by subject and three days.
SELECT a.n AS n, '' AS witnesses
FROM work_open AS a
INNER JOIN (
  SELECT subject, intDiv(toUnixTimestamp64Milli(at), 259200000) AS span, uniqExact(officer) AS officers
  FROM work_open
  WHERE subject_kind IN ('person', 'name') AND subject != toFixedString('', 16)
  GROUP BY subject, span
  HAVING officers >= 6
) AS g ON g.subject = a.subject AND g.span = intDiv(toUnixTimestamp64Milli(a.at), 259200000)
