import { DAY_S, HOUR_S } from './calendar.ts'
import { BROKER_CASE, type Desk, type Look, openCase } from './desk.ts'
import type { Duty } from './office-work.ts'
import { personId } from './people.ts'
import { citizen, type Officer, type OpenCase, type Subject, type World } from './world.ts'

/** What a scenario finds on the day it happens: who is there, on what duty, and who is on leave. */
export interface Stage {
  readonly desk: Desk
  readonly world: World
  readonly day: number
  readonly onDuty: ReadonlyMap<Officer, Duty>
  readonly onLeave: readonly Officer[]
}

const person = (index: number): Subject => ({ kind: 'person', index })
// The companies in charge of the first of each unit, among which T1 finds its own, come before these.
const FIRST_OF_BULK = 8
const BULK = 60
const VAGUE = ['業務需要', '公務需要', '公務']

function look(
  stage: Stage,
  officer: Officer,
  scenario: string,
  rest: Partial<Look> & Pick<Look, 'at' | 'subject'>,
): void {
  stage.desk.look({
    officer,
    terminal: stage.onDuty.get(officer)?.terminal ?? officer.terminal,
    query: rest.subject.kind === 'company' ? '統一編號' : '身分證字號',
    purpose: stage.desk.random.pick(VAGUE),
    caseNo: '',
    fields: '基本資料',
    scenario,
    ...rest,
  })
}

function someone(
  stage: Stage,
  agency: Officer['agency'],
  test: (officer: Officer, duty: Duty) => boolean = () => true,
): readonly [Officer, Duty] | undefined {
  const there = [...stage.onDuty].filter(
    ([officer, duty]) => officer.agency === agency && officer.duty !== 'supervisor' && test(officer, duty),
  )
  return there.length === 0 ? undefined : stage.desk.random.pick(there)
}
const during = (stage: Stage, duty: Duty): number =>
  duty.from + HOUR_S + stage.desk.random.below(Math.max(duty.to - duty.from - 2 * HOUR_S, 600))

/** A citizen whom no record of the day names: nobody's stop, visit or document happens to explain the look. */
function stranger(stage: Stage): Subject {
  for (;;) {
    const subject = citizen(stage.world, stage.desk.random)
    if (!stage.desk.isNamedToday(subject)) return subject
  }
}

/**
 * Plays a story if the day has what it takes, its witnesses' records written among them; false: not today. Stories are
 * picked after the day's honest work, when it is known which records the office lost.
 */
type Scenario = (stage: Stage) => boolean

/** Looks at himself. */
const self: Scenario = (stage) => {
  const found = someone(stage, 'police')
  if (found)
    look(stage, found[0], 'self', {
      at: during(stage, found[1]),
      subject: person(found[0].person),
      terminal: found[1].terminal,
    })
  return found !== undefined
}

/** Looks at his spouse and child. */
const kin: Scenario = (stage) => {
  const found = someone(stage, 'insurance')
  if (!found) return false
  const at = during(stage, found[1])
  look(stage, found[0], 'kin', { at, subject: person(found[0].person + 1) })
  look(stage, found[0], 'kin', { at: at + 70, subject: person(found[0].person + 2) })
  return true
}

/** Looks at a former spouse, again and again. */
const exPartner: Scenario = (stage) => {
  const found = someone(stage, 'police', (officer) => officer.index % 2 === 0)
  if (!found) return false
  const at = during(stage, found[1])
  for (let i = 0; i < 3; i++)
    look(stage, found[0], 'ex-partner', {
      at: at + i * 400,
      subject: person(found[0].person + 3),
      fields: i === 0 ? '基本資料、戶籍' : '刑案紀錄',
    })
  return true
}

/** Looks at the people next door. */
const neighbour: Scenario = (stage) => {
  const found = someone(stage, 'land')
  if (found)
    look(stage, found[0], 'neighbour', {
      at: during(stage, found[1]),
      subject: person(found[0].person + 6),
      fields: '所有權部',
    })
  return found !== undefined
}

