import type { Target, TargetColumn } from './target.ts'

/**
 * What makes a row the row it is: everything that was read of it, as it is stored, not the source's number alone. Numbers
 * restart in daily reports, and whoever knows one could put other words under it (docs/adr/0015).
 */

const asId = (text: string): string => `toFixedString(substring(SHA256(${text}), 1, 16), 16)`

/** `storedAs` gives SQL of a column as stored; also of `agency` and, for accesses, `system`. Two rows are equal when these are. */
export function contentIdSql(target: Target, storedAs: (column: string) => string): string {
  const owner = target.name === 'access' ? ['agency', 'system'] : ['agency']
  const texts = [
    `'${target.name}'`,
    ...owner.map((name) => lengthFirst(storedAs(name))),
    ...target.columns.map(({ name, type }) => canonicalSql(type, storedAs(name))),
  ]
  return asId(`concat(${texts.join(", ';', ")})`)
}

/** The id of the n-th of equal rows. The first has the id of its content. */
export const occurrenceIdSql = (id: string, nth: string): string =>
  `if(${nth} = 1, ${id}, ${asId(`concat('occurrence;', hex(${id}), ';', toString(${nth}))`)})`

// Text is told by its length, so that no sign in it can be taken for the end of it.
function canonicalSql(type: TargetColumn['type'], value: string): string {
  switch (type) {
    case 'time':
    case 'end':
      return `toString(toUnixTimestamp64Milli(${value}))`
    case 'subject':
    case 'address':
      // As hex: joining a FixedString drops zero bytes at its end.
      return `hex(${value})`
    case 'number':
      return `toString(${value})`
    case 'flag':
      return `toString(toUInt8(${value}))`
    case 'list':
      // Words were told apart by commas among others, so that none holds one.
      return lengthFirst(`arrayStringConcat(${value}, ',')`)
    default:
      return lengthFirst(value)
  }
}

const lengthFirst = (text: string): string => `toString(length(${text})), ':', ${text}`
