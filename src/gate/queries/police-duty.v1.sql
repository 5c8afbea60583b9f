/*---
id: police-duty
version: 1
dataSet: police-case
title: 勤務表：我的勤務時間
titleEn: When I am on duty
internal: true
sensitivity: 1
rowCap: 400
parameters: []
portfolio: none
jurisdiction: [account]
columns:
  - { name: starts_at, field: gate.duty.starts_at }
  - { name: ends_at, field: gate.duty.ends_at }
---*/
SELECT d.starts_at, d.ends_at
FROM gate.duty AS d
WHERE d.account = $1
