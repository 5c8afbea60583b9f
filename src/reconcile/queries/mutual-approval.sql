-- Question: whose look-ups rest on approvals by someone whose own requests he approves?
-- Inputs: work_access, evidence_approval. Cost: a self-join of the approvals' pairs.
SELECT a.access_id AS access_id, [r.evidence_id] AS witnesses, 0 AS count
FROM work_access AS a
INNER JOIN evidence_approval AS r ON r.officer = a.officer AND r.subject = a.subject
WHERE (r.officer, r.approver) IN (SELECT approver, officer FROM evidence_approval)
