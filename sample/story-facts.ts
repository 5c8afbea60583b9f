import { calendarEnding, DAY_S, HOUR_S } from './calendar.ts'
import { type CountyOptions, DEFAULT_DAYS, playCounty } from './county.ts'
import { BROKER_CASE, type Look } from './desk.ts'
import { EVIDENCE_HEADERS, subjectId } from './outputs.ts'
import { personId } from './people.ts'

type Row = Readonly<Record<string, string>>

/** A county in memory: what was planted, and every record the offices wrote. */
export interface Told {
  readonly stories: ReadonlyMap<string, readonly Look[]>
  /** rows of one kind of evidence, by column name */
  rows(kind: string): readonly Row[]
  /** a moment as evidence writes it; such texts sort by time */
  text(moment: number): string
}

/** Plays a county without writing a file. */
export function tellCounty(options: CountyOptions): Told {
  const evidence = new Map<string, Row[]>()
  const stories = new Map<string, Look[]>()
  const outputs = {
    access: () => undefined,
    evidence: (_agency: string, kind: string, fields: readonly string[]) =>
      append(
        evidence,
        kind,
        Object.fromEntries((EVIDENCE_HEADERS[kind] ?? []).map((name, i) => [name, fields[i] ?? ''])),
      ),
    close: () => [],
  }
  playCounty(options, outputs, ({ scenario }, look) => append(stories, scenario, look))
  const calendar = calendarEnding(options.end, options.days ?? DEFAULT_DAYS)
  return { stories, rows: (kind) => evidence.get(kind) ?? [], text: calendar.full }
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/** The planted stories whose records do not say what their verdict rests on, each with what is missing. */
export function storiesWithoutWitness(told: Told): string[] {
  return Object.entries(WITNESSES).flatMap(([story, witnesses]) => {
    const looks = told.stories.get(story) ?? []
    if (looks.length === 0) return [`${story}: not played`]
    return Object.entries(witnesses).flatMap(([what, holds]) => (holds(told, looks) ? [] : [`${story}: ${what}`]))
  })
}

type Holds = (told: Told, looks: readonly Look[]) => boolean
type OfLook = (told: Told, look: Look) => boolean

const each =
  (holds: OfLook): Holds =>
  (told, looks) =>
    looks.every((look) => holds(told, look))
const covers = (told: Told, row: Row, look: Look, from: string, to: string): boolean =>
  (row[from] ?? '') <= told.text(look.at) && told.text(look.at) <= (row[to] ?? '')
const isHis = (row: Row, look: Look): boolean => row['員工編號'] === look.officer.number
const personOf = (look: Look): string => personId(look.officer.person)
// Staff numbers of the three agencies do not overlap in the smallest county.
const related = (told: Told, look: Look, relation: string): boolean =>
  told
    .rows('kinship')
    .some(
      (row) =>
        row['身分證字號'] === personOf(look) &&
        row['相對人身分證字號'] === subjectId(look.subject) &&
        row['關係'] === relation,
    )

const signedInThere: OfLook = (told, look) =>
  told
    .rows('presence')
    .some(
      (row) => isHis(row, look) && row['終端機'] === look.terminal && covers(told, row, look, '登入時間', '登出時間'),
    )
const anotherSignedIn: OfLook = (told, look) =>
  told
    .rows('presence')
    .some(
      (row) => !isHis(row, look) && row['終端機'] === look.terminal && covers(told, row, look, '登入時間', '登出時間'),
    )
const onDeskDuty: OfLook = (told, look) =>
  told
    .rows('shift')
    .some((row) => isHis(row, look) && row['勤務別'] === '值班' && covers(told, row, look, '開始時間', '結束時間'))
const isUnnamed =
  (kind: string, at: string): OfLook =>
  (told, look) =>
    !told
      .rows(kind)
      .some(
        (row) =>
          isHis(row, look) &&
          row['證號'] === subjectId(look.subject) &&
          (row[at] ?? '') >= told.text(look.at - DAY_S) &&
          (row[at] ?? '') <= told.text(look.at + DAY_S),
      )
const complained: OfLook = (told, look) =>
  told
    .rows('complaint')
    .some(
      (row) =>
        row['證號'] === subjectId(look.subject) &&
        (row['陳情時間'] ?? '') > told.text(look.at) &&
        (row['陳情時間'] ?? '') < told.text(look.at + 3 * DAY_S),
    )
const approvedAfter: OfLook = (told, look) =>
  told
    .rows('approval')
    .some(
      (row) =>
        row['申請人'] === look.officer.number &&
        row['核准人'] !== look.officer.number &&
        row['證號'] === subjectId(look.subject) &&
        (row['核准時間'] ?? '') > told.text(look.at + HOUR_S) &&
        (row['核准時間'] ?? '') < told.text(look.at + DAY_S),
    )
const closedBefore: OfLook = (told, look) =>
  told
    .rows('case')
    .some(
      (row) =>
        row['案號'] === look.caseNo &&
        row['結案日期'] !== '' &&
        (row['結案日期'] ?? '9') < told.text(look.at - 2 * DAY_S),
    )
const isParty: OfLook = (told, look) =>
  told.rows('party').some((row) => row['案號'] === look.caseNo && row['證號'] === subjectId(look.subject))
const hasParties: OfLook = (told, look) => told.rows('party').some((row) => row['案號'] === look.caseNo)
const isAssigned: OfLook = (told, look) =>
  told.rows('assignment').some((row) => row['案號'] === look.caseNo && isHis(row, look))
const inChargeOf =
  (isOwn: boolean): OfLook =>
  (told, look) =>
    told.rows('portfolio').some((row) => row['統一編號'] === subjectId(look.subject) && isHis(row, look) === isOwn)
const neighbours: OfLook = (told, look) => {
  const places = (id: string) => told.rows('address').flatMap((row) => (row['身分證字號'] === id ? [row['鄰里']] : []))
  return places(personOf(look)).some((place) => places(subjectId(look.subject)).includes(place))
}
const givesNotice: OfLook = (told, look) =>
  told.rows('separation').some((row) => isHis(row, look) && covers(told, row, look, '申請日', '最後上班日'))
const not =
  (holds: OfLook): OfLook =>
  (told, look) =>
    !holds(told, look)

/** Enough people under one number within one calendar month, however the window lies to the months. */
const manyUnderOneNumber: Holds = (told, looks) => {
  const months = new Map<string, Set<string>>()
  for (const look of looks) {
    const month = told.text(look.at).slice(0, 6)
    months.set(month, (months.get(month) ?? new Set<string>()).add(subjectId(look.subject)))
  }
  return [...months.values()].some((subjects) => subjects.size >= 10)
}

const WITNESSES: Readonly<Record<string, Readonly<Record<string, Holds>>>> = {
  self: {
    'his post names the person': each((told, look) =>
      told.rows('post').some((row) => isHis(row, look) && row['身分證字號'] === subjectId(look.subject)),
    ),
  },
  kin: { kinship: each((told, look) => related(told, look, '配偶') || related(told, look, '子女')) },
  'ex-partner': { kinship: each((told, look) => related(told, look, '前配偶')) },
  neighbour: { 'one neighbourhood': each(neighbours) },
  'celebrity-crowd': {
    'a public figure': each((told, look) =>
      told.rows('watch').some((row) => row['名單'] === '公眾人物' && row['身分證字號'] === subjectId(look.subject)),
    ),
    'six officers on one day': (told, looks) =>
      new Set(looks.map((look) => look.officer.number + told.text(look.at).slice(0, 9))).size >= 6,
  },
  broker: {
    'ten people under one number in one month': manyUnderOneNumber,
    'a number that no case has': (told) => !told.rows('case').some((row) => row['案號'] === BROKER_CASE),
    'one official': (_, looks) => new Set(looks.map((look) => look.officer)).size === 1,
  },
  'passenger-name': {
    'his case': each(isAssigned),
    'its parties': each(hasParties),
    'the subject none of them': each(not(isParty)),
  },
  'closed-case': { 'its party': each(isParty), 'closed two days before': each(closedBefore) },
  'false-patrol': {
    'signed in at the terminal': each(signedInThere),
    'the terminal stands in the station': each((told, look) =>
      told.rows('terminal').some((row) => row['終端機'] === look.terminal && row['行動'] === '否'),
    ),
    'desk duty on the roster': each(onDeskDuty),
    'no stop': each(isUnnamed('stop', '盤查時間')),
    'no dispatch': each(isUnnamed('dispatch', '開始時間')),
    'a complaint afterwards': each(complained),
  },
  'borrowed-account': {
    'on leave': each((told, look) =>
      told.rows('leave').some((row) => isHis(row, look) && covers(told, row, look, '開始時間', '結束時間')),
    ),
    'another signed in there': each(anotherSignedIn),
  },
  'colluding-approver': { 'approved after the look': each(approvedAfter) },
  'bulk-before-resignation': {
    'he has given notice': each(givesNotice),
    'most companies are others’': (told, looks) => looks.filter((look) => !inChargeOf(true)(told, look)).length >= 30,
  },
  'off-portfolio': {
    'nobody takes that company along': (told, looks) =>
      !told.stories.get('bulk-before-resignation')?.some(({ subject }) => subject.index === looks[0]?.subject.index),
    'a company first': (_, looks) => looks[0]?.subject.kind === 'company',
    'in a colleague’s charge': (told, looks) => looks.slice(0, 1).every((look) => inChargeOf(false)(told, look)),
    'not in his': (told, looks) => looks.slice(0, 1).every((look) => !inChargeOf(true)(told, look)),
    'he has a charge of his own': each((told, look) => told.rows('portfolio').some((row) => isHis(row, look))),
  },
}
