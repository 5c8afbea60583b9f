import { type Calendar, calendarEnding, DAY_S, HOUR_S } from './calendar.ts'
import { type Desk, openDesk, resetCases, type Truth } from './desk.ts'
import { type Duty, describeOfficer, doWork, resetSlips } from './office-work.ts'
import type { Outputs } from './outputs.ts'
import { neighbourhoodOf, personId, streetOf } from './people.ts'
import { type Random, seeded } from './random.ts'
import { celebrity, SCENARIOS, type Stage } from './scenarios.ts'
import { buildWorld, mobileOf, type Officer, type World } from './world.ts'

export interface CountyOptions {
  /** about how many accesses, 10,000 to 100,000,000 */
  readonly accesses: number
  readonly seed: number
  /** length of the window; its last day is `end` (ISO) */
  readonly days?: number
  readonly end: string
}

export const DEFAULT_DAYS = 92
const LEAVE_SHARE = 0.03
const OFFICE = { from: 8 * HOUR_S, to: 17 * HOUR_S + HOUR_S / 2 }
// A scenario happens again for every so many accesses.
const ACCESSES_PER_SCENARIO = 400_000

/**
 * Plays the county's window day by day into `outputs` and tells `truth` of each planted access. The day `end` decides
 * weekdays and texts only: on whatever day it ends, each story has the records that its verdict rests on.
 */
export function playCounty(options: CountyOptions, outputs: Outputs, truth: Truth): { accesses: number; world: World } {
  const random = seeded(options.seed)
  const calendar = calendarEnding(options.end, options.days ?? DEFAULT_DAYS)
  const world = buildWorld(options.accesses, random)
  resetCases()
  resetSlips()
  const desk = openDesk(outputs, calendar, random, truth)
  for (const officer of world.officers) describeOfficer(desk, officer)
  describePeople(desk, world)
  return { accesses: workDays(desk, world, calendar, options.accesses), world }
}

/** How many rows the county's rosters will have, about. */
export function rosterRowsOf(options: CountyOptions): number {
  return buildWorld(options.accesses, seeded(options.seed)).officers.length * (options.days ?? DEFAULT_DAYS)
}

// Families and addresses of officials, and of some citizens so that the register is not a list of officials.
function describePeople(desk: Desk, world: World): void {
  const since = '100/01/01'
  const relate = (a: number, b: number, relation: string, until = '') =>
    desk.certain('household', 'kinship', [personId(a), personId(b), relation, since, until])
  const live = (index: number, household: number) =>
    desk.certain('household', 'address', [personId(index), streetOf(household), neighbourhoodOf(household), since, ''])
  for (const { person, index } of world.officers) {
    relate(person, person + 1, '配偶')
    relate(person, person + 2, '子女')
    if (index % 2 === 0) relate(person, person + 3, '前配偶', '112/06/30')
    for (const member of [0, 1, 2]) live(person + member, index * 8)
    live(person + 6, index * 8 + 1)
  }
  const first = world.officers.length * 9
  for (let i = first; i < Math.min(world.persons - 20, first + 3000); i += 3) {
    relate(i, i + 1, '配偶')
    for (const member of [0, 1]) live(i + member, 1_000_000 + i)
  }
  for (let i = 0; i < 5; i++)
    desk.certain('household', 'watch', [personId(celebrity(world) + i), i === 0 ? '公眾人物' : '保護令', since])
}

function workDays(desk: Desk, world: World, calendar: Calendar, accesses: number): number {
  const workingDays = Array.from({ length: calendar.days }, (_, day) => day).filter(
    (day) => calendar.weekday(day) <= 5,
  ).length
  const perDay = accesses / (workingDays + (calendar.days - workingDays) * 0.35)
  const plan = planScenarios(calendar, accesses, desk.random)
  let written = 0
  for (let day = 0; day < calendar.days; day++) {
    const isWeekend = calendar.weekday(day) > 5
    const stage = openDay(desk, world, day, isWeekend ? undefined : absentee(desk, world, day, plan))
    written += honestWork(stage, Math.round(perDay * (isWeekend ? 0.35 : 1)))
    if (!isWeekend) playScenarios(stage, plan)
    desk.endDay()
  }
  return written
}

