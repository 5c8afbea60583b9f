import { companyId, companyName, parcelId, personId, personName, streetOf } from './people.ts'
import { mix } from './random.ts'

/** The databases of the county's three agencies: tables as their systems keep them, filled deterministically. */
export interface AgencyTables {
  readonly agency: 'insurance' | 'police' | 'land'
  /** tables, indexes and the views of schema `gate`; all base columns are text */
  readonly schema: string
  /** rows of each table, in column order */
  readonly tables: Readonly<Record<string, Iterable<readonly string[]>>>
}

export interface County {
  readonly persons: number
  readonly companies: number
  readonly parcels: number
}

/** Evidence rows as the offices wrote them, by `agency kind`. */
export type OfficeRecords = ReadonlyMap<string, readonly (readonly string[])[]>

// A demo needs no more people than this, however many accesses it has.
const MAX_PERSONS = 20_000
const MAX_PARCELS = 20_000
const SALARIES = ['27470', '28800', '30300', '33300', '36300', '40100', '45800', '53000', '66800', '87600']
const CARS = ['小客車', '普通重型機車', '小貨車', '大型重型機車']

const CASES = `
  CREATE TABLE public.case_file (case_key text PRIMARY KEY, case_number text, kind text, opened_at text, closed_at text);
  CREATE TABLE public.case_party (case_key text, party_id text);
  CREATE TABLE public.case_assignment (case_key text, account text);
  CREATE INDEX ON public.case_party (case_key);
  CREATE INDEX ON public.case_assignment (case_key);
  CREATE INDEX ON public.case_assignment (account);
  CREATE TABLE public.duty (account text, starts_at text, ends_at text);
  CREATE INDEX ON public.duty (account);
  CREATE VIEW gate.duty WITH (security_barrier) AS SELECT account, starts_at, ends_at FROM public.duty;
  CREATE VIEW gate.case_file WITH (security_barrier) AS
    SELECT case_key, case_number, kind, closed_at = '' AS is_open FROM public.case_file;
  CREATE VIEW gate.case_party WITH (security_barrier) AS SELECT case_key, party_id FROM public.case_party;
  CREATE VIEW gate.case_assignment WITH (security_barrier) AS SELECT case_key, account FROM public.case_assignment;
`

/** A sign-in account of the demo that stands for a member of an agency's staff. */
export interface StandIn {
  readonly agency: 'insurance' | 'police' | 'land'
  readonly account: string
  /** his staff number; left out: whoever of the agency has most open cases */
  readonly staff?: string
  /** on the duty roster now, or not */
  readonly isOnDuty: boolean
}

/** The three agencies. `caseKey` makes a case number comparable; `standIns` gives demo accounts cases and duty. */
export function agencySystems(
  county: County,
  records: OfficeRecords,
  caseKey: (number: string) => string,
  standIns: readonly StandIn[],
): readonly AgencyTables[] {
  const aliases = aliasesOf(records, standIns)
  const cases = (agency: string) => ({
    ...caseTables(agency, records, caseKey, aliases),
    duty: standIns
      .filter((each) => each.agency === agency)
      .map(({ account, isOnDuty }) => [account, '2020-01-01T00:00:00Z', isOnDuty ? '' : '2020-01-01T12:00:00Z']),
  })
  return [
    {
      agency: 'insurance',
      schema: INSURANCE + CASES,
      tables: { ...insurance(county, records, aliases), ...cases('insurance') },
    },
    { agency: 'police', schema: POLICE + CASES, tables: { ...police(county, records), ...cases('police') } },
    { agency: 'land', schema: LAND + CASES, tables: { ...land(county), ...cases('land') } },
  ]
}

function aliasesOf(records: OfficeRecords, standIns: readonly StandIn[]): ReadonlyMap<string, string> {
  return new Map(
    standIns.map(({ agency, account, staff }) => [`${agency}:${staff ?? busiestOf(records, agency)}`, account]),
  )
}

function busiestOf(records: OfficeRecords, agency: string): string {
  const open = new Set((records.get(`${agency} case`) ?? []).filter((row) => row[4] === '').map((row) => row[0]))
  const counts = new Map<string, number>()
  for (const [number, staff = ''] of records.get(`${agency} assignment`) ?? [])
    if (open.has(number)) counts.set(staff, (counts.get(staff) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))[0]?.[0] ?? ''
}

function caseTables(
  agency: string,
  records: OfficeRecords,
  caseKey: (number: string) => string,
  aliases: ReadonlyMap<string, string>,
) {
  const of = (kind: string) => records.get(`${agency} ${kind}`) ?? []
  const files = new Map(of('case').map((row) => [caseKey(row[0] ?? ''), row]))
  return {
    case_file: [...files].map(([key, row]) => [key, row[0] ?? '', row[1] ?? '', row[3] ?? '', row[4] ?? '']),
    case_party: of('party').map((row) => [caseKey(row[0] ?? ''), row[1] ?? '']),
    case_assignment: of('assignment').flatMap((row) =>
      accountsOf(agency, row[1] ?? '', aliases).map((account) => [caseKey(row[0] ?? ''), account]),
    ),
  }
}

