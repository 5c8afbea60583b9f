/**
 * The key of a case number, the same for every way of writing it, and the same as imported evidence gets: upper case,
 * without punctuation, 民國, 年度, 字, 第, 號 and without zeros that pad the serial (115年度偵字第00423號 → 115偵423).
 */
export function caseKeyOf(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/^民國|年度|字第|[字第號\s\p{P}\p{S}]/gu, '')
    .replace(/([^0-9])0+([0-9])/, '$1$2')
}

/** The kind of an identifier by its form, as imported logs have it. */
export function identifierForm(value: string): 'person' | 'company' | 'parcel' {
  if (/^[A-Z][A-Z0-9]\d{8}$/.test(value)) return 'person'
  return /^\d{8}$/.test(value) ? 'company' : 'parcel'
}
