-- Question: who opened one person's data step by step within ten minutes, in more look-ups than others of his duty do?
-- Inputs: work_open (accesses without strong evidence). Cost: one grouping by official, subject and ten minutes, and of the
-- counts by duty. Where a hundred such groups of the duty are known only those beyond all but one in a hundred stand out;
-- where fewer are, those of at least twice the median.
SELECT a.n AS n, '' AS witnesses
FROM work_open AS a
INNER JOIN (
  SELECT s.officer AS officer, s.subject AS subject, s.span AS span
  FROM (
    SELECT agency, duty, officer, subject, intDiv(toUnixTimestamp64Milli(at), 600000) AS span, count() AS looks, uniqExact(fields) AS kinds
    FROM work_open
    WHERE subject_kind = 'person' AND subject != toFixedString('', 16)
    GROUP BY agency, duty, officer, subject, span
  ) AS s
  INNER JOIN (
    SELECT agency, duty, count() AS spans, quantileExact(0.5)(looks) AS usual, quantileExact(0.99)(looks) AS rare
    FROM (
      SELECT agency, duty, count() AS looks
      FROM work_open
      WHERE subject_kind = 'person' AND subject != toFixedString('', 16)
      GROUP BY agency, duty, officer, subject, intDiv(toUnixTimestamp64Milli(at), 600000)
    )
    GROUP BY agency, duty
  ) AS m ON m.agency = s.agency AND m.duty = s.duty
  WHERE s.looks >= 3 AND s.kinds >= 2 AND if(m.spans < 100, s.looks >= 2 * m.usual, s.looks > m.rare)
) AS g ON g.officer = a.officer AND g.subject = a.subject AND g.span = intDiv(toUnixTimestamp64Milli(a.at), 600000)
