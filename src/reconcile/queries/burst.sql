-- Question: in which quarter of an hour did an officer look at twelve or more different subjects?
-- Inputs: accesses of the window. Cost: one aggregation by officer and quarter hour.
SELECT officer, toStartOfFifteenMinutes(toDateTime(at, 'UTC')) AS slot, toUInt32(uniqExact(subject)) AS n
FROM access
WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')}
GROUP BY officer, slot
HAVING count() >= 12 AND n >= 12
