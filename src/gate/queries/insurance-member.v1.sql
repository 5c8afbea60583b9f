/*---
id: insurance-member
version: 1
dataSet: insurance-member
title: 個人投保資料
titleEn: One person's insurance
sensitivity: 3
rowCap: 50
parameters:
  - { name: person, title: 國民身分證統一編號, titleEn: National ID, kind: national-id }
subject: { parameter: person }
subjectColumn: { column: national_id, kind: person }
portfolio: none
jurisdiction: []
columns:
  - { name: national_id, field: gate.member.national_id }
  - { name: full_name, field: gate.member.full_name }
  - { name: company_number, field: gate.member.company_number }
  - { name: insured_since, field: gate.member.insured_since }
  - { name: insured_salary, field: gate.member.insured_salary }
---*/
SELECT m.national_id, m.full_name, m.company_number, m.insured_since, m.insured_salary
FROM gate.member AS m
WHERE m.national_id = $1