function accountsOf(agency: string, number: string, aliases: ReadonlyMap<string, string>): string[] {
  const staff = `${agency}:${number}`
  const alias = aliases.get(staff)
  return alias === undefined ? [staff] : [staff, alias]
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const personsOf = (county: County): number[] => numbers(Math.min(county.persons, MAX_PERSONS))
const pick = (list: readonly string[], index: number, salt: number): string =>
  list[mix(index, salt) % list.length] ?? ''

const INSURANCE = `
  CREATE TABLE public.company (company_number text PRIMARY KEY, company_name text);
  CREATE TABLE public.member (national_id text, full_name text, company_number text, insured_since text, insured_salary text);
  CREATE TABLE public.portfolio (account text, company_number text);
  CREATE INDEX ON public.member (company_number);
  CREATE INDEX ON public.member (national_id);
  CREATE INDEX ON public.portfolio (account);
  CREATE VIEW gate.member WITH (security_barrier) AS
    SELECT national_id, full_name, company_number, insured_since, insured_salary FROM public.member;
  CREATE VIEW gate.company WITH (security_barrier) AS
    SELECT c.company_number, c.company_name,
      (SELECT count(*) FROM public.member m WHERE m.company_number = c.company_number)::text AS insured_count
    FROM public.company c;
  CREATE VIEW gate.portfolio WITH (security_barrier) AS SELECT account, company_number FROM public.portfolio;
`

function insurance(county: County, records: OfficeRecords, aliases: ReadonlyMap<string, string>) {
  return {
    company: numbers(county.companies).map((i) => [companyId(i), companyName(i)]),
    // Seven in ten work for a company.
    member: personsOf(county)
      .filter((i) => mix(i, 41) % 10 < 7)
      .map((i) => [
        personId(i),
        personName(i),
        companyId(mix(i, 43) % county.companies),
        `${90 + (mix(i, 47) % 25)}/0${1 + (mix(i, 53) % 9)}/01`,
        pick(SALARIES, i, 59),
      ]),
    portfolio: (records.get('insurance portfolio') ?? []).flatMap((row) =>
      accountsOf('insurance', row[0] ?? '', aliases).map((account) => [account, row[1] ?? '']),
    ),
  }
}

const POLICE = `
  CREATE TABLE public.person (national_id text PRIMARY KEY, full_name text, born_on text, address text, phone text);
  CREATE TABLE public.vehicle (plate text PRIMARY KEY, owner_id text, model text);
  CREATE TABLE public.stop_check (national_id text, place text, stopped_at text, officer text);
  CREATE INDEX ON public.stop_check (national_id);
  CREATE VIEW gate.person WITH (security_barrier) AS SELECT national_id, full_name, born_on, address, phone FROM public.person;
  CREATE VIEW gate.vehicle WITH (security_barrier) AS SELECT plate, owner_id, model FROM public.vehicle;
  CREATE VIEW gate.stop_check WITH (security_barrier) AS SELECT national_id, place, stopped_at, officer FROM public.stop_check;
`

function police(county: County, records: OfficeRecords) {
  const persons = personsOf(county)
  return {
    person: persons.map((i) => [
      personId(i),
      personName(i),
      `${1945 + (mix(i, 61) % 60)}-0${1 + (mix(i, 67) % 9)}-${10 + (mix(i, 71) % 18)}`,
      streetOf(i),
      `09${String(mix(i, 73) % 100_000_000).padStart(8, '0')}`,
    ]),
    vehicle: persons.filter((i) => mix(i, 79) % 5 < 2).map((i) => [plateOf(i), personId(i), pick(CARS, i, 83)]),
    stop_check: (records.get('police stop') ?? []).map((row) => [
      row[1] ?? '',
      row[2] ?? '',
      row[4] ?? '',
      row[0] ?? '',
    ]),
  }
}

const PLATE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
function plateOf(index: number): string {
  const letter = (place: number) => PLATE_LETTERS[Math.floor(index / 10_000 / 24 ** place) % 24] ?? 'A'
  return `${letter(2)}${letter(1)}${letter(0)}-${String(index % 10_000).padStart(4, '0')}`
}

const LAND = `
  CREATE TABLE public.parcel (parcel_number text PRIMARY KEY, area_m2 text, declared_value text);
  CREATE TABLE public.owner (parcel_number text, national_id text, full_name text, share text, address text);
  CREATE INDEX ON public.owner (parcel_number);
  CREATE INDEX ON public.owner (national_id);
  CREATE VIEW gate.parcel WITH (security_barrier) AS SELECT parcel_number, area_m2, declared_value FROM public.parcel;
  CREATE VIEW gate.owner WITH (security_barrier) AS
    SELECT parcel_number, national_id, full_name, share, address FROM public.owner;
`

function land(county: County) {
  const parcels = numbers(Math.min(county.parcels, MAX_PARCELS))
  const persons = Math.min(county.persons, MAX_PERSONS)
  return {
    parcel: parcels.map((i) => [parcelId(i), String(40 + (mix(i, 89) % 900)), String(800 + (mix(i, 97) % 40) * 200)]),
    owner: parcels.flatMap((i) => {
      const owners = 1 + (mix(i, 101) % 3)
      return numbers(owners).map((n) => {
        const person = mix(i * 3 + n, 103) % persons
        return [parcelId(i), personId(person), personName(person), `${owners} 分之 1`, streetOf(person)]
      })
    }),
  }
}
