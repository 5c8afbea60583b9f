-- Question: on which days did an official make far more look-ups without evidence than others of his duty do?
-- Inputs: work_open (accesses without strong evidence). Cost: one grouping by official and day, and of the counts by duty.
-- An official's day stands out when it is beyond the median of his duty's days by six times their usual spread (the median
-- of the distances, or what chance alone spreads), beyond all but one in two hundred where so many are known, and beyond
-- three times the median of that very day (Taipei) where five or more of his duty worked: a day busy for all is nobody's.
SELECT a.n AS n, '' AS witnesses
FROM work_open AS a
INNER JOIN (
  SELECT d.officer AS officer, d.local_day AS local_day
  FROM (
    SELECT agency, duty, officer, intDiv(toUnixTimestamp64Milli(at) + 28800000, 86400000) AS local_day, count() AS looks
    FROM work_open
    GROUP BY agency, duty, officer, local_day
  ) AS d
  INNER JOIN (
    SELECT agency, duty, count() AS days, quantileExact(0.5)(looks) AS usual, quantileExact(0.995)(looks) AS rare,
      greatest(1.4826 * quantileExact(0.5)(abs(toInt64(looks) - toInt64(middle))), sqrt(usual)) AS spread
    FROM (
      SELECT agency, duty, looks, quantileExact(0.5)(looks) OVER (PARTITION BY agency, duty) AS middle
      FROM (SELECT agency, duty, count() AS looks FROM work_open GROUP BY agency, duty, officer, intDiv(toUnixTimestamp64Milli(at) + 28800000, 86400000))
    )
    GROUP BY agency, duty
  ) AS m ON m.agency = d.agency AND m.duty = d.duty
  INNER JOIN (
    SELECT agency, duty, local_day, count() AS officers, quantileExact(0.5)(looks) AS usual
    FROM (SELECT agency, duty, intDiv(toUnixTimestamp64Milli(at) + 28800000, 86400000) AS local_day, count() AS looks FROM work_open GROUP BY agency, duty, officer, local_day)
    GROUP BY agency, duty, local_day
  ) AS t ON t.agency = d.agency AND t.duty = d.duty AND t.local_day = d.local_day
  WHERE d.looks >= 25 AND d.looks > m.usual + 6 * m.spread AND (m.days < 200 OR d.looks > m.rare)
    AND (t.officers < 5 OR d.looks > 3 * t.usual)
) AS g ON g.officer = a.officer AND g.local_day = intDiv(toUnixTimestamp64Milli(a.at) + 28800000, 86400000)
