/*---
id: insurance-case-facts
version: 1
dataSet: insurance-case
title: 承保案件：狀態、當事人、承辦人
titleEn: 'A case: state, parties, officers'
internal: true
sensitivity: 2
rowCap: 1000
parameters:
  - { name: case_key, title: 案號, titleEn: Case number, kind: case-number }
portfolio: none
jurisdiction: []
columns:
  - { name: is_open, field: gate.case_file.is_open }
  - { name: party_id, field: gate.case_party.party_id }
  - { name: account, field: gate.case_assignment.account }
---*/
SELECT c.is_open, p.party_id, a.account
FROM gate.case_file AS c
LEFT JOIN gate.case_party AS p ON p.case_key = c.case_key
LEFT JOIN gate.case_assignment AS a ON a.case_key = c.case_key
WHERE c.case_key = $1
