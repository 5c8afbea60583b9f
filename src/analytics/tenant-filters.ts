// A kind that is added to src/evidence/kinds.ts gets its table, and its name here.
const EVIDENCE_TABLES = [
  'post',
  'shift',
  'leave',
  'presence',
  'terminal',
  'separation',
  'portfolio',
  'deputy',
  'employment',
  'case',
  'party',
  'assignment',
  'document',
  'approval',
  'visit',
  'dispatch',
  'stop',
  'complaint',
  'kinship',
  'address',
  'watch',
].map((kind) => `evidence_${kind}`)

// Kept per agency; everything else there is belongs to the installation and answers a person with nothing.
const OF_AN_AGENCY = ['access', 'verdict_current', 'verdict_history', ...EVIDENCE_TABLES]
const OF_THE_INSTALLATION = ['import_reject', 'schema_migration']

/** Every table of the store: a test compares it with the engine's own list. */
export const FILTERED_TABLES: readonly string[] = [...OF_AN_AGENCY, ...OF_THE_INSTALLATION]

/**
 * The engine's own filter on every table (`additional_table_filters`), wherever a table stands in a statement: in a join,
 * a subquery, behind another name. It is written into the statement: as a setting beside it, the embedded engine would
 * keep it for whatever its one session runs next.
 */
export const agencyFilters = (agencies: readonly string[]): string =>
  `additional_table_filters = ${filtersOf(agencies)}`

function filtersOf(agencies: readonly string[]): string {
  const own = agencies.length === 0 ? '0' : `agency IN (${agencies.map(asCharacters).join(', ')})`
  const filters = [...OF_AN_AGENCY.map((table) => [table, own]), ...OF_THE_INSTALLATION.map((table) => [table, '0'])]
  return `{${filters.map(([table, filter]) => `'${table}': '${filter}'`).join(', ')}}`
}

// Numbers only: nothing in a code could end the text it stands in.
const asCharacters = (code: string): string => `char(${[...Buffer.from(code)].join(', ')})`