/** A dozen officers look at one known person within two days. */
const celebrityCrowd: Scenario = (stage) => {
  const crowd = [...stage.onDuty].filter(([officer]) => officer.agency === 'police').slice(0, 12)
  for (const [officer, duty] of crowd)
    look(stage, officer, 'celebrity-crowd', {
      at: during(stage, duty),
      subject: person(celebrity(stage.world)),
      query: '姓名',
      terminal: duty.terminal,
    })
  return crowd.length >= 8
}
export const celebrity = (world: World): number => world.persons - 7

/** T4: the keeper of the cadastral store sells look-ups, day after day, under one case number. */
const brokerDay = (stage: Stage): boolean => {
  const archivist = stage.world.byAgency.land.find((officer) => officer.duty === 'archive')
  const duty = archivist && stage.onDuty.get(archivist)
  if (!archivist || !duty) return false
  for (let i = 0; i < 5; i++) {
    const subject = stranger(stage)
    const at = during(stage, duty)
    const same = { purpose: '核對謄本', caseNo: BROKER_CASE, subject }
    look(stage, archivist, 'broker', { ...same, at, query: '姓名', fields: '所有權人姓名、統一編號' })
    look(stage, archivist, 'broker', { ...same, at: at + 60, fields: '所有權部、他項權利部', action: '列印' })
  }
  return true
}

/** A stranger's name hidden under a real case. */
const passengerName: Scenario = (stage) => {
  const isReal = (each: OpenCase) =>
    each.isOnRecord && each.opened < stage.day * DAY_S && each.closes > (stage.day + 1) * DAY_S
  const found = someone(stage, 'police', (officer) => officer.cases.some(isReal))
  const real = found?.[0].cases.find(isReal)
  if (!found || !real) return false
  look(stage, found[0], 'passenger-name', {
    at: during(stage, found[1]),
    subject: stranger(stage),
    purpose: '偵辦案件',
    caseNo: real.number,
    terminal: found[1].terminal,
  })
  return true
}

/** A case that was closed days ago serves once more. */
const closedCase: Scenario = (stage) => {
  const found = someone(stage, 'police', (officer) => officer.duty === 'detective')
  if (!found) return false
  const at = during(stage, found[1])
  const party = stranger(stage)
  const old = openCase(stage.desk, found[0], at - 50 * DAY_S, [party], { closes: at - 5 * DAY_S })
  look(stage, found[0], 'closed-case', { at, subject: party, purpose: '偵辦案件', caseNo: old.number })
  return true
}

/** T2: looks up a stranger at the station and says it was a stop on patrol. */
const falsePatrol: Scenario = (stage) => {
  const found = someone(
    stage,
    'police',
    (officer, duty) => officer.duty === 'patrol' && duty.kind === '值班' && duty.isRostered && duty.isSignedIn,
  )
  if (!found) return false
  const [officer, duty] = found
  const subject = stranger(stage)
  const at = Math.min(during(stage, duty), duty.to - HOUR_S)
  const claim = { subject, purpose: '巡邏盤查可疑女子', terminal: officer.terminal }
  const steps: readonly [Look['query'], string][] = [
    ['姓名', '基本資料'],
    ['身分證字號', '基本資料、戶籍'],
    ['身分證字號', '刑案紀錄'],
    ['身分證字號', '相片、駕籍'],
  ]
  for (const [i, [query, fields]] of steps.entries()) {
    look(stage, officer, 'false-patrol', { ...claim, at: at + i * 65, query, fields })
  }
  stage.desk.certain('police', 'complaint', [
    `C${stage.day}-${officer.number}`,
    personId(subject.index),
    '警政署信箱',
    stage.desk.calendar.full(at + 4 * HOUR_S),
  ])
  return true
}

/** A colleague at his own terminal works under the account of someone on leave. */
const borrowedAccount: Scenario = (stage) => {
  const absent = stage.onLeave.find((officer) => officer.agency === 'insurance')
  const found = someone(stage, 'insurance', (_, duty) => duty.isSignedIn)
  if (!absent || !found) return false
  const at = during(stage, found[1])
  for (let i = 0; i < 3; i++)
    look(stage, absent, 'borrowed-account', {
      at: at + i * 200,
      subject: stranger(stage),
      terminal: found[1].terminal,
      purpose: '加退保審核',
    })
  return true
}

