import { afterAll, beforeAll, expect, test } from 'vitest'
import { EVIDENCE_KINDS, OPEN_END } from '../../src/evidence/port.ts'
import { accessConditions, recordConditions, resolverOf } from '../../src/reconcile/compile-rule.ts'
import { isStatedSql } from '../../src/reconcile/join-key.ts'
import { loadRuleSet } from '../../src/reconcile/rule-set.ts'
import { verdictOffice } from './verdict-office.ts'

const AT = '2026-01-10 02:00:00.000'
const LOOKS = 12

let office: Awaited<ReturnType<typeof verdictOffice>>
beforeAll(async () => {
  office = await verdictOffice()
})
afterAll(() => office.close())

test('every column a rule joins or compares by must say something on the side it is read from', async () => {
  const rules = await loadRuleSet()
  if (!rules.ok) throw new Error(rules.error.join())
  for (const rule of rules.value.rules) {
    const resolve = resolverOf(rule)
    const conditions = [...accessConditions(rule), ...recordConditions(rule, resolve)]
    const references = rule.path.flatMap((step) => [
      ...Object.values(step.on),
      ...(step.where ?? []).flatMap(({ equals, oneEditFrom }) => equals ?? oneEditFrom ?? []),
    ])
    for (const reference of references)
      expect({ rule: rule.id, reference, conditions }).toMatchObject({
        conditions: expect.arrayContaining([isStatedSql(resolve(reference))]),
      })
  }
})

/** One row of the kind in which every column is empty and every time holds. */
async function emptyRow(kind: keyof typeof EVIDENCE_KINDS): Promise<void> {
  const { table, columns } = EVIDENCE_KINDS[kind]
  const words: Readonly<Record<string, string>> = { approval: 'approved', document: 'valid', stop: '', shift: 'desk' }
  const values = columns.flatMap(({ name, type }): [string, string][] => {
    if (type === 'time') return [[name, name === 'ends' || name === 'last_day' ? `'${OPEN_END}'` : `'${AT}'`]]
    if (type === 'end') return [[name, `'${OPEN_END}'`]]
    if (name === 'status' || (name === 'kind' && kind === 'shift')) return [[name, `'${words[kind] ?? ''}'`]]
    return []
  })
  const all: [string, string][] = [
    ...values,
    ['import_id', "'i'"],
    ['agency', "'demo'"],
    ['recorded_at', `'${AT}'`],
    ['known_at', `'${AT}'`],
    ['evidence_id', `unhex('${Buffer.from(kind.padEnd(16, '.')).toString('hex')}')`],
  ]
  await office.analytics.command(
    `INSERT INTO ${table} (${all.map(([name]) => name).join(', ')}) VALUES (${all.map(([, value]) => value).join(', ')})`,
  )
}

test('records without a word in them speak of no access without a word in it, nor does any query', async () => {
  for (const kind of Object.keys(EVIDENCE_KINDS)) await emptyRow(kind as keyof typeof EVIDENCE_KINDS)
  for (let i = 0; i < LOOKS; i++)
    await office.analytics.command(
      `INSERT INTO access (access_id, import_id, line, agency, system, source_id, at, subject_kind, purpose)
       VALUES (unhex('${i.toString(16).padStart(32, '0')}'), 'i', ${i}, 'demo', 'x', '${i}', '${AT}', 'none', '報案巡邏盤查')`,
    )
  const run = await office.reconcile.runReconciliation({
    from: '2026-01-01T00:00:00Z',
    startedBy: { account: 'tester', post: 'test' },
  })
  expect(run).toMatchObject({ ok: true, value: { accesses: LOOKS, findings: [] } })
  const rules = new Set([...(await office.verdicts()).values()].flatMap((each) => each.rules))
  // What it says of itself: a claim without a record.
  expect([...rules]).toEqual(['stop-unrecorded'])
})

test.each(['', '－', '--', '不詳', 'N/A', '無'])('a neighbourhood written as 「%s」 is nobody’s', async (written) => {
  await office.forget()
  await office.bring('post', 'officer,unit,title,duty,person,valid_from', '101,甲科,科員,d,B100000002,2020-01-01')
  await office.bring(
    'address',
    'subject,address,neighbourhood,valid_from',
    `B100000002,一街1號,${written},2020-01-01`,
    `H100000001,九路99號,${written},2020-01-01`,
    `H100000002,九路99號,東里3鄰,2020-01-01`,
  )
  const [row] = await office.analytics.rows<{ n: string }>(
    "SELECT uniqExact(neighbourhood) - countIf(neighbourhood != toFixedString('', 16)) AS n FROM evidence_address",
  )
  expect(Number(row?.n)).toBe(1)
})
