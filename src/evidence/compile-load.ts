import type { QueryParams } from '../analytics/analytics.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Mapping, MappingColumn } from '../wire/import.ts'
import {
  addressValueSql,
  caseKeySql,
  hmacKeys,
  officerSql,
  openEndSql,
  plainSql,
  pseudonymSql,
  repeatedSql,
  subjectKindSql,
  subjectValueSql,
  type TimeSql,
  timeSql,
} from './sql-values.ts'
import { FIELD, INNER_LINE, type StagedChunk } from './staged-chunk.ts'
import { strictTimeSql } from './strict-time.ts'
import type { Target, TargetColumn } from './target.ts'

type Shape = StagedChunk['shape']
/** `strict` reads only the commonest forms of times, cheaply; `careful` all of them. What both read they read alike. */
type Mode = 'strict' | 'careful'

/**
 * SQL for one file, by the shape of a chunk. `{input}` stands for the chunk's lines, `{row}` for a line's place in it. Run
 * the first; when rows are left, the second, and when some are still left, the third, which names what is wrong.
 */
export interface LoadPlan {
  readonly insertStrictSql: (shape: Shape, stageTable: string) => string
  /** loads the rows that the first statement does not read */
  readonly insertRestSql: (shape: Shape, stageTable: string) => string
  readonly rejectsSql: (shape: Shape) => string
  readonly params: QueryParams
}

export interface LoadContext {
  readonly target: Target
  readonly mapping: Mapping
  readonly header: readonly string[]
  readonly isJson: boolean
  readonly system: string
  readonly importId: string
  /** `YYYY-MM-DD HH:MM:SS.mmm` UTC */
  readonly knownAt: string
  readonly key: Buffer
  /** see ImportJob */
  readonly isStated: boolean
}

interface Condition {
  readonly holds: string
  /** `column:reason` when it does not */
  readonly reason: string
}

interface Compiled {
  readonly shape: Shape
  readonly mode: Mode
  /** alias definitions by stage: each stage uses only earlier ones, so that nothing is computed or analysed twice */
  readonly stages: string[][]
  readonly values: Map<string, string>
  readonly conditions: Condition[]
  /** what makes a row one for the strict statement, whatever else is wrong with it */
  readonly strict: string[]
  readonly params: Record<string, string | readonly string[]>
}

