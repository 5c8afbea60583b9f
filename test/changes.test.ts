import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixedClock } from '../src/base/clock.ts'
import { fail, ok } from '../src/base/result.ts'
import { asInstallation, inScope } from '../src/base/tenant.ts'
import type { ChangeVerdict } from '../src/changes/create-changes.ts'
import { type Changes, createChanges, ruleKind } from '../src/changes/port.ts'
import { roleConflict } from '../src/identity/port.ts'
import type { ChangeBody } from '../src/wire/change.ts'
import { type TwoAgencies, twoAgencies } from './http/two-agencies.ts'

let world: TwoAgencies
beforeAll(async () => {
  world = await twoAgencies()
})
afterAll(() => world.close())

const doer = (account: string) => ({ account, post: '職務' })
/** Work as somebody: of one agency, or of the county where his name says so. */
function as<T>(account: string, work: (changes: Changes) => Promise<T>): Promise<T> {
  const home = account.startsWith('land-') ? 'land' : account.startsWith('pol-') ? 'police' : ''
  const agencies = home === '' ? ('all' as const) : [home]
  return inScope({ kind: 'served', agencies, home, account }, () => work(world.services.changes))
}
const propose = (account: string, kind: ChangeBody['kind'], value: ChangeBody['value'], effectiveFrom?: string) =>
  as(account, (changes) =>
    changes.propose({ kind, value, reason: '業務調整需要', ...(effectiveFrom && { effectiveFrom }) }, doer(account)),
  )
async function proposed(account: string, kind: ChangeBody['kind'], value: ChangeBody['value']): Promise<string> {
  const made = await propose(account, kind, value)
  if (!made.ok) throw new Error(JSON.stringify(made.error))
  return made.value
}
const present: ChangeVerdict['prove'] = async (bound) => ok({ evidence: { bound: bound.toString('hex') } })
const absent: ChangeVerdict['prove'] = async () => fail('presence-refused')
const approve = (account: string, id: string, prove = present) =>
  as(account, (changes) => changes.decide(id, doer(account), { verdict: 'approve', reason: '', prove }))
const refuse = (account: string, id: string, reason: string) =>
  as(account, (changes) => changes.decide(id, doer(account), { verdict: 'refuse', reason, prove: absent }))
const stateOf = async (id: string) => (await as('county-head', (changes) => changes.page(id, 'county-head')))?.state

const role = (account: string, name: string, agency = 'land', serves: string[] = []) => ({
  account,
  role: name,
  agency,
  serves,
})
const held = async (account: string) =>
  asInstallation(() =>
    world.services.database.query('SELECT role, agency, serves FROM account WHERE account = $1', [account]),
  )
const eventsOf = async (id: string) =>
  asInstallation(async () =>
    (
      await world.services.database.query<{ kind: string; actor: string }>(
        'SELECT kind, actor FROM event WHERE subject_ref = $1 ORDER BY at',
        [`change:${id}`],
      )
    ).map(({ kind, actor }) => `${kind} ${actor}`),
  )

