-- Question: which officers approve each other's requests?
-- Inputs: approvals as known at the run's start. Cost: one aggregation by pair, one small join.
WITH pairs AS (SELECT officer, approver, count() AS n FROM known_approval WHERE officer != approver GROUP BY officer, approver)
SELECT mine.officer AS officer, toUInt32(max(least(mine.n, theirs.n))) AS n
FROM pairs AS mine
INNER JOIN pairs AS theirs ON theirs.officer = mine.approver AND theirs.approver = mine.officer
GROUP BY officer
