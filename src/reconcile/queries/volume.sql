-- Question: on which days did an officer look up far more than he and his agency usually do?
-- Inputs: accesses of the window. Cost: one aggregation by officer and day, two small ones over it.
WITH days AS (
  SELECT agency, officer, toDate(at, 'Asia/Taipei') AS day, toUInt32(count()) AS n
  FROM access
  WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')}
  GROUP BY agency, officer, day
)
SELECT officer, day, n
FROM (
  SELECT officer, day, n, quantileExact(0.5)(n) OVER (PARTITION BY officer) AS usual, quantileExact(0.95)(n) OVER (PARTITION BY agency) AS high
  FROM days
)
WHERE n >= 20 AND n >= 3 * usual AND n >= 1.5 * high