/** Turns a mapping into SQL. Fails with every missing source column named. Only bound parameters carry text of the file or mapping. */
export function compileLoad(context: LoadContext): Result<LoadPlan, readonly string[]> {
  const missing = missingColumns(context)
  if (missing.length > 0) return fail(missing)
  const compiled = (shape: Shape, mode: Mode) => compileColumns(context, shape, mode)
  return ok({
    insertStrictSql: (shape, table) => insertSql(context, compiled(shape, 'strict'), table),
    insertRestSql: (shape, table) => insertSql(context, compiled(shape, 'careful'), table),
    rejectsSql: (shape) => {
      const all = compiled(shape, 'careful')
      const reasons = all.conditions.map(({ holds, reason }) => `if(${holds}, '', '${reason}')`).join(', ')
      return `INSERT INTO import_reject SELECT {import_id:String}, ln, reasons FROM
        (SELECT ln, arrayFilter(x -> x != '', [${reasons}]) AS reasons FROM ${bodySql(context, all)}) WHERE notEmpty(reasons)`
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

function insertSql(context: LoadContext, compiled: Compiled, table: string): string {
  const { values, conditions, strict, mode } = compiled
  const columns = [...values.keys()]
  const selected = columns.map((name) => `${values.get(name) ?? ''} AS out_${name}`)
  const isStrict = strict.join(' AND ')
  const isWanted = [mode === 'strict' ? isStrict : `NOT (${isStrict})`, ...conditions.map((each) => each.holds)]
  return `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${selected.join(', ')} FROM ${bodySql(context, compiled)} WHERE ${isWanted.join(' AND ')}`
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
    .filter((name) => !isJson && columnIndex(header, name) === 0)
    .map((name) => `「${name}」：檔案中沒有這一欄 not in the file`)
  return [...needed, ...unknown, ...absent]
}

/** 1-based position of a source column named by its header or as `#3`; 0 when there is none. */
function columnIndex(header: readonly string[], name: string): number {
  const position = /^#(\d{1,3})$/.exec(name)?.[1]
  if (position !== undefined) return Number(position) <= header.length ? Number(position) : 0
  return header.indexOf(name) + 1
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

function compileColumns(context: LoadContext, shape: Shape, mode: Mode): Compiled {
  const compiled: Compiled = { shape, mode, stages: [], values: new Map(), conditions: [], strict: [], params: {} }
  // An object with members was parsed whole already; only what has none is parsed again, to tell empty from broken.
  const isJson = mode === 'strict' ? 'notEmpty(m)' : 'isValidJSON(j)'
  if (context.isJson) compiled.conditions.push({ holds: isJson, reason: ':bad-json' })
  else compiled.conditions.push({ holds: `length(f) = ${context.header.length}`, reason: ':field-count' })
  for (const each of context.target.columns) compileColumn(context, each, compiled)
  addCommon(context, compiled)
  return compiled
}

/** Columns in which every row may hold another value; all others repeat theirs. */
const VARIED = new Set<TargetColumn['type']>(['text', 'time', 'end', 'subject', 'address'])

function compileColumn(context: LoadContext, column: TargetColumn, out: Compiled): void {
  const from = context.mapping.columns[column.name]
  const raw = `raw_${column.name}`
  define(out, 0, `${from ? rawSql(context, column.name, from, out) : "''"} AS ${raw}`)
  if (column.type === 'text') {
    out.values.set(column.name, raw)
    require(context, column, raw, out)
    return
  }
  const plain = `plain_${column.name}`
  const isTime = column.type === 'time' || column.type === 'end'
  if (isTime && out.mode === 'strict') define(out, 1, `trimBoth(${raw}) AS ${plain}`)
  else define(out, 1, `${plainSql(VARIED.has(column.type) ? raw : repeatedSql(raw))} AS ${plain}`)
  require(context, column, plain, out)
  compileTyped(context, column, plain, out)
}

function define(out: Compiled, stage: number, alias: string): void {
  while (out.stages.length <= stage) out.stages.push([])
  out.stages[stage]?.push(alias)
}

function require({ isStated }: LoadContext, column: TargetColumn, text: string, out: Compiled): void {
  const mayBeEmpty = isStated && column.type === 'word'
  if (column.isRequired && !mayBeEmpty)
    out.conditions.push({ holds: `${text} != ''`, reason: `${column.name}:missing` })
}

function compileTyped(context: LoadContext, column: TargetColumn, plain: string, out: Compiled): void {
  if (column.type === 'time' || column.type === 'end') compileTime(context, column, plain, out)
  else if (column.type === 'subject') compileSubject(context, column, plain, out)
  else {
    out.values.set(column.name, valueSql(column, plain))
    if (column.type === 'case') out.values.set(column.name.replace(/_no$/, '_key'), caseKeySql(plain))
  }
}

function valueSql(column: TargetColumn, plain: string): string {
  switch (column.type) {
    case 'officer':
      return officerSql(plain)
    case 'address':
      return pseudonymSql("'address'", addressValueSql(plain))
    case 'case':
      return `raw_${column.name}`
    case 'list':
      return String.raw`arrayFilter(x -> x != '', splitByChar(',', toString(replaceRegexpAll(${plain}, '[、,;，；\\s"\\[\\]]+', ','))))`
    case 'number':
      return `toUInt32OrZero(${plain})`
    case 'flag':
      return `lower(${plain}) IN ('1', 'y', 'yes', 'true', 't', '是', '有', 'v')`
    default:
      return plain
  }
}

function compileTime(context: LoadContext, column: TargetColumn, plain: string, out: Compiled): void {
  const { name } = column
  const whenEmpty = column.type === 'end' ? openEndSql : "toDateTime64(0, 3, 'UTC')"
  out.values.set(name, `instant_${name}`)
  if (!context.mapping.columns[name]) {
    define(out, 2, `${whenEmpty} AS instant_${name}`)
    return
  }
  const isEnd = column.type === 'end' || name === 'ends'
  // The careful statement leaves out what the strict one took, so it must tell these rows too.
  if (out.mode === 'careful') define(out, 1, `trimBoth(raw_${name}) AS text_${name}`)
  const text = out.mode === 'careful' ? `text_${name}` : plain
  const strict = strictTimeSql(name, text, isEnd)
  defineStages(out, strict.stages)
  out.strict.push(`(${text} = '' OR ${strict.isValid})`)
  const time = out.mode === 'strict' ? strict : timeSql(name, plain, isEnd)
  if (out.mode === 'careful') defineStages(out, time.stages)
  out.conditions.push({ holds: `(${plain} = '' OR ${time.isValid})`, reason: `${name}:bad-time` })
  define(out, 2 + strict.stages.length, `if(${plain} = '', ${whenEmpty}, ${time.instant}) AS instant_${name}`)
}

function defineStages(out: Compiled, stages: TimeSql['stages']): void {
  for (const [i, aliases] of stages.entries()) for (const alias of aliases) define(out, 2 + i, alias)
}

// Only the access log and some evidence say what kind of thing the identifier names; kinship, addresses and posts are persons'.
function compileSubject(context: LoadContext, column: TargetColumn, plain: string, out: Compiled): void {
  if (context.isStated) {
    compilePseudonym(column, plain, out)
    return
  }
  const value = `value_${column.name}`
  define(out, 2, `${subjectValueSql(plain)} AS ${value}`)
  const hasKind = column.name === 'subject' && context.target.columns.some((each) => each.name === 'subject_kind')
  if (!hasKind) {
    out.values.set(column.name, pseudonymSql(`'${column.names ?? 'person'}'`, value))
    return
  }
  const isMapped = context.mapping.columns['subject_kind'] !== undefined
  const inferred = subjectKindSql(value)
  define(
    out,
    3,
    `${isMapped ? `if(${value} = '', 'none', if(plain_subject_kind = '', ${inferred}, plain_subject_kind))` : inferred} AS kind_subject`,
  )
  out.values.set('subject_kind', 'kind_subject')
  out.values.set(column.name, pseudonymSql('kind_subject', value))
}

function compilePseudonym({ name }: TargetColumn, plain: string, out: Compiled): void {
  out.conditions.push({ holds: `match(${plain}, '^([0-9a-f]{32})?$')`, reason: `${name}:bad-pseudonym` })
  out.values.set(name, `toFixedString(substring(unhex(${plain}), 1, 16), 16)`)
}

function addCommon({ target, mapping }: LoadContext, out: Compiled): void {
  const wholeRow = `arrayStringConcat(if(raw_source_id = '', f, []), '${FIELD}')`
  out.values.set('import_id', '{import_id:String}')
  out.values.set('line', 'ln')
  out.values.set('agency', '{agency:String}')
  const id = (text: string) => `toFixedString(substring(SHA256(${text}), 1, 16), 16)`
  if (target.name === 'access') {
    out.values.set('system', '{system:String}')
    out.values.set(
      'access_id',
      id(`concat({system:String}, '${FIELD}', if(raw_source_id = '', ${wholeRow}, raw_source_id))`),
    )
    return
  }
  const used = target.columns.filter((each) => mapping.columns[each.name]).map((each) => `raw_${each.name}`)
  out.values.set(
    'evidence_id',
    id(`concat('${target.name}', '${FIELD}', {agency:String}, '${FIELD}', ${used.join(`, '${FIELD}', `)})`),
  )
  out.values.set('known_at', "toDateTime64({known_at:String}, 3, 'UTC')")
  out.values.set('recorded_at', `if(plain_recorded_at = '', instant_${target.timeColumn}, instant_recorded_at)`)
}

function rawSql(context: LoadContext, name: string, from: MappingColumn, out: Compiled): string {
  const parts = from.join ?? (from.from === undefined ? [] : [from.from])
  const texts = parts.map((part, i) => fieldSql(context, `${name}_${i}`, part, out))
  const joined =
    texts.length === 0
      ? constantSql(name, from.value ?? '', out)
      : texts.length === 1
        ? (texts[0] ?? "''")
        : `concat(${texts.join(", ' ', ")})`
  if (!from.words) return joined
  out.params[`from_${name}`] = Object.keys(from.words)
  out.params[`to_${name}`] = Object.values(from.words)
  return `transform(trimBoth(${joined}), {from_${name}:Array(String)}, {to_${name}:Array(String)}, ${joined})`
}

function constantSql(name: string, value: string, out: Compiled): string {
  out.params[`value_${name}`] = value
  return `{value_${name}:String}`
}

function fieldSql(context: LoadContext, slot: string, part: string, out: Compiled): string {
  if (!context.isJson) {
    const field = `f[${columnIndex(context.header, part)}]`
    // Only records that were walked one by one can hold a line end.
    return out.shape === 'numbered' ? `replaceAll(${field}, '${INNER_LINE}', '\\n')` : field
  }
  out.params[`path_${slot}`] = part
  // Parsed once a row; numbers and lists come as their text, null as ''.
  return `m[{path_${slot}:String}]`
}
