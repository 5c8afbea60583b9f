/*---
id: land-owner
version: 1
dataSet: land-owner
title: 個人名下土地
titleEn: Land of one person
sensitivity: 3
rowCap: 200
parameters:
  - { name: person, title: 國民身分證統一編號, titleEn: National ID, kind: national-id }
subject: { parameter: person }
subjectColumn: { column: national_id, kind: person }
portfolio: none
jurisdiction: []
columns:
  - { name: national_id, field: gate.owner.national_id }
  - { name: full_name, field: gate.owner.full_name }
  - { name: parcel_number, field: gate.owner.parcel_number }
  - { name: share, field: gate.owner.share }
---*/
SELECT o.national_id, o.full_name, o.parcel_number, o.share
FROM gate.owner AS o
WHERE o.national_id = $1
ORDER BY o.parcel_number
