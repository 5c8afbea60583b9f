import { DAY_S, HOUR_S } from './calendar.ts'
import { type Desk, type Look, openCase } from './desk.ts'
import { companyId, personId } from './people.ts'
import { citizen, mobileOf, type Officer, type OpenCase, type Subject, type World } from './world.ts'

/** One stretch of duty: from, to in seconds, and what kind. */
export interface Duty {
  readonly from: number
  readonly to: number
  readonly kind: '巡邏' | '值班' | '備勤' | '辦公'
  readonly terminal: string
  /** the roster has it on record */
  readonly isRostered: boolean
  /** his being signed in at the terminal throughout is on record */
  readonly isSignedIn: boolean
}

const PURPOSES = {
  case: ['偵辦案件', '案件承辦', '辦案', '審核案件', '承辦業務', '案件審查 '],
  vague: ['業務需要', '公務', '公務需要', '業務', '公務機關相關業務'],
  counter: ['臨櫃查詢', '民眾臨櫃', '臨櫃申辦', '民眾申請'],
  stop: ['巡邏盤查', '路檢盤查', '盤查人車', '攔查'],
  dispatch: ['110報案', '民眾報案', '受理報案', '處理110派遣'],
  portfolio: ['加退保審核', '業管單位查詢', '投保單位管理', '保費催繳'],
  document: ['函復公文', '公文查證', '公文回復'],
  archive: ['調閱地籍資料', '核對謄本', '調閱歸檔案卷'],
} as const
const FIELDS = {
  person: '基本資料',
  police: '基本資料、戶籍',
  record: '刑案紀錄',
  photo: '相片、駕籍',
  company: '投保單位資料、在保人員',
  land: '所有權部、他項權利部',
} as const
const MAX_OPEN_CASES = 6

const purposeOr = (desk: Desk, list: readonly string[]): string =>
  desk.random.chance(0.12) ? desk.random.pick(PURPOSES.vague) : desk.random.pick(list)
const moment = (desk: Desk, duty: Duty): number =>
  duty.from + 300 + desk.random.below(Math.max(duty.to - duty.from - 1800, 600))

/** One piece of honest work on duty: one to a few looks, and the records that come of it. Returns how many looks it made. */
export function doWork(desk: Desk, world: World, officer: Officer, duty: Duty): number {
  const draw = desk.random.next()
  // A little of honest work leaves no record anywhere, and some is helping a colleague.
  if (draw < 0.012) return bareLook(desk, world, officer, duty)
  if (draw < 0.03) return assist(desk, world, officer, duty)
  if (officer.agency === 'insurance')
    return draw < 0.45
      ? caseWork(desk, world, officer, duty)
      : draw < 0.75
        ? portfolioWork(desk, officer, duty)
        : draw < 0.9
          ? counterWork(desk, world, officer, duty)
          : documentWork(desk, world, officer, duty)
  if (officer.agency === 'land')
    return draw < 0.5
      ? caseWork(desk, world, officer, duty)
      : draw < 0.75
        ? counterWork(desk, world, officer, duty)
        : archiveWork(desk, world, officer, duty)
  if (duty.kind === '巡邏')
    return draw < 0.65 ? stopWork(desk, world, officer, duty) : dispatchWork(desk, world, officer, duty)
  return draw < 0.75 ? caseWork(desk, world, officer, duty) : dispatchWork(desk, world, officer, duty)
}

type Basics = Pick<Look, 'officer' | 'terminal' | 'subject' | 'query' | 'fields'>

function basics(officer: Officer, duty: Duty, subject: Subject): Basics {
  const query = subject.kind === 'person' ? '身分證字號' : subject.kind === 'company' ? '統一編號' : '地號'
  const fields =
    subject.kind === 'company'
      ? FIELDS.company
      : subject.kind === 'parcel'
        ? FIELDS.land
        : officer.agency === 'police'
          ? FIELDS.police
          : FIELDS.person
  return { officer, terminal: duty.terminal, subject, query, fields }
}

