import type { QueryParams } from '../analytics/analytics.ts'
import { fail, ok, type Result } from '../base/result.ts'
import type { Mapping, MappingColumn } from '../wire/import.ts'
import {
  addressValueSql,
  caseKeySql,
  officerSql,
  openEndSql,
  plainSql,
  pseudonymSql,
  subjectKindSql,
  subjectValueSql,
  timeSql,
} from './sql-values.ts'
import { FIELD, INNER_LINE, type StagedChunk } from './staged-chunk.ts'
import type { Target, TargetColumn } from './target.ts'

/** SQL for one file: what to insert of a chunk, and which rows are bad and why. `{input}` stands for the chunk's lines. */
export interface LoadPlan {
  readonly columns: readonly string[]
  readonly insertSql: (shape: StagedChunk['shape'], stageTable: string) => string
  readonly rejectsSql: (shape: StagedChunk['shape']) => string
  /** raw text of every mapped column, for showing one source row again */
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
  /** hex of the pseudonym key */
  readonly key: string
}

interface Compiled {
  /** alias definitions by stage: each stage uses only earlier ones, so that nothing is computed or analysed twice */
  readonly stages: string[][]
  readonly values: Map<string, string>
  readonly reasons: string[]
  readonly params: Record<string, string | readonly string[]>
}

/** Turns a mapping into SQL. Fails with every missing source column named. Only bound parameters carry text of the file or mapping. */
export function compileLoad(context: LoadContext): Result<LoadPlan, readonly string[]> {
  const missing = missingColumns(context)
  if (missing.length > 0) return fail(missing)
  const compiled = compileColumns(context)
  const columns = [...compiled.values.keys()]
  const body = (shape: StagedChunk['shape']) =>
    [...compiled.stages, [`${reasonsSql(compiled)} AS reasons`]].reduce(
      (inner, aliases) => `(SELECT *, ${aliases.join(', ')} FROM ${inner})`,
      `(${inputSql(shape, context.isJson)})`,
    )
  const selected = columns.map((name) => `${compiled.values.get(name) ?? ''} AS out_${name}`)
  return ok({
    columns,
    insertSql: (shape, table) =>
      `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${selected.join(', ')} FROM ${body(shape)} WHERE empty(reasons)`,
    rejectsSql: (shape) =>
      `INSERT INTO import_reject SELECT {import_id:String}, ln, reasons FROM ${body(shape)} WHERE notEmpty(reasons)`,
    params: {
      ...compiled.params,
      agency: context.mapping.agency,
      system: context.system,
      import_id: context.importId,
      key: context.key,
      known_at: context.knownAt,
    },
  })
}

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

function inputSql(shape: StagedChunk['shape'], isJson: boolean): string {
  const split = (from: string) => `splitByChar('${FIELD}', ${from})`
  if (shape === 'numbered') {
    const fields = isJson ? "g[2] AS j, [j] AS f, JSONExtract(j, 'Map(String, String)') AS m" : 'arraySlice(g, 2) AS f'
    return `SELECT toUInt64(g[1]) AS ln, ${fields} FROM (SELECT ${split('line')} AS g FROM {input})`
  }
  const number = 'toUInt64(rowNumberInAllBlocks() + {first_line:UInt64}) AS ln'
  if (shape === 'json')
    return `SELECT ${number}, line AS j, [line] AS f, JSONExtract(line, 'Map(String, String)') AS m FROM {input}`
  return `SELECT ${number}, splitByChar({delimiter:String}, line) AS f FROM {input}`
}

function compileColumns(context: LoadContext): Compiled {
  const compiled: Compiled = { stages: [], values: new Map(), reasons: [], params: {} }
  if (context.isJson) compiled.reasons.push("if(isValidJSON(j), '', ':bad-json')")
  else compiled.reasons.push(`if(length(f) = ${context.header.length}, '', ':field-count')`)
  for (const each of context.target.columns) compileColumn(context, each, compiled)
  addCommon(context, compiled)
  return compiled
}

function compileColumn(context: LoadContext, column: TargetColumn, out: Compiled): void {
  const from = context.mapping.columns[column.name]
  const raw = `raw_${column.name}`
  define(out, 0, `${from ? rawSql(context, column.name, from, out) : "''"} AS ${raw}`)
  if (column.type === 'text') {
    out.values.set(column.name, raw)
    require(column, raw, out)
    return
  }
  const plain = `plain_${column.name}`
  define(out, 1, `${plainSql(raw)} AS ${plain}`)
  require(column, plain, out)
  compileTyped(context, column, plain, out)
}

function define(out: Compiled, stage: number, alias: string): void {
  while (out.stages.length <= stage) out.stages.push([])
  out.stages[stage]?.push(alias)
}

function require(column: TargetColumn, text: string, out: Compiled): void {
  if (column.isRequired) out.reasons.push(`if(${text} = '', '${column.name}:missing', '')`)
}

function compileTyped(context: LoadContext, column: TargetColumn, plain: string, out: Compiled): void {
  if (column.type === 'time' || column.type === 'end') compileTime(column, plain, out)
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
      return String.raw`arrayFilter(x -> x != '', splitByRegexp('[、,;，；\\s"\\[\\]]+', ${plain}))`
    case 'number':
      return `toUInt32OrZero(${plain})`
    case 'flag':
      return `lower(${plain}) IN ('1', 'y', 'yes', 'true', 't', '是', '有', 'v')`
    default:
      return plain
  }
}

function compileTime(column: TargetColumn, plain: string, out: Compiled): void {
  const isEnd = column.type === 'end' || column.name === 'ends'
  const time = timeSql(column.name, plain, isEnd)
  for (const [i, aliases] of time.stages.entries()) for (const alias of aliases) define(out, 2 + i, alias)
  out.reasons.push(`if(${plain} = '' OR ${time.isValid}, '', '${column.name}:bad-time')`)
  const whenEmpty = column.type === 'end' ? openEndSql : "toDateTime64(0, 3, 'UTC')"
  define(out, 2 + time.stages.length, `if(${plain} = '', ${whenEmpty}, ${time.instant}) AS instant_${column.name}`)
  out.values.set(column.name, `instant_${column.name}`)
}

// Only the access log and some evidence say what kind of thing the identifier names; kinship, addresses and posts are persons'.
function compileSubject(context: LoadContext, column: TargetColumn, plain: string, out: Compiled): void {
  const value = `value_${column.name}`
  define(out, 2, `${subjectValueSql(plain)} AS ${value}`)
  const hasKind = column.name === 'subject' && context.target.columns.some((each) => each.name === 'subject_kind')
  if (!hasKind) {
    out.values.set(column.name, pseudonymSql("'person'", value))
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

function addCommon({ target, mapping }: LoadContext, out: Compiled): void {
  const wholeRow = `arrayStringConcat(f, '${FIELD}')`
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
  if (!context.isJson) return `replaceAll(f[${columnIndex(context.header, part)}], '${INNER_LINE}', '\\n')`
  out.params[`path_${slot}`] = part
  // Parsed once a row; numbers and lists come as their text, null as ''.
  return `m[{path_${slot}:String}]`
}

const reasonsSql = (compiled: Compiled): string => `arrayFilter(x -> x != '', [${compiled.reasons.join(', ')}])`
