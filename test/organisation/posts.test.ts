import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readMapping } from '../../src/evidence/port.ts'
import { evidenceOffice } from './evidence-office.ts'

const HEADER = '員工編號,帳號,姓名,單位代碼,單位,職稱,身分證字號,到任日'
const OPEN = '2299-12-31'
const LIN = 'A123456789'

let office: Awaited<ReturnType<typeof evidenceOffice>>
beforeAll(async () => {
  office = await evidenceOffice()
})
afterAll(() => office.close())

const staff = (...rows: readonly string[]) => [HEADER, ...rows]

describe('a personnel file becomes evidence of posts', () => {
  const lin = (unit: string, since: string) => `7,lin7,林員,${unit},${unit},偵查員,${LIN},${since}`

  test('and a verdict that needs the unit is another one when a later file has him elsewhere', async () => {
    await office.bringEvidence('police', 'case', ['case_no,kind,unit,opened_at', '115偵1,竊盜,偵查隊,2026-08-01'])
    await office.bringEvidence('police', 'party', [
      'case_no,subject,role,valid_from',
      '115偵1,B223456781,當事人,2026-08-01',
    ])
    await office.bringEvidence('police', 'access', [
      'source_id,at,officer,subject,purpose,case_no',
      'u1,2026-09-03 14:00,7,B223456781,偵辦案件,115偵1',
      `u2,2026-09-03 15:00,7,${LIN},偵辦案件,`,
    ])
    expect((await office.judge('u1')).rules).not.toContain('unit-case')

    await office.bring('police', staff(lin('偵查隊', '115/01/01')))
    expect(await office.judge('u1')).toMatchObject({ verdict: 'explained', unit: '偵查隊', judged: 2 })
    expect((await office.judge('u1')).rules).toContain('unit-case')
    expect((await office.judge('u2')).rules).toContain('self')

    await office.bring('police', staff(lin('交通隊', '115/08/15')))
    const moved = await office.judge('u1')
    expect(moved).toMatchObject({ unit: '交通隊', judged: 2 })
    expect(moved.rules).not.toContain('unit-case')
    expect((await office.posts('police')).map(({ officer, unit, until }) => [officer, unit, until])).toEqual([
      ['police:7', '偵查隊', OPEN],
      ['police:7', '偵查隊', '2026-08-15'],
      ['police:7', '交通隊', OPEN],
    ])
  })

  test('under the pseudonym an import makes of the same number, with a record and an event of its own', async () => {
    expect(new Set((await office.posts('police')).map(({ person }) => person))).toEqual(
      new Set([office.pseudonym(LIN)]),
    )
    const [last] = await office.imports('police')
    expect(last).toMatchObject({ target: 'post', state: 'done', startedBy: 'system', rowsLoaded: 2, rowsRejected: 0 })
    const events = await office.database.query("SELECT 1 FROM event WHERE kind = 'import' AND subject_ref = $1", [
      `import:${last?.importId}`,
    ])
    expect(events).toHaveLength(1)
  })

  test('and nothing is added by the same file, nor by a start', async () => {
    const before = [await office.posts('police'), await office.imports('police')]
    expect(await office.bring('police', staff(lin('交通隊', '115/08/15')))).toMatchObject({
      error: { code: 'nothing' },
    })
    await office.organisation.statePosts()
    expect([await office.posts('police'), await office.imports('police')]).toEqual(before)
    expect((await office.judge('u1')).judged).toBe(0)
  })

  test('what was said, corrected and said again on one day stands as said last', async () => {
    const today = (unit: string) => staff(`1,tax1,陳員,${unit},${unit},課員,,`)
    for (const unit of ['甲課', '乙課', '甲課']) await office.bring('tax', today(unit))
    await office.bringEvidence('tax', 'access', ['source_id,at,officer,subject,purpose', 't1,2026-11-27,1,B223456781,'])
    expect(await office.judge('t1')).toMatchObject({ unit: '甲課' })
  })
})

