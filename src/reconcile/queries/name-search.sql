-- Question: whom did an officer seek by name and then by number on one day, without a case?
-- Inputs: accesses of the window. Cost: one aggregation over the subjects that were sought by name.
SELECT officer, subject, toDate(at, 'Asia/Taipei') AS day, toUInt32(count()) AS n
FROM access
WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')} AND subject IN (
  SELECT subject FROM access
  WHERE at >= {from:DateTime64(3, 'UTC')} AND at < {to:DateTime64(3, 'UTC')} AND query_kind = 'name' AND subject != toFixedString('', 16)
)
GROUP BY officer, subject, day
HAVING countIf(query_kind = 'name') > 0 AND countIf(query_kind != 'name') > 0
