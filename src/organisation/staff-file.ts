import { formatIsoDay, parseTaiwanDay, taipeiInstant } from '../base/roc-date.ts'
import { isNationalId } from '../base/taiwan-id.ts'
import type { Table, TableRow } from '../evidence/port.ts'
import type { StaffFault } from '../wire/people.ts'
import { type RoleName, roleName } from '../wire/session.ts'
import { checkStaff } from './check-staff.ts'
import { COLUMNS, type Column, columnsOf, REQUIRED, ROLE_WORDS, UNREADABLE } from './staff-columns.ts'
import type { Term, Unit } from './term.ts'

/** A person as a file states him, with the line he stands on. */
export interface StatedTerm {
  readonly line: number
  readonly term: Term
  /** code of the unit above his */
  readonly parentUnit: string
  /** when he took up this post, if the file says so */
  readonly since: Date | undefined
}

export interface StaffFile {
  readonly terms: readonly StatedTerm[]
  readonly units: readonly Unit[]
  readonly faults: readonly StaffFault[]
}

/** names as people sign in with them, user principal names included */
export const ACCOUNT = /^[a-z][a-z0-9._@-]{1,63}$/
export const PERSON = /^[\w.@-]{1,64}$/
const PORTFOLIO_KEY = /^(company|parcel|area|case):\S.{0,59}$/
const MAX_TEXT = 60
const MAX_PORTFOLIO = 2000
const MAX_FAULTS = 100

/**
 * Reads a staff table. One fault anywhere and nothing of it counts; at most a hundred are told, with line and column, none
 * of them quoting a value. `pseudonym` makes the keyed pseudonym of an identity number, which is kept nowhere.
 */
export function readStaff(table: Table, pseudonym: (id: string) => string): StaffFile {
  const names = columnsOf(table.header)
  const faults: StaffFault[] = table.broken.map(({ line, reason }) => ({
    ...{ line, column: '' },
    reason: `這一列讀不出來：${UNREADABLE[reason] ?? '格式不符'}`,
    reasonEn: `This line cannot be read (${reason})`,
  }))
  for (const column of REQUIRED)
    if (names[column] === undefined)
      faults.push({ line: 1, column: COLUMNS[column][0], reason: '缺少這一欄', reasonEn: 'This column is missing' })
  if (faults.length === 0 && table.rows.length === 0)
    faults.push({ line: 1, column: '', reason: '沒有任何人員', reasonEn: 'There is nobody in it' })
  if (faults.length > 0) return { terms: [], units: [], faults: inOrder(faults) }
  const terms = table.rows.map((row) => new RowReader(row, names, faults).read(pseudonym))
  const checked = checkStaff(terms, names)
  return { terms, units: checked.units, faults: inOrder([...faults, ...checked.faults]) }
}

const inOrder = (faults: readonly StaffFault[]): readonly StaffFault[] =>
  [...faults].sort((a, b) => a.line - b.line).slice(0, MAX_FAULTS)

/** Reads one line; what is wrong with it goes to the faults of the file. */
class RowReader {
  readonly #row: TableRow
  readonly #names: Partial<Record<Column, string>>
  readonly #faults: StaffFault[]

  constructor(row: TableRow, names: Partial<Record<Column, string>>, faults: StaffFault[]) {
    this.#row = row
    this.#names = names
    this.#faults = faults
  }

  read(pseudonym: (id: string) => string): StatedTerm {
    for (const column of REQUIRED) if (this.#text(column) === '') this.#refuse(column, '不得空白', 'May not be empty')
    const [deputyFrom, deputyUntil] = [this.#day('deputyFrom'), this.#day('deputyUntil')]
    if (deputyFrom !== '' && deputyUntil !== '' && deputyUntil < deputyFrom)
      this.#refuse('deputyUntil', '早於代理起日', 'Earlier than the first day')
    if (deputyFrom === '' && deputyUntil !== '')
      this.#refuse('deputyFrom', '有迄日而無起日', 'A last day without a first day')
    const since = this.#day('since')
    const term: Term = {
      ...{ person: this.#person(), account: this.#account(), name: this.#text('name') },
      ...{ unitCode: this.#text('unitCode'), unit: this.#text('unit'), title: this.#text('title') },
      ...{ duty: this.#text('duty'), role: this.#role(), manager: this.#text('manager').toUpperCase() },
      ...{ deputy: this.#text('deputy').toUpperCase(), deputyFrom, deputyUntil },
      ...{ portfolio: this.#portfolio(), subject: this.#subject(pseudonym) },
    }
    const sinceDay = since === '' ? undefined : parseTaiwanDay(since)
    const { line } = this.#row
    return { line, term, parentUnit: this.#text('parentUnit'), since: sinceDay && taipeiInstant(sinceDay) }
  }

  #text(column: Column): string {
    const name = this.#names[column]
    const text = name === undefined ? '' : (this.#row.cells[name] ?? '').normalize('NFKC').trim()
    if (column !== 'portfolio' && text.length > MAX_TEXT) this.#refuse(column, '過長', 'Too long')
    return text
  }

  #refuse(column: Column, reason: string, reasonEn: string): void {
    const fault = { line: this.#row.line, column: this.#names[column] ?? COLUMNS[column][0], reason, reasonEn }
    const isTold = this.#faults.some((each) => each.line === fault.line && each.column === fault.column)
    if (!isTold && this.#faults.length < MAX_FAULTS) this.#faults.push(fault)
  }

  // As evidence writes it: `police:A12` and `police:a12` are one officer.
  #person(): string {
    const text = this.#text('person').toUpperCase()
    if (text !== '' && !PERSON.test(text))
      this.#refuse('person', '只能用英數字與 . _ -', 'Letters, digits and . _ - only')
    return text
  }

  #account(): string {
    const text = this.#text('account').toLowerCase()
    if (text !== '' && !ACCOUNT.test(text))
      this.#refuse(
        'account',
        '須以英文字母開頭，只用英數字與 . _ -',
        'Begins with a letter; letters, digits and . _ - only',
      )
    return text
  }

  #role(): RoleName {
    const text = this.#text('role')
    const role = roleName.safeParse(text === '' ? 'officer' : (ROLE_WORDS[text] ?? text))
    if (role.success) return role.data
    const words = Object.keys(ROLE_WORDS).join('、')
    this.#refuse('role', `沒有這種角色；可用：${words}`, `One of ${roleName.options.join(', ')}`)
    return 'officer'
  }

  #day(column: Column): string {
    const text = this.#text(column)
    const day = text === '' ? undefined : parseTaiwanDay(text)
    if (text !== '' && !day) this.#refuse(column, '不是日期', 'Not a date')
    return day ? formatIsoDay(day) : ''
  }

  #portfolio(): readonly string[] {
    const keys = this.#text('portfolio')
      .split(/[;；\n]/)
      .map((key) => key.trim())
    const stated = [...new Set(keys.filter((key) => key !== ''))].sort()
    if (stated.length > MAX_PORTFOLIO || stated.some((key) => !PORTFOLIO_KEY.test(key)))
      this.#refuse(
        'portfolio',
        '寫成 company:、parcel:、area: 或 case: 加代號，以分號隔開',
        'Write company:, parcel:, area: or case: and the key, separated by semicolons',
      )
    return stated
  }

  #subject(pseudonym: (id: string) => string): string {
    const text = this.#text('subject').toUpperCase()
    if (text === '') return ''
    if (isNationalId(text)) return pseudonym(text)
    this.#refuse('subject', '不是有效的身分證字號或居留證號', 'Not a valid identity number')
    return ''
  }
}
