/*---
id: land-parcel
version: 1
dataSet: land-parcel
title: 土地所有權部
titleEn: Owners of a parcel
sensitivity: 2
rowCap: 200
parameters:
  - { name: parcel, title: 地號, titleEn: Parcel, kind: parcel-number }
subject: { parameter: parcel }
subjectColumn: { column: national_id, kind: person }
portfolio: none
jurisdiction: []
columns:
  - { name: parcel_number, field: gate.parcel.parcel_number }
  - { name: area_m2, field: gate.parcel.area_m2 }
  - { name: declared_value, field: gate.parcel.declared_value }
  - { name: full_name, field: gate.owner.full_name }
  - { name: national_id, field: gate.owner.national_id }
  - { name: share, field: gate.owner.share }
  - { name: address, field: gate.owner.address }
---*/
SELECT p.parcel_number, p.area_m2, p.declared_value, o.full_name, o.national_id, o.share, o.address
FROM gate.parcel AS p
JOIN gate.owner AS o ON o.parcel_number = p.parcel_number
WHERE p.parcel_number = $1
ORDER BY o.national_id
