/*---
id: police-stops
version: 1
dataSet: police-stop
title: 個人盤查紀錄
titleEn: Stop checks of one person
sensitivity: 4
rowCap: 100
parameters:
  - { name: person, title: 國民身分證統一編號, titleEn: National ID, kind: national-id }
subject: { parameter: person }
subjectColumn: { column: national_id, kind: person }
portfolio: none
jurisdiction: []
columns:
  - { name: stopped_at, field: gate.stop_check.stopped_at }
  - { name: place, field: gate.stop_check.place }
  - { name: officer, field: gate.stop_check.officer }
  - { name: national_id, field: gate.stop_check.national_id }
---*/
SELECT s.stopped_at, s.place, s.officer, s.national_id
FROM gate.stop_check AS s
WHERE s.national_id = $1
ORDER BY s.stopped_at DESC
