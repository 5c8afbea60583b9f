-- Question: on which days did an official make far more look-ups without evidence than others ever do?
-- Inputs: work_open (accesses without strong evidence). Cost: one grouping by official and day.
SELECT a.n AS n, '' AS witnesses
FROM work_open AS a
INNER JOIN (
  SELECT officer, toDate(at, 'Asia/Taipei') AS day, count() AS looks
  FROM work_open
  GROUP BY officer, day
  HAVING looks >= 25
) AS g ON g.officer = a.officer AND g.day = toDate(a.at, 'Asia/Taipei')
