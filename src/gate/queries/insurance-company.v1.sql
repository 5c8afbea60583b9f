/*---
id: insurance-company
version: 1
dataSet: insurance-company
title: 投保單位在保人員
titleEn: Members of an insured company
sensitivity: 3
rowCap: 500
parameters:
  - { name: company, title: 統一編號, titleEn: Company number, kind: company-number }
subject: { parameter: company }
subjectColumn: { column: national_id, kind: person }
portfolio: company
jurisdiction: []
columns:
  - { name: company_number, field: gate.member.company_number }
  - { name: national_id, field: gate.member.national_id }
  - { name: full_name, field: gate.member.full_name }
  - { name: insured_since, field: gate.member.insured_since }
  - { name: insured_salary, field: gate.member.insured_salary }
---*/
SELECT m.company_number, m.national_id, m.full_name, m.insured_since, m.insured_salary
FROM gate.member AS m
WHERE m.company_number = $1
ORDER BY m.national_id
