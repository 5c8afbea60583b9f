import type { StaffFault } from '../wire/people.ts'
import { COLUMNS, type Column } from './staff-columns.ts'
import type { StatedTerm } from './staff-file.ts'
import type { Unit } from './term.ts'

type Names = Partial<Record<Column, string>>

/** What can only be told from the file as a whole: repeated numbers and accounts, references, the tree of units. */
export function checkStaff(
  terms: readonly StatedTerm[],
  names: Names,
): { readonly units: readonly Unit[]; readonly faults: readonly StaffFault[] } {
  const fault = (line: number, column: Column, reason: string, reasonEn: string): StaffFault => ({
    ...{ line, column: names[column] ?? COLUMNS[column][0], reason, reasonEn },
  })
  const faults = [...repeated(terms, fault), ...references(terms, fault)]
  const units = new Map<string, Unit & { readonly line: number }>()
  for (const { line, term, parentUnit } of terms) {
    const known = units.get(term.unitCode)
    if (!known) units.set(term.unitCode, { code: term.unitCode, name: term.unit, parent: parentUnit, line })
    else if (known.name !== term.unit)
      faults.push(fault(line, 'unit', `與第 ${known.line} 列的單位名稱不同`, `Named otherwise in line ${known.line}`))
    else if (known.parent !== parentUnit)
      faults.push(fault(line, 'parentUnit', `與第 ${known.line} 列不同`, `Differs from line ${known.line}`))
  }
  for (const { code, parent, line } of units.values()) {
    if (parent !== '' && !units.has(parent))
      faults.push(fault(line, 'parentUnit', '檔案中沒有這個單位', 'No such unit in the file'))
    else if (isInCircle(code, units))
      faults.push(fault(line, 'parentUnit', '上級單位繞成一圈', 'The units above go round in a circle'))
  }
  return { units: [...units.values()].map(({ code, name, parent }) => ({ code, name, parent })), faults }
}

type Fault = (line: number, column: Column, reason: string, reasonEn: string) => StaffFault

/** Two people under one staff number or one account: shared accounts are not allowed (taiwan-law-practice §1.6.5). */
function repeated(terms: readonly StatedTerm[], fault: Fault): StaffFault[] {
  return (['person', 'account'] as const).flatMap((column) => {
    const first = new Map<string, number>()
    return terms.flatMap(({ line, term }) => {
      const before = first.get(term[column])
      if (before === undefined) first.set(term[column], line)
      return before === undefined || term[column] === ''
        ? []
        : [fault(line, column, `與第 ${before} 列重複`, `Repeats line ${before}`)]
    })
  })
}

function references(terms: readonly StatedTerm[], fault: Fault): StaffFault[] {
  const persons = new Set(terms.map(({ term }) => term.person))
  return terms.flatMap(({ line, term }) =>
    (['manager', 'deputy'] as const).flatMap((column) => {
      const other = term[column]
      if (other === '') return []
      if (other === term.person) return [fault(line, column, '不得填自己', 'Nobody is his own')]
      return persons.has(other)
        ? []
        : [fault(line, column, '檔案中沒有這個員工編號', 'No such staff number in the file')]
    }),
  )
}

function isInCircle(code: string, units: ReadonlyMap<string, Unit>): boolean {
  const seen = new Set<string>([code])
  for (let at = units.get(code)?.parent ?? ''; at !== ''; at = units.get(at)?.parent ?? '') {
    if (seen.has(at)) return at === code
    seen.add(at)
  }
  return false
}
