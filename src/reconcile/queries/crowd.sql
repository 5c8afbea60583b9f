-- Question: whom did six or more officers look at within 48 hours without naming a case?
-- Inputs: accesses of the window. Cost: two aggregations by subject and two-day stretch, the second shifted by a day.
SELECT subject, min(at) AS starts, toUInt32(uniqExact(officer)) AS n
FROM access
WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')} AND case_key = '' AND subject != toFixedString('', 16)
GROUP BY subject, intDiv(toUInt32(toDate(at)), 2)
HAVING n >= 6
UNION ALL
SELECT subject, min(at) AS starts, toUInt32(uniqExact(officer)) AS n
FROM access
WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')} AND case_key = '' AND subject != toFixedString('', 16)
GROUP BY subject, intDiv(toUInt32(toDate(at)) + 1, 2)
HAVING n >= 6
