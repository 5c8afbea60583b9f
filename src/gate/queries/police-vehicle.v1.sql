/*---
id: police-vehicle
version: 1
dataSet: police-person
title: 車籍與車主
titleEn: A vehicle and its owner
sensitivity: 3
rowCap: 5
parameters:
  - { name: plate, title: 車牌, titleEn: Plate, kind: plate }
subject: { parameter: plate }
subjectColumn: { column: owner_id, kind: person }
portfolio: none
jurisdiction: []
columns:
  - { name: plate, field: gate.vehicle.plate }
  - { name: model, field: gate.vehicle.model }
  - { name: owner_id, field: gate.vehicle.owner_id }
  - { name: full_name, field: gate.person.full_name }
---*/
SELECT v.plate, v.model, v.owner_id, p.full_name
FROM gate.vehicle AS v
JOIN gate.person AS p ON p.national_id = v.owner_id
WHERE v.plate = $1
