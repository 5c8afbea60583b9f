import { expect, test } from 'vitest'
import { compileRule } from './compile-rule.ts'
import { type Rule, rule } from './rule.ts'

const base = { id: 'a-rule', kind: 'flag', title: 't', titleEn: 't', sentence: 's', sentenceEn: 's' }
const compiled = (given: object): string =>
  compileRule(rule.parse({ ...base, ...given }) satisfies Rule, (kind) => `evidence_${kind}`)

test('a template joins its path, keeps its witnesses, and counts self-made or late records as weak', () => {
  expect(
    compiled({
      kind: 'template',
      strength: 5,
      path: [
        {
          table: 'assignment',
          as: 's',
          on: { case_key: 'a.case_key' },
          within: ['valid_from', 'valid_to'],
          graceHours: [24, 0],
        },
      ],
    }),
  ).toBe(
    'SELECT a.access_id AS access_id, [s.evidence_id] AS witnesses, if(s.recorded_by = a.officer OR s.recorded_at > a.at + INTERVAL 72 HOUR, 2, 5) AS strength, 0 AS count ' +
      "FROM (SELECT * FROM work_access AS a WHERE a.case_key != '') AS a INNER JOIN evidence_assignment AS s ON s.case_key = a.case_key " +
      'WHERE a.at >= s.valid_from - INTERVAL 24 HOUR AND a.at < s.valid_to + INTERVAL 0 HOUR',
  )
})

test('records that follow one another are joined by time, and a rule set aside by strong evidence reads only what has none', () => {
  const sql = compiled({
    unless: ['strong', 'stop-check'],
    path: [{ table: 'shift', as: 'h', on: { officer: 'a.officer' }, latest: 'starts' }],
  })
  expect(sql).toContain(
    'FROM work_open AS a ASOF INNER JOIN evidence_shift AS h ON h.officer = a.officer AND a.at >= h.starts',
  )
  expect(sql).toContain("a.access_id NOT IN (SELECT access_id FROM work_hit WHERE rule IN ('stop-check'))")
})

test('an absent record is an anti-join and no witness', () => {
  const sql = compiled({ path: [{ table: 'case', as: 'c', on: { case_key: 'a.case_key' }, absent: true }] })
  expect(sql).toContain('LEFT ANTI JOIN evidence_case AS c')
  expect(sql).toContain("CAST([], 'Array(FixedString(16))') AS witnesses")
})
