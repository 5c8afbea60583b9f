/**
 * Splits one delimited record by RFC 4180: fields may be quoted, a quote inside is doubled. Undefined when a quote
 * stands where none may. Own code because it must keep line numbers and never read past a record; the bulk of a log
 * has no quotes and is split by the database.
 */
export function splitQuoted(record: string, delimiter: string): string[] | undefined {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (record[at] === '"') {
      const field = quotedField(record, at)
      if (!field || (field.end < record.length && record[field.end] !== delimiter)) return undefined
      fields.push(field.text)
      at = field.end
    } else {
      const next = record.indexOf(delimiter, at)
      const end = next === -1 ? record.length : next
      const text = record.slice(at, end)
      if (text.includes('"')) return undefined
      fields.push(text)
      at = end
    }
    if (at >= record.length) return fields
    at++
  }
}

function quotedField(record: string, start: number): { readonly text: string; readonly end: number } | undefined {
  let from = start + 1
  let text = ''
  for (;;) {
    const quote = record.indexOf('"', from)
    if (quote === -1) return undefined
    text += record.slice(from, quote)
    if (record[quote + 1] !== '"') return { text, end: quote + 1 }
    text += '"'
    from = quote + 2
  }
}
