import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { verdictOffice } from './verdict-office.ts'

let office: Awaited<ReturnType<typeof verdictOffice>>
beforeAll(async () => {
  office = await verdictOffice()
})
afterAll(() => office.close())
beforeEach(() => office.forget())

const COLLEAGUES = 12
/** Looks of officials on one day: so many of each, by turns at so many fields, of a new person each or of one. */
const looksOf = (officer: number, count: number, day: string, isOnePerson: boolean): string[] =>
  Array.from({ length: count }, (_, i) => {
    const second = `${day} 1${Math.floor(i / 60) % 8}:${String(i % 60).padStart(2, '0')}:00`
    const at = isOnePerson ? `${day} 10:0${Math.min(i, 9)}:00` : second
    const person = isOnePerson ? `A1${officer}000000` : `A1${officer}${String(i).padStart(5, '0')}0`
    return `${officer}-${day}-${isOnePerson ? 'p' : 'v'}${i},${at},${officer},${person.slice(0, 10)},x,f${i % 2}`
  })

async function judged(
  duties: ReadonlyMap<number, string>,
  looks: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  await office.bring(
    'post',
    'officer,unit,title,duty,person,valid_from',
    ...[...duties].map(([officer, duty]) => `${officer},甲科,科員,${duty},,2020-01-01`),
  )
  await office.bring('access', 'source_id,at,officer,subject,purpose,fields', ...looks)
  await office.judge()
  return new Map([...(await office.verdicts())].map(([id, { rules }]) => [id, rules]))
}
const flagged = (found: ReadonlyMap<string, readonly string[]>, rule: string): string[] => [
  ...new Set([...found].filter(([, rules]) => rules.includes(rule)).map(([id]) => id.split('-')[0] ?? '')),
]

test('a busy duty is no unusual volume; the one among its officials who looks up many times more is', async () => {
  const officers = Array.from({ length: COLLEAGUES }, (_, i) => 100 + i)
  const found = await judged(new Map([...officers, 900].map((each) => [each, 'desk'])), [
    ...officers.flatMap((each, i) => looksOf(each, 36 + i, '2026-01-12', false)),
    ...looksOf(900, 200, '2026-01-12', false),
  ])
  expect(flagged(found, 'volume')).toEqual(['900'])
})

test('what is usual for one duty is not for another', async () => {
  const [desk, field] = [
    [100, 101, 102, 103, 104, 105],
    [200, 201, 202, 203, 204, 205, 206],
  ]
  const duties = new Map([
    ...desk.map((each) => [each, 'desk'] as const),
    ...field.map((each) => [each, 'field'] as const),
  ])
  const found = await judged(duties, [
    ...desk.flatMap((each) => looksOf(each, 60, '2026-01-12', false)),
    ...field.slice(1).flatMap((each) => looksOf(each, 4, '2026-01-12', false)),
    ...looksOf(200, 60, '2026-01-12', false),
  ])
  expect(flagged(found, 'volume')).toEqual(['200'])
})

test('opening a person page by page is probing only where others of the duty seldom do', async () => {
  const officers = Array.from({ length: COLLEAGUES }, (_, i) => 100 + i)
  const all = new Map([...officers, 900].map((each) => [each, 'desk']))
  const usual = await judged(
    all,
    [...officers, 900].flatMap((each) => looksOf(each, 4, '2026-01-12', true)),
  )
  expect(flagged(usual, 'probing')).toEqual([])
  await office.forget()
  const seldom = await judged(all, [
    ...officers.flatMap((each) => looksOf(each, 10, '2026-01-12', false)),
    ...looksOf(900, 4, '2026-01-12', true),
  ])
  expect(flagged(seldom, 'probing')).toEqual(['900'])
})

test('weak rows of one pattern are pushed back like others', async () => {
  await office.bring(
    'visit',
    'ticket,officer,subject,service,at',
    ...Array.from({ length: 20 }, (_, i) => `T${i},101,A1000000${10 + i},x,2026-01-12 10:00`),
  )
  await office.bring(
    'access',
    'source_id,at,officer,subject,purpose,fields',
    ...Array.from({ length: 20 }, (_, i) => `w${i},2026-01-12 10:${10 + (i % 2)},102,A1000000${10 + i},x,f`),
  )
  await office.judge()
  const found = [...(await office.verdicts()).values()]
  expect(found.map(({ verdict }) => verdict)).toEqual(Array(20).fill('weak'))
  expect(found.filter(({ rank }) => rank > 1).length).toBeLessThanOrEqual(2)
})
