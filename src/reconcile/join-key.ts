/** A column of a record that must equal a column of the access (or of an earlier record). */
export interface KeyPair {
  /** `a.column`, or `r0_column` of an earlier record */
  readonly reference: string
  /** the record's column */
  readonly column: string
}

// Stored as 16 random-looking bytes already; everything else is hashed to as many.
const PSEUDONYMS = new Set(['subject', 'person', 'other', 'address', 'neighbourhood', 'company'])
// Odd, so that no bit is lost; different at each place, so that exchanged columns give another key.
const MULTIPLIERS = [1, 3, 5, 7, 9] as const

/**
 * That a column says something, as SQL. What is empty on both sides is not the same thing twice: no key and no equality
 * holds by it.
 */
export function isStatedSql(reference: string): string {
  const name = reference.replace(/^a\.|^r\d_/, '')
  const isStated = PSEUDONYMS.has(name) ? `${reference} != toFixedString('', 16)` : `${reference} != ''`
  return reference === 'a.subject' ? `a.subject_kind != 'none' AND ${isStated}` : isStated
}

/** In one order whatever order a rule names its columns in. */
export const sortedKey = <Pair extends KeyPair>(pairs: readonly Pair[]): Pair[] =>
  [...pairs].sort((x, y) => (x.reference < y.reference ? -1 : 1))

/** Name of the column of `work_access` that holds the access's side of a key. */
export const keyColumn = (pairs: readonly KeyPair[]): string =>
  `key_${sortedKey(pairs)
    .map((pair) => pair.reference.replace(/^a\./, ''))
    .join('_')}`

/**
 * Several columns as one 128-bit number: joined on at a third of what a key of strings costs. ClickHouse's own joins on
 * several columns compare nothing but a 128-bit hash either.
 */
export function keySql(columns: readonly string[]): string {
  const parts = columns.map((column, i) => {
    const name = column.replace(/^.*?\.|^r\d_/, '')
    const id = `reinterpretAsUInt128(${PSEUDONYMS.has(name) ? column : `sipHash128(${column})`})`
    return i === 0 ? id : `${id} * ${MULTIPLIERS[i] ?? 2 * i + 1}`
  })
  // Hashes of a column that is kept as a dictionary would make a dictionary again.
  return `CAST(${parts.join(' + ')}, 'UInt128')`
}

/**
 * Both sides of an equality as what is cheap to compare: pseudonyms as they are, words and numbers by their key, which
 * `work_access` and the joined records carry beside them (`a.key_unit`, `r0k_unit`).
 */
export function idOf(reference: string): string {
  const name = reference.replace(/^a\.|^r\d_/, '')
  if (PSEUDONYMS.has(name)) return reference
  return reference.startsWith('a.') ? `a.key_${name}` : reference.replace(/^r(\d)_/, 'r$1k_')
}

/** Whether two references are the same, or differ, as SQL. Two records' columns are compared as they are. */
export function compareSql(left: string, operator: '=' | '!=', right: string): string {
  const isMixed = left.startsWith('a.') !== right.startsWith('a.')
  return isMixed ? `${idOf(left)} ${operator} ${idOf(right)}` : `${left} ${operator} ${right}`
}