function honestWork(stage: Stage, target: number): number {
  const there = [...stage.onDuty]
  let looks = 0
  while (looks < target && there.length > 0) {
    const [officer, duty] = stage.desk.random.pick(there)
    looks += doWork(stage.desk, stage.world, officer, duty)
  }
  return looks
}

interface Planned {
  readonly scenario: (typeof SCENARIOS)[number]
  readonly from: number
}

// The last weeks of the window hold most of it, so that what a newcomer sees first is recent.
function planScenarios(calendar: Calendar, accesses: number, random: Random): Planned[] {
  const times = Math.max(1, Math.round(accesses / ACCESSES_PER_SCENARIO))
  return SCENARIOS.flatMap((scenario) =>
    Array.from({ length: scenario.isDaily ? 1 : times }, (_, i) => ({
      scenario,
      from: i === 0 ? calendar.days - 20 + random.below(12) : 25 + random.below(calendar.days - 32),
    })),
  )
}

function playScenarios(stage: Stage, plan: Planned[]): void {
  for (const planned of [...plan]) {
    if (stage.day < planned.from) continue
    const isPlayed = planned.scenario.play(stage)
    if (isPlayed && !planned.scenario.isDaily) plan.splice(plan.indexOf(planned), 1)
  }
}

// Chance alone may leave an agency without anybody on leave until the window ends: the story's absentee is sent.
function absentee(desk: Desk, world: World, day: number, plan: readonly Planned[]): Officer | undefined {
  const due = plan.find(({ scenario, from }) => scenario.absentFrom !== undefined && from <= day)
  const agency = due?.scenario.absentFrom
  if (agency === undefined) return undefined
  return desk.random.pick(world.byAgency[agency].filter(({ duty, lastDay }) => duty !== 'supervisor' && lastDay > day))
}

function openDay(desk: Desk, world: World, day: number, absent: Officer | undefined): Stage {
  const { calendar } = desk
  const isWeekend = calendar.weekday(day) > 5
  const onDuty = new Map<Officer, Duty>()
  const onLeave: Officer[] = []
  for (const officer of world.officers) {
    if (day > officer.lastDay) continue
    if (isWeekend && officer.agency !== 'police') continue
    if (isWeekend && desk.random.chance(0.5)) continue
    if (officer === absent || desk.random.chance(LEAVE_SHARE)) {
      onLeave.push(officer)
      const start = day * DAY_S
      desk.certain(officer.agency, 'leave', [
        officer.number,
        desk.random.pick(['特休', '病假', '公差']),
        calendar.full(start + 8 * HOUR_S),
        calendar.full(start + 17 * HOUR_S + HOUR_S / 2),
      ])
      continue
    }
    onDuty.set(officer, standDuty(desk, officer, day))
  }
  return { desk, world, day, onDuty, onLeave }
}

function standDuty(desk: Desk, officer: Officer, day: number): Duty {
  const { calendar } = desk
  const start = day * DAY_S
  const turn = (day + officer.index) % 3
  const hours = officer.agency === 'police' ? { from: (7 + turn * 4) * HOUR_S, to: (15 + turn * 4) * HOUR_S } : OFFICE
  const isPatrol = officer.duty === 'patrol' && turn !== 0
  const kind = officer.agency !== 'police' ? '辦公' : isPatrol ? '巡邏' : '值班'
  const terminal = isPatrol ? mobileOf(officer) : officer.terminal
  const [from, to] = [start + hours.from, start + hours.to]
  const place = isPatrol ? '巡邏線' : officer.unit
  const isRostered = desk.record(officer.agency, 'shift', [
    ...[officer.number, kind, place, calendar.full(from), calendar.full(to)],
  ])
  const [signedIn, signedOut] = [from + desk.random.below(600), to + desk.random.below(900)]
  const isSignedIn = desk.record(officer.agency, 'presence', [
    ...[officer.number, '終端機', terminal, calendar.full(signedIn), calendar.full(signedOut)],
  ])
  return { from, to, kind, terminal, isRostered, isSignedIn }
}