function caseWork(desk: Desk, world: World, officer: Officer, duty: Duty): number {
  const { random } = desk
  const at = moment(desk, duty)
  while ((officer.cases[0]?.closes ?? at) < at) officer.cases.shift()
  const usable = officer.cases.filter((each) => each.opened < at - HOUR_S && each.closes > at)
  const chosen =
    usable.length >= MAX_OPEN_CASES || (usable.length > 0 && random.chance(0.6))
      ? random.pick(usable)
      : newCase(desk, world, officer, at)
  const looks = 1 + random.below(3)
  for (let i = 0; i < looks; i++) {
    const subject = random.pick(chosen.parties)
    const caseNo = random.chance(0.06) ? '' : desk.typed(chosen.number)
    desk.look({
      ...basics(officer, duty, subject),
      at: at + i * (20 + random.below(90)),
      purpose: purposeOr(desk, PURPOSES.case),
      caseNo,
    })
  }
  return looks
}

function newCase(desk: Desk, world: World, officer: Officer, at: number): OpenCase {
  const parties = Array.from({ length: 1 + desk.random.below(3) }, () => citizen(world, desk.random))
  if (officer.agency === 'land') parties.push({ kind: 'parcel', index: desk.random.below(world.parcels) })
  const ago = HOUR_S * 2 + desk.random.below(2 * DAY_S)
  return openCase(desk, officer, at - ago, parties)
}

function portfolioWork(desk: Desk, officer: Officer, duty: Duty): number {
  const subject: Subject = { kind: 'company', index: desk.random.pick(officer.companies) }
  desk.look({
    ...basics(officer, duty, subject),
    at: moment(desk, duty),
    purpose: purposeOr(desk, PURPOSES.portfolio),
    caseNo: '',
  })
  return 1
}

let tickets = 0
function counterWork(desk: Desk, world: World, officer: Officer, duty: Duty): number {
  const subject = citizen(world, desk.random)
  const at = moment(desk, duty)
  desk.record(officer.agency, 'visit', [
    `T${++tickets}`,
    officer.number,
    desk.id(subject),
    officer.agency === 'land' ? '謄本申請' : '投保諮詢',
    desk.calendar.full(at - desk.random.below(600)),
  ])
  desk.look({ ...basics(officer, duty, subject), at, purpose: purposeOr(desk, PURPOSES.counter), caseNo: '' })
  return 1
}

function documentWork(desk: Desk, world: World, officer: Officer, duty: Duty): number {
  const subject = citizen(world, desk.random)
  const at = moment(desk, duty)
  const number = `雲健承字第${desk.calendar.compact(at)}${String(++tickets).padStart(4, '0')}號`
  desk.record(officer.agency, 'document', [
    number,
    officer.number,
    desk.id(subject),
    '',
    desk.random.chance(0.01) ? '作廢' : '有效',
    desk.calendar.full(at - desk.random.below(DAY_S)),
  ])
  desk.look({
    ...basics(officer, duty, subject),
    at,
    purpose: purposeOr(desk, PURPOSES.document),
    caseNo: desk.random.chance(0.5) ? number : '',
  })
  return 1
}

function archiveWork(desk: Desk, world: World, officer: Officer, duty: Duty): number {
  const subject: Subject = desk.random.chance(0.5)
    ? citizen(world, desk.random)
    : { kind: 'parcel', index: desk.random.below(world.parcels) }
  const at = moment(desk, duty)
  const number = `調${desk.calendar.compact(at)}-${++tickets}`
  const approved = at - 600 - desk.random.below(HOUR_S * 5)
  const approver = officer.supervisor === officer.number ? '0021' : officer.supervisor
  desk.record('land', 'approval', [
    number,
    officer.number,
    approver === officer.number ? '0022' : approver,
    desk.id(subject),
    '',
    '核准',
    desk.calendar.full(approved),
    desk.calendar.full(approved + 2 * DAY_S),
  ])
  desk.look({
    ...basics(officer, duty, subject),
    at,
    purpose: purposeOr(desk, PURPOSES.archive),
    caseNo: desk.random.chance(0.7) ? number : '',
  })
  return 1
}

