-- Question: who opened one person's data step by step, three or more look-ups within ten minutes?
-- Inputs: work_open (accesses without strong evidence). Cost: one grouping by official, subject and ten minutes.
SELECT a.n AS n, '' AS witnesses
FROM work_open AS a
INNER JOIN (
  SELECT officer, subject, toStartOfInterval(at, INTERVAL 10 MINUTE) AS span, count() AS looks, uniqExact(fields) AS kinds
  FROM work_open
  WHERE subject_kind = 'person'
  GROUP BY officer, subject, span
  HAVING looks >= 3 AND kinds >= 2
) AS g ON g.officer = a.officer AND g.subject = a.subject AND g.span = toStartOfInterval(a.at, INTERVAL 10 MINUTE)
