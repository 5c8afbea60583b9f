import { accessConditions, recordConditions, resolverOf, strengthsOf, weakness, witnessesOf } from './compile-rule.ts'
import type { HitCode } from './hit-code.ts'
import { compareSql, keyColumn, keySql, sortedKey } from './join-key.ts'
import { boundsSql, daysSql, type MonthSpan } from './month-span.ts'
import { isPrepared, type PlannedJoin, type PlannedRule, type Statement } from './plan-rules.ts'
import { type Rule, STRONG } from './rule.ts'

/** Table that stands for an evidence kind in this run. */
export type TableOf = (kind: string) => string

export interface CompileParts {
  readonly tableOf: TableOf
  readonly code: HitCode
  readonly month: MonthSpan
  /** rules that others set aside */
  readonly setAside: ReadonlyMap<string, readonly string[]>
}

/** Where a named query reads evidence. */
export const QUERY_TABLE = /\b(FROM|JOIN)\s+evidence_(\w+)\b/g

/**
 * One statement as SQL that yields n (the access's row), bits (which rules hit), strong, hits (see HitCode). A row may
 * come several times; what counts of it is decided when all statements are done.
 */
export function compileStatement(statement: Statement, parts: CompileParts): string {
  const tested = statement.rules.map((planned) => testOf(planned, parts.code))
  const shared = sharedOf(tested.map((each) => each.access))
  const where = shared.length === 0 ? '' : ` WHERE ${shared.join(' AND ')}`
  const source = where === '' ? statement.source : `(SELECT * FROM ${statement.source} AS a${where})`
  const columns = columnsOf(statement)
  const joins = statement.joins.map((join, i) => joinSql(join, i, statement, columns, parts)).join('')
  const conditions = tested.map(({ access, records }) =>
    [...access.filter((each) => !shared.includes(each)), ...records].join(' AND '),
  )
  const [only] = tested
  if (tested.length === 1 && only) {
    const condition = conditions[0] === '' ? '' : ` WHERE ${conditions[0]}`
    const strong = only.isStrong && `NOT (${only.isStrong})`
    return `SELECT a.n AS n, ${only.bit} AS bits, ${strong === '' ? 'true' : (strong ?? 'false')} AS strong, [${only.hit}] AS hits FROM ${source} AS a${joins}${condition}`
  }
  return `SELECT n, ${choiceSql(statement, tested, parts)} FROM (SELECT *, ${conditions.map((each, i) => `${each === '' ? 'true' : each} AS c${i}`).join(', ')} FROM ${source} AS a${joins}) AS a WHERE ${tested.map((_, i) => `c${i}`).join(' OR ')}`
}

// A rule set aside by another that fires on the same joined row need not be written down to be struck out later.
function choiceSql({ rules }: Statement, tested: readonly Tested[], { code, setAside }: CompileParts): string {
  const fires = rules.map(({ rule }, i) => {
    const others = rules.flatMap(({ rule: other }, k) =>
      setAside.get(rule.id)?.includes(other.id) ? [` AND NOT c${k}`] : [],
    )
    return isNamed(rule.id, setAside) ? `c${i}` : `c${i}${others.join('')}`
  })
  const bits = tested.map(({ bit }, i) => `if(${fires[i]}, ${bit}, ${code.set([])})`).join(' + ')
  const hits = tested.map(({ hit }, i) => `if(${fires[i]}, ${hit}, '')`).join(', ')
  const strong = tested.flatMap(({ isStrong }, i) =>
    isStrong === undefined ? [] : [isStrong === '' ? `c${i}` : `(c${i} AND NOT (${isStrong}))`],
  )
  return `${bits} AS bits, ${strong.length === 0 ? 'false' : strong.join(' OR ')} AS strong, arrayFilter(h -> h != '', [${hits}]) AS hits`
}

// What sets another rule aside does so by being found: it has to be written down.
const isNamed = (id: string, setAside: CompileParts['setAside']): boolean =>
  [...setAside.values()].some((others) => others.includes(id))

interface Tested {
  readonly access: readonly string[]
  readonly records: readonly string[]
  readonly hit: string
  readonly bit: string
  /** undefined: never strong; otherwise what takes the strength from it, empty: nothing */
  readonly isStrong: string | undefined
}

function testOf({ rule, equal }: PlannedRule, code: HitCode): Tested {
  const resolve = resolverOf(rule)
  const records = [
    ...equal.map((pair) => compareSql(`r${pair.step}_${pair.column}`, '=', pair.reference)),
    ...recordConditions(rule, resolve),
  ]
  const { full, weak } = strengthsOf(rule)
  const reasons = weakness(rule, resolve).join(' OR ')
  const ids = witnessesOf(rule).map((step) => resolve(`${step.as}.evidence_id`))
  const start =
    reasons === ''
      ? code.start(rule.id, full)
      : `if(${reasons}, ${code.start(rule.id, weak)}, ${code.start(rule.id, full)})`
  return {
    access: accessConditions(rule),
    records,
    hit: ids.length === 0 ? start : `concat(${[start, ...ids].join(', ')})`,
    bit: code.set([rule.id]),
    isStrong: full < STRONG ? undefined : reasons,
  }
}

const sharedOf = (lists: readonly (readonly string[])[]): readonly string[] =>
  (lists[0] ?? []).filter((each) => lists.every((list) => list.includes(each)))

const KINDS = {
  inner: 'INNER JOIN',
  any: 'LEFT SEMI JOIN',
  absent: 'LEFT ANTI JOIN',
} as const

