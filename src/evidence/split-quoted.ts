/**
 * Splits one delimited record by RFC 4180: fields may be quoted, a quote inside is doubled. `="0412"`, which programs
 * write so that Excel keeps a leading zero, is 0412. Undefined when a quote stands where none may. Own code because it
 * must keep line numbers and never read past a record; the bulk of a log has no quotes and is split by the database.
 */
export function splitQuoted(record: string, delimiter: string): string[] | undefined {
  const fields: string[] = []
  let at = 0
  for (;;) {
    const field = fieldAt(record, at, delimiter)
    if (!field) return undefined
    fields.push(field.text)
    if (field.end >= record.length) return fields
    at = field.end + 1
  }
}

/** The fields as they stand in the record, quotes and all; where quoting is broken, cut at every delimiter. */
export function rawFields(record: string, delimiter: string): string[] {
  const fields: string[] = []
  let at = 0
  for (;;) {
    const field = fieldAt(record, at, delimiter)
    if (!field) return record.split(delimiter)
    fields.push(record.slice(at, field.end))
    if (field.end >= record.length) return fields
    at = field.end + 1
  }
}

interface Field {
  readonly text: string
  /** where its delimiter stands, or the record's end */
  readonly end: number
}

function fieldAt(record: string, at: number, delimiter: string): Field | undefined {
  if (record[at] === '"') {
    const field = quotedField(record, at, delimiter)
    return field && { text: unguarded(field.text), end: field.end }
  }
  if (record.startsWith(GUARD, at)) return quotedField(record, at + 1, delimiter)
  const next = record.indexOf(delimiter, at)
  const end = next === -1 ? record.length : next
  const text = record.slice(at, end)
  return text.includes('"') ? undefined : { text, end }
}

const GUARD = '="'

// The guard itself quoted, as a program writes it that quotes every field: "=""0412""".
function unguarded(text: string): string {
  return text.length > GUARD.length && text.startsWith(GUARD) && text.endsWith('"')
    ? text.slice(GUARD.length, -1).replaceAll('""', '"')
    : text
}

function quotedField(record: string, start: number, delimiter: string): Field | undefined {
  let from = start + 1
  let text = ''
  for (;;) {
    const quote = record.indexOf('"', from)
    if (quote === -1) return undefined
    text += record.slice(from, quote)
    const next = record[quote + 1]
    if (next !== '"') return next === undefined || next === delimiter ? { text, end: quote + 1 } : undefined
    text += '"'
    from = quote + 2
  }
}

/** How a line leaves quoting: `open` goes on in the next line, `broken` has a quote where none may stand. */
export type LineEnd =
  | { readonly state: 'closed' }
  | { readonly state: 'broken' }
  /** `openAt`: where on this line the quote stands that is open at its end; -1 when on one above */
  | { readonly state: 'open'; readonly openAt: number }

/** Follows quotes over one line, which begins inside a quoted field when `isOpen`. */
export function followQuotes(line: string, delimiter: string, isOpen: boolean): LineEnd {
  let openAt = isOpen ? -1 : undefined
  let at = 0
  for (;;) {
    if (openAt === undefined) {
      if (line[at] === '"') openAt = at++
      else {
        const field = fieldAt(line, at, delimiter)
        if (!field) return { state: 'broken' }
        if (field.end >= line.length) return { state: 'closed' }
        at = field.end + 1
        continue
      }
    }
    const quote = line.indexOf('"', at)
    if (quote === -1) return { state: 'open', openAt }
    const next = line[quote + 1]
    at = quote + 2
    if (next === '"') continue
    if (next === undefined) return { state: 'closed' }
    if (next !== delimiter) return { state: 'broken' }
    openAt = undefined
  }
}
