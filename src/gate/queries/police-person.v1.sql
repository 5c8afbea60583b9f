/*---
id: police-person
version: 1
dataSet: police-person
title: 戶籍基本資料
titleEn: A registered person
sensitivity: 3
rowCap: 5
parameters:
  - { name: person, title: 國民身分證統一編號, titleEn: National ID, kind: national-id }
subject: { parameter: person }
subjectColumn: { column: national_id, kind: person }
portfolio: none
jurisdiction: []
columns:
  - { name: national_id, field: gate.person.national_id }
  - { name: full_name, field: gate.person.full_name }
  - { name: born_on, field: gate.person.born_on }
  - { name: address, field: gate.person.address }
  - { name: phone, field: gate.person.phone }
---*/
SELECT p.national_id, p.full_name, p.born_on, p.address, p.phone
FROM gate.person AS p
WHERE p.national_id = $1
