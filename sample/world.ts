import { mix, type Random } from './random.ts'

export type AgencyName = 'insurance' | 'police' | 'land'

/** An official of the county: where he works, on what, and which person he is. */
export interface Officer {
  readonly agency: AgencyName
  /** staff number as in the logs */
  readonly number: string
  readonly index: number
  /** index of the person he is */
  readonly person: number
  readonly unit: string
  readonly title: string
  readonly duty: string
  readonly terminal: string
  readonly supervisor: string
  /** insurance: the companies in his charge */
  readonly companies: readonly number[]
  /** after this day of the window he is gone */
  lastDay: number
  /** cases he works on now, oldest first */
  readonly cases: OpenCase[]
}

export interface OpenCase {
  readonly number: string
  readonly parties: readonly Subject[]
  readonly opened: number
  readonly closes: number
  /** its assignment and a party of it were written down */
  readonly isOnRecord: boolean
}

export interface Subject {
  readonly kind: 'person' | 'company' | 'parcel'
  readonly index: number
}

export interface World {
  readonly officers: readonly Officer[]
  readonly byAgency: Readonly<Record<AgencyName, readonly Officer[]>>
  readonly persons: number
  readonly companies: number
  readonly parcels: number
}

interface Office {
  readonly share: number
  readonly units: readonly string[]
  readonly duties: readonly { readonly duty: string; readonly title: string; readonly share: number }[]
  readonly terminal: string
  readonly firstNumber: number
}

const OFFICES: Readonly<Record<AgencyName, Office>> = {
  insurance: {
    share: 0.35,
    units: ['承保一科', '承保二科', '承保三科', '承保四科'],
    terminal: 'INS-PC',
    firstNumber: 2101,
    duties: [
      { duty: 'underwriting', title: '辦事員', share: 0.9 },
      { duty: 'supervisor', title: '科長', share: 0.1 },
    ],
  },
  police: {
    share: 0.4,
    units: ['雲山派出所', '石門派出所', '偵查隊', '青田派出所', '交通組'],
    terminal: 'PD-PC',
    firstNumber: 401,
    duties: [
      { duty: 'patrol', title: '警員', share: 0.6 },
      { duty: 'detective', title: '偵查佐', share: 0.25 },
      { duty: 'supervisor', title: '所長', share: 0.15 },
    ],
  },
  land: {
    share: 0.25,
    units: ['登記課', '地籍股', '測量課'],
    terminal: 'LAND-PC',
    firstNumber: 21,
    duties: [
      { duty: 'registry', title: '課員', share: 0.7 },
      { duty: 'archive', title: '管理員', share: 0.2 },
      { duty: 'supervisor', title: '課長', share: 0.1 },
    ],
  },
}

const ACCESSES_PER_OFFICER = 250
const MIN_OFFICERS = 90
const MAX_OFFICERS = 20_000
// Officials stand apart in the row of persons, so that their households are their own.
const PERSONS_PER_OFFICER = 9
const COMPANIES_EACH = 8

/** The county for that many accesses: officials, and how many people, companies and parcels there are. */
export function buildWorld(accesses: number, random: Random): World {
  const total = Math.min(MAX_OFFICERS, Math.max(MIN_OFFICERS, Math.round(accesses / ACCESSES_PER_OFFICER)))
  const officers: Officer[] = []
  const byAgency: Record<AgencyName, Officer[]> = { insurance: [], police: [], land: [] }
  for (const agency of ['insurance', 'police', 'land'] as const) {
    const size = Math.max(20, Math.round(total * OFFICES[agency].share))
    for (let i = 0; i < size; i++) {
      const officer = buildOfficer(agency, i, size, officers.length, random)
      officers.push(officer)
      byAgency[agency].push(officer)
    }
  }
  const persons = Math.max(officers.length * PERSONS_PER_OFFICER * 3, Math.ceil(accesses / 4))
  return {
    officers,
    byAgency,
    persons,
    companies: Math.max(byAgency.insurance.length * COMPANIES_EACH, 400),
    parcels: Math.max(2000, Math.ceil(accesses / 8)),
  }
}

function buildOfficer(agency: AgencyName, i: number, size: number, index: number, random: Random): Officer {
  const office = OFFICES[agency]
  const unitIndex = i % office.units.length
  const unit = office.units[unitIndex] ?? ''
  const rank = Math.floor(i / office.units.length)
  // The first official of each unit is its head.
  const post = rank === 0 ? office.duties.at(-1) : dutyFor(office, unit, random)
  const number = String(office.firstNumber + i).padStart(4, '0')
  const companies = agency === 'insurance' ? Array.from({ length: COMPANIES_EACH }, (_, c) => i + c * size) : []
  return {
    agency,
    number,
    index,
    person: index * PERSONS_PER_OFFICER,
    unit,
    title: post?.title ?? '',
    duty: post?.duty ?? '',
    terminal: `${office.terminal}-${String(i + 1).padStart(3, '0')}`,
    supervisor: String(office.firstNumber + unitIndex).padStart(4, '0'),
    companies,
    lastDay: Number.POSITIVE_INFINITY,
    cases: [],
  }
}

function dutyFor(office: Office, unit: string, random: Random): Office['duties'][number] | undefined {
  if (unit === '偵查隊') return office.duties[1]
  if (unit === '地籍股') return office.duties[1]
  if (unit === '登記課' || unit === '測量課' || unit.endsWith('派出所')) return office.duties[0]
  return random.chance(0.9) ? office.duties[0] : office.duties[1]
}

/** Someone who is no official and no official's family. */
export function citizen(world: World, random: Random): Subject {
  const index = random.below(world.persons)
  const inFamily = index < world.officers.length * PERSONS_PER_OFFICER && index % PERSONS_PER_OFFICER < 6
  return { kind: 'person', index: inFamily ? world.persons - 1 - (mix(index, 5) % 1000) : index }
}

/** The mobile computer an officer takes on patrol. */
export const mobileOf = (officer: Officer): string => `M-${officer.number}`
