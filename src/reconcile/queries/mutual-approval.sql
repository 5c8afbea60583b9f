-- Question: whose look-ups rest on approvals by someone whose own requests he approves?
-- Inputs: work_access, evidence_approval. Cost: a self-join of the approvals' pairs.
SELECT a.n AS n, concat(r.evidence_id, '') AS witnesses
FROM work_access AS a
INNER JOIN (
  SELECT evidence_id, officer, subject
  FROM evidence_approval
  WHERE officer != approver AND officer != '' AND approver != '' AND subject != toFixedString('', 16)
    AND (officer, approver) IN (SELECT approver, officer FROM evidence_approval)
) AS r ON r.officer = a.officer AND r.subject = a.subject
WHERE a.subject_kind != 'none'
