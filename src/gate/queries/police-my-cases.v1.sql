/*---
id: police-my-cases
version: 1
dataSet: police-case
title: 刑事案件：我承辦的未結案件
titleEn: Open cases assigned to me
internal: true
sensitivity: 2
rowCap: 200
parameters: []
portfolio: none
jurisdiction: [account]
columns:
  - { name: case_number, field: gate.case_file.case_number }
  - { name: kind, field: gate.case_file.kind }
---*/
SELECT c.case_number, c.kind
FROM gate.case_file AS c
JOIN gate.case_assignment AS a ON a.case_key = c.case_key
WHERE a.account = $1 AND c.is_open
ORDER BY c.case_number DESC
