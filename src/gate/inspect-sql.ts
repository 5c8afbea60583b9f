import { parse } from 'libpg-query'

/** Why a statement may not be registered, and on which line of the SQL. */
export interface SqlFault {
  readonly line: number
  readonly reason: string
}

const MAX_NODES = 20_000
const MAX_DEPTH = 200

/** Functions a catalogued query may call. What is not here is refused, so that a new version's functions are too. */
export const ALLOWED_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['count', 'sum', 'avg', 'min', 'max', 'string_agg', 'array_agg', 'bool_or', 'bool_and'],
  ...['lower', 'upper', 'btrim', 'ltrim', 'rtrim', 'length', 'char_length', 'left', 'right', 'substring', 'substr'],
  ...['replace', 'concat', 'concat_ws', 'position', 'split_part', 'to_char', 'to_date', 'regexp_replace'],
  ...['abs', 'round', 'floor', 'ceil', 'trunc', 'mod'],
  ...['date_part', 'extract', 'date_trunc', 'age', 'make_date', 'row_number', 'rank', 'dense_rank', 'lag', 'lead'],
])

// Node kinds a reading statement is made of. A closed list: COPY, DO, MERGE, locking and what comes later are not on it.
const ALLOWED_NODES: ReadonlySet<string> = new Set([
  ...['SelectStmt', 'ResTarget', 'ColumnRef', 'ParamRef', 'A_Const', 'A_Expr', 'BoolExpr', 'NullTest', 'BooleanTest'],
  ...['FuncCall', 'TypeCast', 'TypeName', 'CaseExpr', 'CaseWhen', 'CoalesceExpr', 'MinMaxExpr', 'SubLink', 'RangeVar'],
  ...[
    'RangeSubselect',
    'JoinExpr',
    'SortBy',
    'WindowDef',
    'WithClause',
    'CommonTableExpr',
    'List',
    'String',
    'Integer',
  ],
  ...['Float', 'Boolean', 'A_ArrayExpr', 'RowExpr', 'Alias', 'A_Indirection', 'A_Indices', 'GroupingSet'],
])

/**
 * Reads a statement with PostgreSQL's own grammar and lists everything that keeps it out of the catalogue: more than
 * one statement, anything but reading, INTO, locks, unknown functions, tables outside the gate's schema, wildcards.
 */
export async function inspectSql(sql: string, parameters: number, schema = 'gate'): Promise<readonly SqlFault[]> {
  const parsed = await tree(sql)
  if (!('stmts' in parsed)) return [parsed]
  if (parsed.stmts.length !== 1) {
    return [{ line: lineOfSecond(sql, parsed), reason: 'not exactly one statement' }]
  }
  const found: Found = { sql, schema, faults: [], nodes: 0, ctes: new Set(), highest: 0 }
  collectCtes(parsed.stmts[0]?.stmt, found, 0)
  walk(parsed.stmts[0]?.stmt, found, 0)
  if (found.nodes > MAX_NODES) found.faults.push({ line: 1, reason: 'the statement is too large' })
  if (found.highest !== parameters) {
    found.faults.push({ line: 1, reason: `uses $${found.highest} but ${parameters} binds are declared` })
  }
  return found.faults
}

interface Found {
  readonly sql: string
  /** the schema whose views may be read */
  readonly schema: string
  readonly faults: SqlFault[]
  readonly ctes: Set<string>
  nodes: number
  highest: number
}

/**
 * Where each output column comes from, read off the statement alone: `schema.view.column` for a column named with its
 * table's alias in a plain FROM, undefined for everything else. For databases that do not report origins reliably.
 */
export async function statedSources(sql: string): Promise<readonly (string | undefined)[]> {
  const parsed = await tree(sql)
  const select = 'stmts' in parsed ? ((parsed.stmts[0]?.stmt as Node | undefined)?.['SelectStmt'] as Node) : undefined
  if (!select || select['withClause'] || select['op'] !== 'SETOP_NONE') return []
  const tables = new Map<string, string>()
  collectTables(select['fromClause'], tables)
  return (select['targetList'] as readonly { ResTarget: Node }[]).map(({ ResTarget }) => {
    const fields = ((ResTarget['val'] as Node)['ColumnRef'] as Node | undefined)?.['fields']
    const [table, column] = ((fields ?? []) as readonly { String?: { sval: string } }[]).map(
      (each) => each.String?.sval,
    )
    const origin = tables.get(table ?? '')
    return origin && column ? `${origin}.${column}` : undefined
  })
}