describe('a change that takes two', () => {
  test('applies with the word of another, proved present, and both acts are events', async () => {
    const id = await proposed('county-it', 'role', role('land-officer', 'supervisor'))
    expect(await approve('county-it', id)).toMatchObject({ ok: false, error: { code: 'same-person' } })
    expect(await approve('county-head', id, absent)).toMatchObject({ ok: false, error: { code: 'presence-refused' } })
    expect(await held('land-officer')).toEqual([{ role: 'officer', agency: 'land', serves: [] }])
    expect(await approve('county-head', id)).toMatchObject({ ok: true })
    expect(await held('land-officer')).toEqual([{ role: 'supervisor', agency: 'land', serves: [] }])
    expect(await eventsOf(id)).toEqual(['change-proposed county-it', 'change-applied county-head'])
    const sessions = await asInstallation(() =>
      world.services.database.query("SELECT 1 FROM session WHERE account = 'land-officer'"),
    )
    expect(sessions).toEqual([])
    expect(await approve('county-ethics', id)).toMatchObject({ ok: false, error: { code: 'ended' } })
  })

  test('shows both texts side by side and what follows', async () => {
    const id = await proposed('county-it', 'role', role('land-procurement', 'archivist'))
    const page = await as('county-head', (changes) => changes.page(id, 'county-head'))
    expect(page?.diff[0]).toEqual({ before: 'role: procurement', after: 'role: archivist' })
    expect(page?.diff[1]).toEqual({ before: 'agency: land', after: 'agency: land' })
    expect(page?.consequences[0]?.zh).toContain('立即結束')
    expect(page?.binding).toMatch(/^[0-9a-f]{64}$/)
  })

  test('is refused with a reason, or taken back, and then applies no more', async () => {
    const id = await proposed('county-it', 'role', role('land-archivist', 'procurement'))
    expect(await refuse('county-head', id, '不')).toMatchObject({ ok: false, error: { code: 'reason-missing' } })
    expect(await refuse('county-head', id, '目前人力不需調整')).toMatchObject({ ok: true })
    expect(await approve('county-ethics', id)).toMatchObject({ ok: false, error: { code: 'ended' } })
    const taken = await proposed('county-it', 'role', role('land-archivist', 'procurement'))
    expect(await as('county-head', (changes) => changes.withdraw(taken, doer('county-head')))).toMatchObject({
      ok: false,
    })
    expect(await as('county-it', (changes) => changes.withdraw(taken, doer('county-it')))).toMatchObject({ ok: true })
    expect([await stateOf(id), await stateOf(taken)]).toEqual(['refused', 'withdrawn'])
  })

  test('expires when nobody decides: nothing applies by silence', async () => {
    const id = await proposed('county-it', 'role', role('land-archivist', 'procurement'))
    await asInstallation(() =>
      world.services.database.upkeep.query(
        "UPDATE change_proposal SET expires_at = now() - interval '1 s' WHERE change_id = $1",
        [id],
      ),
    )
    expect(await stateOf(id)).toBe('expired')
    expect(await approve('county-head', id)).toMatchObject({ ok: false, error: { code: 'ended' } })
    expect(await held('land-archivist')).toMatchObject([{ role: 'archivist' }])
  })

  test('is stale when what it was proposed against has changed, also by another change', async () => {
    const [first, second] = [
      await proposed('county-it', 'role', role('land-security', 'it')),
      await proposed('county-it', 'role', role('land-security', 'officer')),
    ]
    const [one, two] = await Promise.all([approve('county-head', first), approve('county-ethics', second)])
    expect([one.ok, two.ok].filter(Boolean)).toHaveLength(1)
    expect([await stateOf(first), await stateOf(second)].sort()).toEqual(['applied', 'stale'])
  })

  test('is nothing when it changes nothing, and malformed when it says nothing', async () => {
    expect(await propose('county-it', 'role', role('land-head', 'head'))).toMatchObject({ ok: false })
    expect(await propose('county-it', 'role', { account: 'land-head' })).toMatchObject({ ok: false })
    expect(await propose('county-it', 'role', role('land-nobody', 'head'))).toMatchObject({ ok: false })
    // Accounts that directories state are user principal names: they are read, too.
    expect(await propose('county-it', 'role', role('nobody@agency.gov.tw', 'head'))).toMatchObject({
      error: { words: { en: 'There is no such account.' } },
    })
  })
})

describe('roles', () => {
  test('nobody proposes or approves his own', async () => {
    expect(await propose('county-it', 'role', role('county-it', 'head', ''))).toMatchObject({ ok: false })
    const id = await proposed('county-it', 'role', role('county-security', 'head', ''))
    expect(await approve('county-security', id)).toMatchObject({ ok: false, error: { code: 'refused' } })
  })

  test('whoever operates a system is not its auditor, nor the reverse', async () => {
    const it = { role: 'it', agency: 'land', serves: [] } as const
    for (const name of ['ethics', 'auditor', 'outside-auditor'] as const) {
      expect(roleConflict(it, { role: name, agency: 'land', serves: [] })).toBe(true)
      expect(roleConflict({ role: name, agency: 'land', serves: [] }, { ...it, role: 'security' })).toBe(true)
      expect(roleConflict(it, { role: name, agency: 'police', serves: ['land'] })).toBe(true)
      expect(roleConflict(it, { role: name, agency: '', serves: [] })).toBe(true)
      expect(roleConflict(it, { role: name, agency: 'police', serves: [] })).toBe(false)
    }
    expect(roleConflict(it, { role: 'officer', agency: 'land', serves: [] })).toBe(false)
    expect(await propose('county-ethics', 'role', role('land-it', 'auditor'))).toMatchObject({
      error: { code: 'refused', words: { en: expect.stringContaining('not its auditor') } },
    })
  })

  test('an ethics officer serves several agencies by a change of two; a tenant gives nothing beyond himself', async () => {
    const id = await proposed('county-it', 'role', role('land-ethics', 'ethics', 'land', ['police']))
    expect(await approve('county-head', id)).toMatchObject({ ok: true })
    expect(await held('land-ethics')).toEqual([{ role: 'ethics', agency: 'land', serves: ['police'] }])
    expect(await propose('land-head', 'role', role('pol-officer', 'head', 'police'))).toMatchObject({ ok: false })
    expect(await propose('land-head', 'role', role('land-auditor', 'auditor', 'land', ['police']))).toMatchObject({
      ok: false,
    })
    expect(await propose('land-head', 'role', role('land-auditor', 'auditor', ''))).toMatchObject({ ok: false })
    const own = await proposed('land-head', 'role', role('land-auditor', 'archivist'))
    expect(await as('pol-head', (changes) => changes.page(own, 'pol-head'))).toBeUndefined()
    expect(await approve('pol-head', own)).toMatchObject({ ok: false, error: { code: 'unknown' } })
    expect(await approve('land-security', own)).toMatchObject({ ok: true })
  })
})

