import { expect, test } from 'vitest'
import { compileStatement, pathTables, preparedKeys } from './compile-statement.ts'
import { hitCode } from './hit-code.ts'
import { monthSpan } from './month-span.ts'
import { planRules } from './plan-rules.ts'
import { type Rule, rule } from './rule.ts'
import { setAsideBy } from './set-aside.ts'

const base = { id: 'a-rule', kind: 'flag', title: 't', titleEn: 't', sentence: 's', sentenceEn: 's' }
const tableOf = (kind: string): string => `evidence_${kind}`
const planned = (...given: readonly object[]) => {
  const rules: Rule[] = given.map((each) => rule.parse({ ...base, ...each }))
  const parts = { tableOf, code: hitCode(rules), month: monthSpan(202609), setAside: setAsideBy(rules) }
  const statements = planRules(rules)
  return { statements, sql: statements.map((each) => compileStatement(each, parts)) }
}
const compiled = (...given: readonly object[]): string => planned(...given).sql.join('\n')
const SEPTEMBER = "toDateTime64('2026-09-01 00:00:00', 3, 'UTC')"
const OCTOBER = "toDateTime64('2026-10-01 00:00:00', 3, 'UTC')"

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
    "SELECT a.n AS n, toUInt64('1') AS bits, NOT (r0k_recorded_by = a.key_officer OR r0_recorded_at > a.at + INTERVAL 72 HOUR) AS strong, " +
      "[concat(if(r0k_recorded_by = a.key_officer OR r0_recorded_at > a.at + INTERVAL 72 HOUR, unhex('00fd'), unhex('00fa')), r0_evidence_id)] AS hits " +
      "FROM (SELECT * FROM work_access AS a WHERE a.case_key != '') AS a " +
      "INNER JOIN (SELECT CAST(reinterpretAsUInt128(sipHash128(case_key)), 'UInt128') AS k0, evidence_id AS r0_evidence_id, " +
      "CAST(reinterpretAsUInt128(sipHash128(recorded_by)), 'UInt128') AS r0k_recorded_by, recorded_at AS r0_recorded_at, valid_from AS r0_valid_from, valid_to AS r0_valid_to " +
      `FROM evidence_assignment WHERE valid_from < ${OCTOBER} + INTERVAL 24 HOUR AND valid_to > ${SEPTEMBER} - INTERVAL 0 HOUR) AS j0 ON j0.k0 = a.key_case_key ` +
      'WHERE a.at >= r0_valid_from - INTERVAL 24 HOUR AND a.at < r0_valid_to',
  )
})

test('records of hours or days are joined by each day of the month they touch, and hide no other', () => {
  const sql = compiled({
    path: [
      {
        table: 'shift',
        as: 'h',
        on: { officer: 'a.officer' },
        byDay: true,
        within: ['starts', 'ends'],
        graceHours: [0, 4],
      },
    ],
  })
  expect(sql).toContain('ON j0.k0 = a.key_day_officer')
  expect(sql).toContain('AS day FROM evidence_shift WHERE')
  expect(sql).toContain('a.at >= r0_starts AND a.at < r0_ends + INTERVAL 4 HOUR')
})

test('a rule set aside by strong evidence reads only what has none; what another rule sets aside is struck out later', () => {
  const sql = compiled({
    unless: ['strong'],
    path: [{ table: 'visit', as: 'v', on: { officer: 'a.officer' } }],
  })
  expect(sql).toContain("FROM (SELECT * FROM work_open AS a WHERE a.officer != '') AS a INNER JOIN")
})

test('an absent record is an anti-join and no witness', () => {
  const sql = compiled({ path: [{ table: 'case', as: 'c', on: { case_key: 'a.case_key' }, absent: true }] })
  expect(sql).toContain('LEFT ANTI JOIN (SELECT')
  expect(sql).toContain("[unhex('00ff')] AS hits")
})

test('rules that join the same records on the same columns, or on more of them, are one statement', () => {
  const watch = (list: string) => ({
    id: list,
    path: [{ table: 'watch', as: 'x', on: { subject: 'a.subject' }, where: [{ column: 'list', is: list }] }],
  })
  const visit = { id: 'visit', path: [{ table: 'visit', as: 'v', on: { subject: 'a.subject' } }] }
  const own = { id: 'own', path: [{ table: 'visit', as: 'w', on: { subject: 'a.subject', officer: 'a.officer' } }] }
  const { sql } = planned(watch('one'), watch('two'), own, visit)
  expect(sql).toHaveLength(2)
  expect(sql[0]).toContain("r0_list = 'one' AS c0, r0_list = 'two' AS c1")
  expect(sql[1]).toContain('r0k_officer = a.key_officer AS c1')
})

test('the same records joined for all accesses and for open ones stay two statements', () => {
  const path = [{ table: 'watch', as: 'x', on: { subject: 'a.subject' } }]
  expect(planned({ id: 'one', path }, { id: 'two', path, unless: ['strong'] }).sql).toHaveLength(2)
})

test('kinds of evidence that hang together by their case are joined with each other once, before any access', () => {
  const assigned = {
    kind: 'template',
    strength: 5,
    path: [
      { table: 'party', as: 'p', on: { case_key: 'a.case_key', subject: 'a.subject' } },
      { table: 'assignment', as: 's', on: { case_key: 'a.case_key', officer: 'a.officer' } },
    ],
  }
  const { statements, sql } = planned(assigned)
  expect(sql[0]).toContain('FROM work_path_party_assignment')
  expect([...preparedKeys(statements)]).toContainEqual([
    'key_case_key_officer_subject',
    ['a.case_key', 'a.officer', 'a.subject'],
  ])
  expect(pathTables(statements, tableOf).map((each) => each.select)).toEqual([
    expect.stringMatching(
      /FROM evidence_party AS t0 INNER JOIN evidence_assignment AS t1 ON t0\.case_key = t1\.case_key/,
    ),
  ])
})

test('kinds that hang together by anything else are not: a neighbourhood would multiply itself', () => {
  const { sql } = planned({
    path: [
      { table: 'address', as: 'x', on: { subject: 'a.person' } },
      { table: 'address', as: 'z', on: { subject: 'a.subject', neighbourhood: 'x.neighbourhood' } },
    ],
  })
  expect(sql[0]).toContain(
    'AS j1 ON j1.k1 = CAST(reinterpretAsUInt128(a.subject) + reinterpretAsUInt128(r0_neighbourhood) * 3',
  )
})

test('a number one edit away is measured only where lengths and bytes allow it', () => {
  const sql = compiled({
    path: [
      {
        table: 'party',
        as: 'p',
        on: { subject: 'a.subject' },
        where: [{ column: 'case_key', oneEditFrom: 'a.case_key' }],
      },
    ],
  })
  expect(sql).toContain("a.case_key != ''")
  expect(sql).toContain('byteHammingDistance(r0_case_key, a.case_key) <= 2')
})

test('a contradiction by difference needs both sides on record: silence speaks against nobody', () => {
  const path = [
    { table: 'presence', as: 'n', on: { officer: 'a.officer' }, where: [{ column: 'place', differs: 'a.terminal' }] },
  ]
  const guarded = compiled({ kind: 'contradiction', path })
  expect(guarded).toMatch(/\w+_place != ''/)
  expect(guarded).toContain("a.terminal != ''")
  // A template may rest on a case the official did not state.
  expect(compiled({ kind: 'flag', path })).not.toContain("a.terminal != ''")
})
