/*---
id: insurance-portfolio
version: 1
dataSet: insurance-case
title: 我的業管單位
titleEn: Companies in my charge
internal: true
sensitivity: 2
rowCap: 2000
parameters: []
portfolio: none
jurisdiction: [account]
columns:
  - { name: company_number, field: gate.portfolio.company_number }
---*/
SELECT p.company_number
FROM gate.portfolio AS p
WHERE p.account = $1
ORDER BY p.company_number