/** Two keepers approve each other's requests, hours after the looks. */
const colludingApprover: Scenario = (stage) => {
  const pair = [...stage.onDuty]
    .filter(([officer]) => officer.agency === 'land' && officer.duty === 'archive')
    .slice(-2)
  const [first, second] = pair
  if (!first || !second || first === second) return false
  for (const [[officer, duty], [other]] of [
    [first, second],
    [second, first],
  ] as const) {
    const subject = stranger(stage)
    const at = during(stage, duty)
    const number = `調互${stage.day}-${officer.number}`
    stage.desk.certain('land', 'approval', [
      number,
      officer.number,
      other.number,
      personId(subject.index),
      '',
      '核准',
      stage.desk.calendar.full(at + 5 * HOUR_S),
      '',
    ])
    look(stage, officer, 'colluding-approver', { at, subject, purpose: '調閱地籍資料', caseNo: number })
  }
  return true
}

/** Takes the files along: hundreds of companies in the week before the last day. */
const bulkBeforeResignation: Scenario = (stage) => {
  const found = someone(stage, 'insurance')
  if (!found) return false
  const [officer, duty] = found
  const { desk, day } = stage
  desk.certain('insurance', 'separation', [
    officer.number,
    desk.calendar.slash((day - 14) * DAY_S),
    desk.calendar.slash((day + 10) * DAY_S),
  ])
  officer.lastDay = day + 10
  // Past the companies that a colleague asks about in T1: the second look on one subject for one reason sinks in the list.
  const from = FIRST_OF_BULK + desk.random.below(stage.world.companies - FIRST_OF_BULK - BULK)
  const at = during(stage, duty)
  for (let i = 0; i < BULK; i++)
    look(stage, officer, 'bulk-before-resignation', {
      at: at + i * 22,
      subject: { kind: 'company', index: from + i },
      fields: '投保單位資料、在保人員',
      action: '匯出',
    })
  return true
}

/** T1: at a friend's wish, a company in a colleague's charge, then the people insured there. */
const offPortfolio: Scenario = (stage) => {
  const found = someone(stage, 'insurance')
  if (!found) return false
  const [officer, duty] = found
  const other = stage.world.byAgency.insurance.find((each) => each.unit !== officer.unit)
  const company = other?.companies[0]
  if (company === undefined) return false
  const at = during(stage, duty)
  look(stage, officer, 'off-portfolio', {
    at,
    subject: { kind: 'company', index: company },
    purpose: '公務機關相關業務',
    fields: '投保單位資料、在保人員',
  })
  for (let i = 1; i <= 3; i++)
    look(stage, officer, 'off-portfolio', {
      at: at + i * 45,
      subject: stranger(stage),
      purpose: '公務機關相關業務',
      fields: '在保人員',
    })
  return true
}

export interface PlannedKind {
  readonly name: string
  readonly play: Scenario
  readonly isDaily?: boolean
  /** needs somebody of this agency on leave that day */
  readonly absentFrom?: Officer['agency']
}

/** Each happens once at the smallest size, more often as the county grows. */
export const SCENARIOS: readonly PlannedKind[] = [
  { name: 'self', play: self },
  { name: 'kin', play: kin },
  { name: 'ex-partner', play: exPartner },
  { name: 'neighbour', play: neighbour },
  { name: 'celebrity-crowd', play: celebrityCrowd },
  { name: 'broker', play: brokerDay, isDaily: true },
  { name: 'passenger-name', play: passengerName },
  { name: 'closed-case', play: closedCase },
  { name: 'false-patrol', play: falsePatrol },
  { name: 'borrowed-account', play: borrowedAccount, absentFrom: 'insurance' },
  { name: 'colluding-approver', play: colludingApprover },
  { name: 'bulk-before-resignation', play: bulkBeforeResignation },
  { name: 'off-portfolio', play: offPortfolio },
]