function joinSql(
  join: PlannedJoin,
  i: number,
  statement: Statement,
  columns: ReadonlyMap<number, ReadonlySet<string>>,
  parts: CompileParts,
): string {
  const side = isPrepared(join.key) ? `a.${keyColumn(join.key)}` : keySql(join.key.map((pair) => pair.reference))
  return ` ${KINDS[join.kind]} (${recordsSql(join, i, statement, columns, parts)}) AS j${i} ON j${i}.k${i} = ${side}`
}

function recordsSql(
  join: PlannedJoin,
  i: number,
  statement: Statement,
  columns: ReadonlyMap<number, ReadonlySet<string>>,
  { tableOf, month }: CompileParts,
): string {
  const isPath = join.tables.length > 1
  const name = (step: number, column: string) => (isPath ? `r${step}_${column}` : column)
  const selected = join.tables.flatMap(({ step }) =>
    [...(columns.get(step) ?? [])].sort().map((wanted) => {
      const column = name(step, wanted.replace(/^k_/, ''))
      return wanted.startsWith('k_') ? `${keySql([column])} AS r${step}${wanted}` : `${column} AS r${step}_${wanted}`
    }),
  )
  const key = `${keySql(join.key.map((pair) => name(pair.step, pair.column)))} AS k${i}`
  const table = isPath ? pathTable(join.tables.map((each) => each.table)) : tableOf(join.tables[0]?.table ?? '')
  const rules = statement.rules.map((each) => each.rule)
  const bounds = boundsSql(join, rules, name, month)
  const from = `${table}${bounds === '' ? '' : ` WHERE ${bounds}`}`
  const records = join.isByDay ? `(SELECT *, ${daysSql(join, rules, month)} AS day FROM ${from})` : from
  return `SELECT ${[key, ...selected].join(', ')} FROM ${records}`
}

// Everything a statement's rules say of the access and the joined records.
const wordsOf = (statement: Statement): string =>
  statement.rules
    .flatMap(({ rule, equal }) => {
      const resolve = resolverOf(rule)
      return [
        ...recordConditions(rule, resolve),
        ...weakness(rule, resolve),
        ...witnessesOf(rule).map((step) => resolve(`${step.as}.evidence_id`)),
        ...equal.map((pair) => compareSql(`r${pair.step}_${pair.column}`, '=', pair.reference)),
      ]
    })
    .concat(statement.joins.flatMap((join) => join.key.map((pair) => pair.reference)))
    .join(' ')

/** Columns of each step's records that a statement's rules speak of; `k_unit`: the key of unit. */
export function columnsOf(statement: Statement): Map<number, Set<string>> {
  const columns = new Map<number, Set<string>>()
  for (const [, step, isKey, column = ''] of wordsOf(statement).matchAll(/\br(\d)(k?)_([a-z_]+)/g))
    columns.set(Number(step), (columns.get(Number(step)) ?? new Set()).add(isKey === 'k' ? `k_${column}` : column))
  return columns
}

/** The keys that `work_access` must hold for these statements: column name → columns of the access. */
export function preparedKeys(statements: readonly Statement[]): Map<string, readonly string[]> {
  const keys = statements.flatMap((each) => each.joins.map((join) => join.key)).filter(isPrepared)
  const compared = statements.flatMap((each) =>
    [...wordsOf(each).matchAll(/\ba\.key_([a-z_]+)/g)].map(([, name]) => name),
  )
  return new Map<string, readonly string[]>([
    ...keys.map((key) => [keyColumn(key), sortedKey(key).map((pair) => pair.reference)] as const),
    ...compared.map((name) => [`key_${name}`, [`a.${name}`]] as const),
  ])
}

/** A named query as SQL of the same shape, over the run's tables. It yields n and witnesses. */
export function compileQuery(rule: Rule, text: string, { tableOf, code }: CompileParts): string {
  const body = text
    .replace(/^--.*$/gm, '')
    .replace(QUERY_TABLE, (_, keyword: string, kind: string) => `${keyword} ${tableOf(kind)}`)
  return `SELECT n, ${code.set([rule.id])} AS bits, false AS strong, [concat(${code.start(rule.id, 0)}, witnesses)] AS hits FROM (${body.trim()})`
}

/** Name of the table that holds kinds of evidence joined by their case. */
export const pathTable = (kinds: readonly string[]): string => `work_path_${kinds.join('_')}`

export interface PathTable {
  readonly name: string
  readonly kinds: readonly string[]
  readonly select: string
}

/** The tables of kinds joined by their case that these statements read. */
export function pathTables(statements: readonly Statement[], tableOf: TableOf): PathTable[] {
  const wanted = new Map<string, { kinds: readonly string[]; columns: Map<number, Set<string>> }>()
  for (const statement of statements)
    for (const join of statement.joins.filter((each) => each.tables.length > 1)) {
      const kinds = join.tables.map((each) => each.table)
      const table = wanted.get(pathTable(kinds)) ?? { kinds, columns: new Map<number, Set<string>>() }
      wanted.set(pathTable(kinds), table)
      const add = (step: number, column: string) =>
        table.columns.set(step, (table.columns.get(step) ?? new Set()).add(column.replace(/^k_/, '')))
      const columns = columnsOf(statement)
      for (const { step } of join.tables) for (const column of columns.get(step) ?? []) add(step, column)
      for (const pair of join.key) add(pair.step, pair.column)
    }
  return [...wanted].map(([name, { kinds, columns }]) => {
    const selected = [...columns].flatMap(([step, names]) =>
      [...names].sort().map((column) => `t${step}.${column} AS r${step}_${column}`),
    )
    const [first = '', second = ''] = kinds.map(tableOf)
    return {
      name,
      kinds,
      select: `SELECT ${selected.join(', ')} FROM ${first} AS t0 INNER JOIN ${second} AS t1 ON t0.case_key = t1.case_key WHERE t0.case_key != ''`,
    }
  })
}
