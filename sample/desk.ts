import { type Calendar, DAY_S, HOUR_S } from './calendar.ts'
import { OWN_CHARACTER } from './office-files.ts'
import { type Outputs, SYSTEMS, subjectId, subjectName } from './outputs.ts'
import type { Random } from './random.ts'
import type { AgencyName, Officer, OpenCase, Subject } from './world.ts'

// Faults of real offices: a twentieth of records never written, some written days late, one in two hundred with a wrong id.
const MISSING = 0.05
const LATE = 0.1
const MAX_LATE_S = 3 * DAY_S
const WRONG_ID = 0.005
const TYPING_ERROR = 0.01
const SERIAL_BASE = 1_000_000_000
const PREFIXES: Readonly<Record<AgencyName, string>> = {
  insurance: `${SYSTEMS.insurance.toUpperCase()}-`,
  police: `${SYSTEMS.police.toUpperCase()}-`,
  land: `${SYSTEMS.land.toUpperCase()}-`,
}

export interface Look {
  readonly at: number
  readonly officer: Officer
  readonly terminal: string
  readonly action?: string
  readonly query: '姓名' | '身分證字號' | '統一編號' | '地號'
  readonly subject: Subject
  readonly purpose: string
  readonly caseNo: string
  readonly fields: string
  readonly scenario?: string
}

/** Where work is written down: one day's accesses in order of time, evidence as it comes, with the faults of real offices. */
export interface Desk {
  readonly random: Random
  readonly calendar: Calendar
  look(look: Look): void
  /** a record that may be lost, late or wrong; whether it was written */
  record(agency: string, kind: string, fields: readonly string[]): boolean
  /** a record that is certain */
  certain(agency: string, kind: string, fields: readonly string[]): void
  /** when a fact of this moment was written down, as text */
  written(moment: number): string
  /** the identifier, now and then a wrong one */
  id(subject: Subject): string
  /** whether a record of this day names the subject */
  isNamedToday(subject: Subject): boolean
  /** a case number as people type it */
  typed(caseNo: string): string
  endDay(): void
}

export interface TruthEntry {
  readonly scenario: string
  readonly source_id: string
  readonly officer: string
}

/** Told of each access that belongs to a planted scenario. */
export type Truth = (entry: TruthEntry, look: Look) => void

export function openDesk(outputs: Outputs, calendar: Calendar, random: Random, truth: Truth): Desk {
  let today: Look[] = []
  const named = new Set<string>()
  const serials: Record<AgencyName, number> = { insurance: 0, police: 0, land: 0 }
  const endDay = () => {
    today.sort((a, b) => a.at - b.at)
    for (const look of today) {
      const { agency } = look.officer
      const sourceId = PREFIXES[agency] + String(SERIAL_BASE + ++serials[agency]).slice(1)
      if (look.scenario)
        truth({ scenario: look.scenario, source_id: sourceId, officer: `${agency}:${look.officer.number}` }, look)
      outputs.access(agency, calendar.month(look.at), logRow(look, sourceId, calendar, random))
    }
    today = []
    named.clear()
  }
  const id = (subject: Subject) => {
    const written = subjectId(random.chance(WRONG_ID) ? { ...subject, index: subject.index + 1 } : subject)
    named.add(written)
    return written
  }
  return {
    random,
    calendar,
    endDay,
    look: (look) => void today.push(look),
    record: (agency, kind, fields) => {
      const isWritten = !random.chance(MISSING)
      if (isWritten) outputs.evidence(agency, kind, fields)
      return isWritten
    },
    certain: (agency, kind, fields) => outputs.evidence(agency, kind, fields),
    written: (moment) => calendar.full(random.chance(LATE) ? moment + random.below(MAX_LATE_S) : moment),
    id,
    isNamedToday: (subject) => named.has(subjectId(subject)),
    typed: (caseNo) => typedCase(random.chance(TYPING_ERROR) ? mistyped(caseNo, random) : caseNo, random),
  }
}

function logRow(look: Look, sourceId: string, calendar: Calendar, random: Random): string[] {
  const { agency } = look.officer
  const date =
    agency === 'insurance'
      ? calendar.compact(look.at)
      : agency === 'land'
        ? landDate(look.at, calendar, random)
        : calendar.iso(look.at)
  const time = agency === 'police' ? '' : calendar.clock(look.at)
  const name = random.chance(0.002) ? subjectName(look.subject) + OWN_CHARACTER : subjectName(look.subject)
  return [
    sourceId,
    date,
    time,
    look.officer.number,
    look.terminal,
    look.action ?? '檢視',
    look.query,
    subjectId(look.subject),
    name,
    look.purpose,
    look.caseNo,
    look.fields,
    '1',
  ]
}