describe('a term that does not say whose number it is', () => {
  test("takes from nobody what the agency's own list of posts told", async () => {
    await office.bringEvidence('health', 'post', [
      'officer,unit,title,duty,person,valid_from',
      `3,稽查科,科員,外勤,${LIN},2025-01-01`,
      '4,稽查科,科員,外勤,C123456783,2025-01-01',
    ])
    await office.bringEvidence('health', 'kinship', [
      'subject,other,relation,valid_from',
      `${LIN},B223456781,sibling,2020-01-01`,
    ])
    await office.bring(
      'health',
      staff('3,he3,林員,K,稽查科,技士,,115/06/01', '4,he4,王員,K,稽查科,科員,,114/01/01', '5,he5,吳員,K,稽查科,科員,,'),
    )
    await office.bringEvidence('health', 'access', [
      'source_id,at,officer,subject,purpose',
      'h1,2026-09-03 14:00,3,B223456781,稽查',
      'h2,2026-09-03 14:00,4,C123456783,稽查',
      'h3,2026-11-27 14:00,5,B223456781,稽查',
    ])
    expect(await office.judge('h1')).toMatchObject({
      rules: expect.arrayContaining(['kin']),
      unit: '稽查科',
      duty: '外勤',
    })
    expect((await office.judge('h2')).rules).toContain('self')
    const { rules } = await office.judge('h3')
    expect(rules).not.toContain('kin')
    expect(rules).not.toContain('self')
  })

  test('and one without a unit says nothing', async () => {
    const doer = { account: 'directory', post: 'directory' }
    const by = { system: 'ad', agency: 'parks', doer }
    const user = (number: string, department: string) => ({
      schemas: [
        'urn:ietf:params:scim:schemas:core:2.0:User',
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
      ],
      ...{ userName: `p${number}`, displayName: '員', title: '' },
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { employeeNumber: number, department },
    })
    office.clock.advanceMs(60_000)
    for (const body of [user('1', '養護課'), user('2', '')])
      expect(await office.organisation.scim.user.create(by, body, '')).toMatchObject({ ok: true })
    await office.organisation.settle()
    expect((await office.posts('parks')).map(({ officer, unit }) => [officer, unit])).toEqual([['parks:1', '養護課']])
    expect(await office.imports('parks')).toHaveLength(1)
  })
})

describe('a deputy whom the chart names for some days', () => {
  const header = '員工編號,帳號,姓名,單位代碼,單位,職稱,代理人,代理起日,代理迄日'
  const chart = (from: string, until: string) => [
    header,
    `1,in1,陳員,P,承保科,科員,2,${from},${until}`,
    '2,in2,林員,P,承保科,科員,,,',
  ]
  const looks = [
    'source_id,at,officer,subject,purpose',
    'n1,2026-12-02 10:00,2,12345675,審核',
    'n2,2026-12-04 00:00,2,12345675,審核',
  ]

  test('carries the portfolio of the absent on those days, the last one included, and no longer', async () => {
    await office.bringEvidence('insurance', 'portfolio', [
      'officer,subject,valid_from',
      '1,12345675,2020-01-01',
      '2,22099131,2020-01-01',
    ])
    await office.bring('insurance', chart('115/12/01', '115/12/03'))
    await office.bringEvidence('insurance', 'access', looks)
    expect(await office.judge('n1')).toMatchObject({ verdict: 'explained', rules: ['deputy-portfolio'] })
    expect(await office.judge('n2')).toMatchObject({ verdict: 'contradicted' })
  })

  test('and carries it no more when that was taken back before it began', async () => {
    await office.bring('insurance', chart('', ''))
    expect(await office.judge('n1')).toMatchObject({ verdict: 'contradicted' })
  })
})

describe('a start makes good', () => {
  test('what a program killed between the commit and the evidence left out', async () => {
    const [keysFolder, file] = [join(office.folder, 'died'), join(office.folder, 'fire.csv')]
    await mkdir(keysFolder, { mode: 0o700 })
    await writeFile(file, `${staff('1,fire1,陳員,F,救災科,隊員,,115/01/01').join('\n')}\n`)
    const program = join(import.meta.dirname, 'apply-and-die.ts')
    const child = spawn(process.execPath, [program, office.database.url, keysFolder, file, 'fire'])
    expect(await new Promise((done) => child.once('close', (_code, killedBy) => done(killedBy)))).toBe('SIGKILL')
    expect(await office.organisation.history('fire', '1')).toHaveLength(1)
    expect(await office.posts('fire')).toEqual([])
    await office.open().statePosts()
    expect(await office.posts('fire')).toMatchObject([{ officer: 'fire:1', unit: '救災科', until: OPEN }])
  })

  test('what a store that was rebuilt has lost, as far as it holds now', async () => {
    await office.analytics.command('TRUNCATE TABLE evidence_post')
    await office.open().statePosts()
    expect((await office.posts('police')).map(({ unit, until }) => [unit, until])).toEqual([
      ['偵查隊', '2026-08-15'],
      ['交通隊', OPEN],
    ])
    expect(office.said).toEqual([])
  })
})

test('no mapping from people takes pseudonyms as they are', async () => {
  const path = join(office.folder, 'mapping.yaml')
  await writeFile(path, 'target: post\nagency: police\ncolumns:\n  person: { from: 代碼, isPseudonym: true }\n')
  expect(await readMapping(path)).toMatchObject({ ok: false, error: { code: 'bad-mapping' } })
})
