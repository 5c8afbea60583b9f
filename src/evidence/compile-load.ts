import type { QueryParams } from '../analytics/analytics.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { columnPlaces } from './column-places.ts'
import { compileColumn } from './compile-column.ts'
import type { Compiled, LoadContext, Mode, Readings, Shape } from './compiled.ts'
import { contentIdSql } from './identity.ts'
import { namedWidth } from './record-end.ts'
import { hmacKeys } from './sql-values.ts'
import { FIELD } from './staged-chunk.ts'
import type { Target } from './target.ts'

/**
 * SQL for one file, by the shape of a chunk. `{input}` stands for the chunk's lines, `{row}` for a line's place in it. Run
 * the first; when rows are left, the second, and when some are still left, the third, which names what is wrong. What then
 * is left hangs on the whole column: `doubtsSql` tells what must be known of it, and with the readings made of that the
 * last two load and reject the rest.
 */
export interface LoadPlan {
  readonly insertStrictSql: (shape: Shape, stageTable: string) => string
  /** loads the rows that the first statement does not read */
  readonly insertRestSql: (shape: Shape, stageTable: string) => string
  readonly rejectsSql: (shape: Shape, stageTable: string) => string
  readonly doubtsSql: (shape: Shape, stageTable: string, doubtsTable: string) => string
  readonly insertDoubtfulSql: (shape: Shape, stageTable: string, readings: Readings) => string
  readonly rejectDoubtfulSql: (shape: Shape, stageTable: string, readings: Readings) => string
  readonly params: QueryParams
}

/** Turns a mapping into SQL. Fails with every missing source column named. Only bound parameters carry text of the file or mapping. */
export function compileLoad(context: LoadContext): Result<LoadPlan, readonly string[]> {
  const missing = missingColumns(context)
  if (missing.length > 0) return fail(missing)
  const compiled = (shape: Shape, mode: Mode, readings: Readings = new Map()) =>
    compileColumns(context, shape, mode, readings)
  return ok({
    insertStrictSql: (shape, table) => insertSql(context, compiled(shape, 'strict'), table),
    insertRestSql: (shape, table) => {
      const rest = compiled(shape, 'careful')
      return insertSql(context, rest, table, `${notIn(table)} AND NOT ${inDoubt(rest)}`)
    },
    rejectsSql: (shape, table) => {
      const rest = compiled(shape, 'careful')
      return rejectsSql(context, rest, `${notIn(table)} AND NOT ${inDoubt(rest)}`)
    },
    doubtsSql: (shape, table, doubts) => doubtsSql(context, compiled(shape, 'careful'), doubts, notIn(table)),
    insertDoubtfulSql: (shape, table, readings) => {
      const all = compiled(shape, 'careful', readings)
      return insertSql(context, all, table, `${notIn(table)} AND ${inDoubt(all)}`)
    },
    rejectDoubtfulSql: (shape, table, readings) => {
      const all = compiled(shape, 'careful', readings)
      return rejectsSql(context, all, `${notIn(table)} AND ${inDoubt(all)}`)
    },
    params: {
      ...compiled('delimited', 'careful').params,
      ...hmacKeys(context.key),
      agency: context.mapping.agency,
      system: context.system,
      import_id: context.importId,
      known_at: context.knownAt,
    },
  })
}

function insertSql(context: LoadContext, compiled: Compiled, table: string, only = '1'): string {
  const { values, ids, conditions, strict } = compiled
  const columns = [...values.keys(), ...ids.keys()]
  const stored = [...values].map(([name, value]) => `${value} AS out_${name}`)
  const isWanted = [only, ...strict, ...conditions.map((each) => each.holds)]
  const rows = `SELECT ${stored.join(', ')} FROM ${bodySql(context, compiled)} WHERE ${isWanted.join(' AND ')}`
  // Outside: an id is made of what is stored, and beside it each of its parts would be analysed a second time.
  const selected = [...[...values.keys()].map((name) => `out_${name}`), ...ids.values()]
  return `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${selected.join(', ')} FROM (${rows})`
}

function rejectsSql(context: LoadContext, compiled: Compiled, only: string): string {
  const reasons = compiled.conditions.map(({ holds, reason }) => `if(${holds}, '', '${reason}')`).join(', ')
  return `INSERT INTO import_reject SELECT {import_id:String}, ln, reasons FROM
    (SELECT ln, arrayFilter(x -> x != '', [${reasons}]) AS reasons FROM ${bodySql(context, compiled)} WHERE ${only}) WHERE notEmpty(reasons)`
}

// Lines of this batch that no statement has loaded yet.
const notIn = (stageTable: string): string =>
  `ln NOT IN (SELECT line FROM ${stageTable} WHERE line >= {first_line:UInt64})`

const inDoubt = ({ doubts }: Compiled): string =>
  doubts.length === 0 ? '(0)' : `(${doubts.map(({ column }) => `doubt_${column} != 0`).join(' OR ')})`

function doubtsSql(context: LoadContext, compiled: Compiled, table: string, only: string): string {
  const each = compiled.doubts.map(({ column, profile }) => `tuple('${column}', doubt_${column}, ${profile})`)
  return `INSERT INTO ${table} SELECT d.1, d.2, d.3, d.4, d.5, d.6, d.7 FROM
    (SELECT arrayJoin([${each.join(', ')}]) AS d FROM ${bodySql(context, compiled)} WHERE ${only} AND ${inDoubt(compiled)}) WHERE d.2 != 0`
}