const PLACES = ['中山路口', '民生路與文化街口', '雲山車站前', '石門橋頭', '青田夜市', '和平路口']
function stopWork(desk: Desk, world: World, officer: Officer, duty: Duty): number {
  const { random, calendar } = desk
  const subject = citizen(world, random)
  const at = moment(desk, duty)
  desk.record('police', 'stop', [
    officer.number,
    desk.id(subject),
    random.pick(PLACES),
    duty.terminal,
    calendar.full(at - random.below(300)),
    desk.written(at),
  ])
  const look = { ...basics(officer, duty, subject), purpose: purposeOr(desk, PURPOSES.stop), caseNo: '' }
  const byName = random.chance(0.35)
  if (byName) desk.look({ ...look, at, query: '姓名' })
  desk.look({ ...look, at: at + 25 + random.below(40) })
  if (random.chance(0.3)) desk.look({ ...look, at: at + 80 + random.below(60), fields: FIELDS.record })
  return byName ? 2 : 1
}

let dispatches = 0
function dispatchWork(desk: Desk, world: World, officer: Officer, duty: Duty): number {
  const { random, calendar } = desk
  const subject = citizen(world, random)
  const at = moment(desk, duty)
  const starts = at - 300 - random.below(900)
  desk.record('police', 'dispatch', [
    `D${calendar.compact(at)}-${++dispatches}`,
    officer.number,
    officer.unit,
    random.pick(PLACES),
    calendar.full(starts),
    calendar.full(at + 1800),
    random.chance(0.8) ? desk.id(subject) : '',
    '',
  ])
  desk.look({ ...basics(officer, duty, subject), at, purpose: purposeOr(desk, PURPOSES.dispatch), caseNo: '' })
  return 1
}

function assist(desk: Desk, world: World, officer: Officer, duty: Duty): number {
  const at = moment(desk, duty)
  const colleagues = world.byAgency[officer.agency]
  const other = desk.random.pick(colleagues)
  const shared =
    other.unit === officer.unit ? other.cases.find((each) => each.opened < at && each.closes > at) : undefined
  if (!shared) return bareLook(desk, world, officer, duty)
  desk.look({
    ...basics(officer, duty, desk.random.pick(shared.parties)),
    at,
    purpose: '協助同仁辦案',
    caseNo: desk.typed(shared.number),
  })
  return 1
}

function bareLook(desk: Desk, world: World, officer: Officer, duty: Duty): number {
  desk.look({
    ...basics(officer, duty, citizen(world, desk.random)),
    at: moment(desk, duty),
    purpose: desk.random.pick(PURPOSES.vague),
    caseNo: '',
  })
  return 1
}

/** Starts the numbering of slips anew. */
export function resetSlips(): void {
  tickets = 0
  dispatches = 0
}

/** Standing facts about an official, written once. */
export function describeOfficer(desk: Desk, officer: Officer): void {
  const since = '110/01/01'
  desk.certain(officer.agency, 'post', [
    officer.number,
    officer.unit,
    officer.title,
    officer.duty,
    officer.supervisor,
    personId(officer.person),
    since,
    '',
  ])
  desk.certain(officer.agency, 'terminal', [officer.terminal, officer.unit, officer.unit, '否', since])
  if (officer.duty === 'patrol')
    desk.certain('police', 'terminal', [mobileOf(officer), '外勤', officer.unit, '是', since])
  for (const company of officer.companies)
    desk.certain('insurance', 'portfolio', [officer.number, companyId(company), since, ''])
}
