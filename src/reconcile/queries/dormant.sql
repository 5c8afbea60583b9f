-- Question: which accounts woke up in this window after sixty or more days of silence?
-- Inputs: accesses of the window and the year before. Cost: one aggregation by officer.
SELECT officer, minIf(at, at >= {from:DateTime64(3, 'UTC')}) AS starts,
  toUInt32(dateDiff('day', maxIf(at, at < {from:DateTime64(3, 'UTC')}), minIf(at, at >= {from:DateTime64(3, 'UTC')}))) AS n
FROM access
WHERE at >= {from:DateTime64(3, 'UTC')} - INTERVAL 400 DAY AND at < {to:DateTime64(3, 'UTC')}
GROUP BY officer
HAVING countIf(at < {from:DateTime64(3, 'UTC')}) > 0 AND countIf(at >= {from:DateTime64(3, 'UTC')}) > 0 AND n >= 60