const bodySql = (context: LoadContext, { stages, shape }: Compiled): string =>
  stages.reduce(
    (inner, aliases) => (aliases.length === 0 ? inner : `(SELECT *, ${aliases.join(', ')} FROM ${inner})`),
    `(${inputSql(shape, context.isJson)})`,
  )

function missingColumns({ target, mapping, header, isJson }: LoadContext): string[] {
  const needed = target.columns
    .filter((each) => each.isRequired && !mapping.columns[each.name])
    .map((each) => `${each.name}（${each.title}）：對應檔未指定 not mapped`)
  const unknown = Object.keys(mapping.columns)
    .filter((name) => !target.columns.some((each) => each.name === name))
    .map((name) => `${name}：沒有這個欄位 no such column`)
  const absent = Object.values(mapping.columns)
    .flatMap((each) => [...(each.from === undefined ? [] : [each.from]), ...(each.join ?? [])])
    .filter((name) => !isJson && columnPlaces(header, name).length !== 1)
    .map((name) => {
      const places = columnPlaces(header, name).map((place) => `#${place}`)
      if (places.length === 0) return `「${name}」：檔案中沒有這一欄 not in the file`
      return `「${name}」：檔案中有 ${places.length} 欄同名，請以位置指定（${places.join('、')}） several columns of this name, say which by position`
    })
  return [...needed, ...unknown, ...absent]
}

function inputSql(shape: Shape, isJson: boolean): string {
  if (shape === 'numbered') {
    const fields = isJson ? `g[2] AS j, [j] AS f, ${MEMBERS_OF('j')} AS m` : 'arraySlice(g, 2) AS f'
    return `SELECT toUInt64(g[1]) AS ln, ${fields} FROM (SELECT splitByChar('${FIELD}', line) AS g FROM {input})`
  }
  const number = 'toUInt64(assumeNotNull({row}) + {first_line:UInt64}) AS ln'
  if (shape === 'json') return `SELECT ${number}, line AS j, [line] AS f, ${MEMBERS_OF('line')} AS m FROM {input}`
  return `SELECT ${number}, splitByChar({delimiter:String}, line) AS f FROM {input}`
}

// Parsed once a row; numbers and lists come as their text, null as ''. Nothing of it when the text is not a JSON object.
const MEMBERS_OF = (json: string): string => `JSONExtract(${json}, 'Map(String, String)')`

function compileColumns(context: LoadContext, shape: Shape, mode: Mode, readings: Readings): Compiled {
  const lists = { stages: [], conditions: [], strict: [], marks: [], subjects: [], doubts: [] }
  const compiled: Compiled = { shape, mode, readings, ...lists, values: new Map(), ids: new Map(), params: {} }
  // An object with members was parsed whole already; only what has none is parsed again, to tell empty from broken.
  const isJson = mode === 'strict' ? 'notEmpty(m)' : 'isValidJSON(j)'
  if (context.isJson) compiled.conditions.push({ holds: isJson, reason: ':bad-json' })
  else compiled.conditions.push({ holds: fieldCountSql(context.header), reason: ':field-count' })
  for (const each of context.target.columns) compileColumn(context, each, compiled)
  addCommon(context, compiled)
  compiled.values.set('seen', `toUInt64(${['0', ...compiled.marks, ...compiled.subjects].join(' + ')})`)
  return compiled
}

// As hasFieldsOf: cells with a border leave empty fields on the right, of rows or of the header.
function fieldCountSql(header: readonly string[]): string {
  const [width, least] = [header.length, namedWidth(header)]
  const isBare = least === width ? `length(f) = ${width}` : `length(f) BETWEEN ${least} AND ${width}`
  return `(${isBare} OR (length(f) > ${width} AND match(arrayStringConcat(arraySlice(f, ${width + 1})), '^\\\\s*$')))`
}

function addCommon({ target, mapping, isStated }: LoadContext, out: Compiled): void {
  out.values.set('import_id', '{import_id:String}')
  out.values.set('line', 'ln')
  out.values.set('agency', '{agency:String}')
  if (target.name === 'access') {
    out.values.set('system', '{system:String}')
    out.ids.set('access_id', contentIdSql(target, storedAs))
    return
  }
  out.values.set('known_at', "toDateTime64({known_at:String}, 3, 'UTC')")
  out.values.set('recorded_at', `if(plain_recorded_at = '', instant_${target.timeColumn}, instant_recorded_at)`)
  const used = target.columns.filter((each) => mapping.columns[each.name]).map((each) => `raw_${each.name}`)
  if (isStated) out.values.set('evidence_id', statedIdSql(target, used))
  else out.ids.set('evidence_id', contentIdSql(target, storedAs))
}

// Every stored value has this name where rows are inserted: the id is made from what is stored and from nothing else.
const storedAs = (column: string): string => `out_${column}`

// As state-records.ts makes it, which must know ids without asking the database.
const statedIdSql = (target: Target, used: readonly string[]): string =>
  `toFixedString(substring(SHA256(concat('${target.name}', '${FIELD}', {agency:String}, '${FIELD}', ${used.join(`, '${FIELD}', `)})), 1, 16), 16)`