function collectTables(from: unknown, tables: Map<string, string>): void {
  for (const item of Array.isArray(from) ? from : [from]) {
    const { RangeVar, JoinExpr } = (item ?? {}) as { RangeVar?: Node; JoinExpr?: Node }
    if (JoinExpr) collectTables([JoinExpr['larg'], JoinExpr['rarg']], tables)
    if (!RangeVar) continue
    const name = String(RangeVar['relname'])
    const alias = (RangeVar['alias'] as Node | undefined)?.['aliasname'] ?? name
    tables.set(String(alias), `${String(RangeVar['schemaname'])}.${name}`)
  }
}

interface Tree {
  readonly stmts: readonly { readonly stmt: unknown; readonly stmt_location?: number }[]
}

async function tree(sql: string): Promise<Tree | SqlFault> {
  try {
    const { stmts } = (await parse(sql)) as Partial<Tree>
    return { stmts: stmts ?? [] }
  } catch (error) {
    const at = (error as { sqlDetails?: { cursorPosition?: number } }).sqlDetails?.cursorPosition ?? 0
    return { line: lineAt(sql, at), reason: 'not valid PostgreSQL' }
  }
}

type Node = Readonly<Record<string, unknown>>

function collectCtes(value: unknown, found: Found, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return
  const name = (value as Node)['ctename']
  if (typeof name === 'string') found.ctes.add(name)
  for (const child of Object.values(value)) collectCtes(child, found, depth + 1)
}

function walk(value: unknown, found: Found, depth: number): void {
  if (typeof value !== 'object' || value === null || found.nodes > MAX_NODES) return
  if (depth > MAX_DEPTH) {
    found.faults.push({ line: 1, reason: 'nested too deeply' })
    return
  }
  for (const [kind, child] of Object.entries(value)) {
    // In the parser's JSON a node is an object under its kind's name, which begins with a capital letter.
    if (/^[A-Z]/.test(kind) && typeof child === 'object' && child !== null) visit(kind, child as Node, found)
    walk(child, found, depth + 1)
  }
}

function visit(kind: string, node: Node, found: Found): void {
  found.nodes += 1
  const line = lineAt(found.sql, locationOf(node))
  const refuse = (reason: string) => void found.faults.push({ line, reason })
  if (!ALLOWED_NODES.has(kind)) refuse(`${kind} is not allowed`)
  if (kind === 'SelectStmt') visitSelect(node, refuse)
  if (kind === 'FuncCall') visitFunction(node, refuse)
  if (kind === 'RangeVar') visitTable(node, found, refuse)
  if (kind === 'ColumnRef' && JSON.stringify(node['fields']).includes('A_Star')) refuse('columns are named, not *')
  if (kind === 'ParamRef') found.highest = Math.max(found.highest, Number(node['number'] ?? 0))
}

type Refuse = (reason: string) => void

function visitSelect(select: Node, refuse: Refuse): void {
  if (select['intoClause']) refuse('INTO creates a table')
  if (select['lockingClause']) refuse('locks rows')
  const withClause = select['withClause'] as Node | undefined
  if (withClause?.['recursive']) refuse('recursive queries have no bound')
}

function visitFunction(call: Node, refuse: Refuse): void {
  const names = (call['funcname'] as readonly { String?: { sval?: string } }[]).map((part) => part.String?.sval ?? '')
  const isPlain = names.length === 1 || (names.length === 2 && names[0] === 'pg_catalog')
  const name = names.at(-1) ?? ''
  if (!isPlain || !ALLOWED_FUNCTIONS.has(name)) refuse(`function ${names.join('.')} is not on the list`)
}

function visitTable(table: Node, found: Found, refuse: Refuse): void {
  const schema = table['schemaname']
  const name = String(table['relname'])
  if (schema === undefined && found.ctes.has(name)) return
  if (schema !== found.schema)
    refuse(`reads ${schema === undefined ? '' : `${String(schema)}.`}${name}, not a view of schema ${found.schema}`)
}

// Only some nodes know where they stand; the first location below is near enough.
function locationOf(node: Node): number {
  if (typeof node['location'] === 'number') return node['location']
  for (const child of Object.values(node)) {
    const inner = typeof child === 'object' && child !== null ? locationOf(child as Node) : -1
    if (inner >= 0) return inner
  }
  return -1
}

// The parser counts the white space before a statement as part of it.
function lineOfSecond(sql: string, parsed: Tree): number {
  const start = parsed.stmts[1]?.stmt_location ?? 0
  const space = /^\s*/.exec(Buffer.from(sql).subarray(start).toString('utf8'))?.[0].length ?? 0
  return lineAt(sql, start + space)
}

// Locations count bytes of UTF-8.
const lineAt = (sql: string, byte: number): number =>
  Buffer.from(sql).subarray(0, Math.max(byte, 0)).toString('utf8').split('\n').length