describe('what comes with the program as files', () => {
  const rulesNow = () => asInstallation(() => world.services.reconcile.listRules())

  test('a rule is switched off, and on again with other points; each is a rule set of its own', async () => {
    const before = await rulesNow()
    const [first] = before.rules
    const set = async (value: object) => {
      const id = await proposed('county-it', 'rule', { id: first?.id, ...value })
      expect(await approve('county-ethics', id)).toMatchObject({ ok: true })
      return rulesNow()
    }
    const off = await set({ isOn: false })
    expect(off.rules[0]).toMatchObject({ id: first?.id, isOn: false })
    expect(off.ruleSet).not.toBe(before.ruleSet)
    const on = await set({ isOn: true, points: 7 })
    expect(on.rules[0]).toMatchObject({ isOn: true, points: 7 })
    expect(new Set([before.ruleSet, off.ruleSet, on.ruleSet]).size).toBe(3)
    expect(await propose('land-head', 'rule', { id: first?.id, isOn: false })).toMatchObject({
      error: { code: 'foreign' },
    })
    expect(await propose('county-it', 'rule', { id: 'no-such-rule', isOn: false })).toMatchObject({ ok: false })
  })

  test('holds from its day: the program takes it up when that has come', async () => {
    const last = (await rulesNow()).rules.at(-1)
    const made = await propose('county-it', 'rule', { id: last?.id, isOn: false }, '2031-01-01T00:00:00Z')
    expect(await approve('county-head', made.ok ? made.value : '')).toMatchObject({ ok: true })
    expect((await rulesNow()).rules.at(-1)?.isOn).toBe(true)
    const { database, reconcile } = world.services
    const kinds = { rule: ruleKind(reconcile) } as Parameters<typeof createChanges>[0]['kinds']
    await createChanges({ database, clock: fixedClock(new Date('2031-01-02T00:00:00Z')), kinds }).takeUp()
    expect((await rulesNow()).rules.at(-1)?.isOn).toBe(false)
    await world.services.changes.takeUp()
    expect((await rulesNow()).rules.at(-1)?.isOn).toBe(true)
  })

  test('a wrong policy is refused with what is wrong; a right one shows whom it lets in', async () => {
    const broken = await propose('county-it', 'policy', { file: 'land-owner', text: 'permit (principal' })
    expect(broken).toMatchObject({ error: { code: 'refused', words: { en: expect.stringContaining('land-owner') } } })
    expect(
      await propose('county-it', 'policy', { file: 'no-set', text: 'permit (principal, action, resource);' }),
    ).toMatchObject({ ok: false })
    const text =
      '@id("land-owner/everybody")\n@mask("full")\npermit (principal, action == Action::"see-now", resource);\n'
    const id = await proposed('county-it', 'policy', { file: 'land-owner', text })
    const page = await as('county-head', (changes) => changes.page(id, 'county-head'))
    expect(page?.consequences.some(({ zh }) => zh.startsWith('▲ 放寬　land-owner'))).toBe(true)
    expect(await approve('county-head', id)).toMatchObject({ ok: true })
    expect(await propose('county-it', 'policy', { file: 'land-owner', text })).toMatchObject({
      error: { words: { en: expect.stringContaining('so already') } },
    })
  })

  test('records are kept longer, never shorter than the law’s five years', async () => {
    expect(await propose('county-it', 'retention', { months: 59 })).toMatchObject({ ok: false })
    const id = await proposed('county-it', 'retention', { months: 120 })
    expect(await approve('county-head', id)).toMatchObject({ ok: true })
    const next = await proposed('county-it', 'retention', { months: 121 })
    const months = await asInstallation(() =>
      world.services.database.query<{ kind: string; expires_month: number }>(
        'SELECT kind, expires_month FROM event WHERE subject_ref = ANY($1) ORDER BY at',
        [[`change:${id}`, `change:${next}`]],
      ),
    )
    const [before, , after] = months.map((row) => row.expires_month)
    expect((after ?? 0) - (before ?? 0)).toBe(60)
    expect(await refuse('county-head', next, '一百二十個月已足')).toMatchObject({ ok: true })
  })

  test('a database is used as it was approved, and not once its entry was edited', async () => {
    expect(await propose('county-it', 'connector', { id: 'tax_db', isUsed: true })).toMatchObject({ ok: false })
    const write = (password: string) =>
      writeFile(
        join(world.folder, 'keys/connectors.yaml'),
        `tax_db: { kind: postgres, url: 'postgresql://gate:${password}@tax.example:5432/tax' }\n`,
      )
    await write('pw-one')
    const id = await proposed('county-it', 'connector', { id: 'tax_db', isUsed: true })
    const page = await as('county-head', (changes) => changes.page(id, 'county-head'))
    expect(JSON.stringify(page)).toContain('tax.example:5432')
    expect(JSON.stringify(page)).not.toContain('pw-one')
    await write('second')
    expect(await approve('county-head', id)).toMatchObject({ ok: false })
    const again = await proposed('county-it', 'connector', { id: 'tax_db', isUsed: true })
    expect(await approve('county-head', again)).toMatchObject({ ok: true })
    const used = async () =>
      (await asInstallation(() => world.services.gate.check())).connectors.map((connector) => connector.id)
    expect(await used()).toContain('tax_db')
    await write('third')
    await world.services.changes.takeUp()
    expect(await used()).toContain('tax_db')
  })
})
