import { completeNationalId } from '../src/base/taiwan-id.ts'

const HEADER = '員工編號,帳號,姓名,單位代碼,單位,上級單位代碼,職稱,角色,主管編號,代理人,代理起日,業管範圍,身分證字號'
const HEAD = 1
const CHANGES = 10
const LEAVES = 1000

/**
 * A personnel file as CSV: a chief in each unit, of whom one leads the office, everybody else an officer with a deputy and something to handle.
 * `isLater`: every tenth has another title, every thousandth has left and as many have come.
 */
export function personnelFile(people: number, units: number, isLater: boolean): string {
  const rows: string[] = [HEADER]
  for (let i = 1; i <= people; i++) {
    const hasLeft = isLater && i % LEAVES === 0
    rows.push(rowOf(hasLeft ? i + people : i, i, units, isLater && i % CHANGES === 3))
  }
  return `${rows.join('\n')}\n`
}

function rowOf(person: number, place: number, units: number, isChanged: boolean): string {
  const unit = place % units
  const parent = unit === 0 ? '' : `U${Math.floor(unit / 10)}`
  const isChief = place <= units
  // A file gives no other role: a head's is given by two persons.
  const role = isChief ? '主管' : '承辦'
  const title = place === HEAD ? '局長' : isChief ? '科長' : isChanged ? '專員' : '科員'
  const chief = unit === 0 ? units : unit
  const manager = isChief ? '' : String(chief)
  const deputy = isChief ? '' : String(chief)
  const id = completeNationalId(`A1${String(person).padStart(7, '0')}`)
  const portfolio = `area:區${place % 97}`
  const name = `人員${person}`
  return [
    person,
    `p${person}`,
    name,
    `U${unit}`,
    `第${unit}科`,
    parent,
    title,
    role,
    manager,
    deputy,
    '',
    portfolio,
    id,
  ].join(',')
}