function landDate(at: number, calendar: Calendar, random: Random): string {
  const draw = random.below(20)
  if (draw === 0) return wide(calendar.long(at))
  return draw < 8 ? calendar.long(at) : calendar.slash(at)
}

const wide = (text: string): string =>
  text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))

function typedCase(caseNo: string, random: Random): string {
  const draw = random.below(10)
  const found = /^(\d{3})(\D+?)字第0*(\d+)號$/.exec(caseNo)
  if (!found || draw < 4) return caseNo
  const [, year = '', word = '', serial = ''] = found
  const ways = [
    `${year}${word}${serial}`,
    `${year} ${word} ${serial.padStart(5, '0')}`,
    wide(`${year}${word}${serial.padStart(5, '0')}`),
    `${year}年度${word}字第${serial}號`,
    `${year}${word}字${serial}`,
    `${caseNo} `,
  ]
  return ways[draw - 4] ?? caseNo
}

function mistyped(caseNo: string, random: Random): string {
  const places = [...caseNo.matchAll(/\d/g)].slice(3).map((match) => match.index)
  const place = places[random.below(Math.max(places.length, 1))]
  if (place === undefined) return caseNo
  return caseNo.slice(0, place) + String((Number(caseNo[place]) + 1 + random.below(8)) % 10) + caseNo.slice(place + 1)
}

const CASE_WORDS: Readonly<Record<AgencyName, string>> = { insurance: '保', police: '偵', land: '雲地' }
const CASE_KINDS: Readonly<Record<AgencyName, readonly string[]>> = {
  insurance: ['加保申請', '退保申請', '薪資調整', '補充保費'],
  police: ['竊盜', '詐欺', '傷害', '交通事故', '毒品'],
  land: ['買賣移轉', '繼承登記', '抵押權設定', '分割登記'],
}
// The number the broker types belongs to no case, however large the county.
const NEVER_GIVEN = 90_311
/** T4: the one case number the broker types for everybody. */
export const BROKER_CASE = `115雲地字第${NEVER_GIVEN}號`
let nextSerial = 0

/** Starts the numbering of cases anew: each generated county begins at one. */
export function resetCases(): void {
  nextSerial = 0
}

/**
 * Opens a case for an official: the case, its parties, its assignment, each record with the usual faults. With `closes`
 * the case ends then, and all its records are certain: a story rests on them.
 */
export function openCase(
  desk: Desk,
  officer: Officer,
  at: number,
  parties: readonly Subject[],
  story?: { readonly closes: number },
): OpenCase {
  const { random, calendar } = desk
  if (++nextSerial === NEVER_GIVEN) nextSerial++
  const number = `${calendar.year(at)}${CASE_WORDS[officer.agency]}字第${String(nextSerial).padStart(5, '0')}號`
  const closes = story?.closes ?? at + (3 + random.below(40)) * DAY_S
  // Cases are numbered by the registry, hours or days before the first look; a twentieth by the official himself.
  const by = !story && random.chance(0.05) ? officer.number : ''
  const closed = closes < calendar.days * DAY_S ? calendar.full(closes) : ''
  const kind = random.pick(CASE_KINDS[officer.agency])
  desk.certain(officer.agency, 'case', [number, kind, officer.unit, calendar.full(at), closed, by])
  const write = (target: string, fields: readonly string[]): boolean => {
    if (!story) return desk.record(officer.agency, target, fields)
    desk.certain(officer.agency, target, fields)
    return true
  }
  let written = 0
  for (const party of parties) {
    const id = story ? subjectId(party) : desk.id(party)
    if (write('party', [number, id, '當事人', calendar.full(at), desk.written(at)])) written++
  }
  const assigned = at + HOUR_S / 2
  const isAssigned = write('assignment', [
    ...[number, officer.number, calendar.full(assigned), closed, desk.written(assigned), by],
  ])
  const opened: OpenCase = { number, parties, opened: at, closes, isOnRecord: isAssigned && written > 0 }
  officer.cases.push(opened)
  return opened
}
