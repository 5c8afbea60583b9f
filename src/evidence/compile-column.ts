import type { MappingColumn } from '../wire/import.ts'
import { FORM, isOpenEndSql, timeSql, UNKNOWN } from './careful-time.ts'
import { columnPlaces } from './column-places.ts'
import { compileSubject } from './compile-subject.ts'
import { type Compiled, define, type LoadContext } from './compiled.ts'
import {
  addressValueSql,
  caseKeySql,
  cleanSql,
  countSql,
  hasLostDigitsSql,
  namedSql,
  officerSql,
  openEndSql,
  plainSql,
  pseudonymSql,
  repeatedSql,
  type TimeSql,
} from './sql-values.ts'
import { INNER_LINE } from './staged-chunk.ts'
import { strictTimeSql } from './strict-time.ts'
import type { TargetColumn } from './target.ts'
import { windowSql } from './time-window.ts'

/** Adds one column of the target: its value, what must hold for it, and what is told of it. */
export function compileColumn(context: LoadContext, column: TargetColumn, out: Compiled): void {
  const from = context.mapping.columns[column.name]
  const raw = `raw_${column.name}`
  define(out, 0, `${from ? rawSql(context, column, from, out) : "''"} AS ${raw}`)
  if (column.type === 'text') {
    out.values.set(column.name, raw)
    requireSome(context, column, raw, out)
    return
  }
  requireWhole(column, raw, out)
  if (column.type === 'time' || column.type === 'end') compileTime(context, column, out)
  else if (column.type === 'subject') compileSubject(context, column, out)
  else compileWord(context, column, out)
}

// A broken character in a text is seen by who reads it; in what is joined by its value it would be another value. Only
// records that were walked one by one can hold one.
function requireWhole({ name }: TargetColumn, raw: string, out: Compiled): void {
  if (out.shape === 'numbered')
    out.conditions.push({ holds: `position(${raw}, '\ufffd') = 0`, reason: `${name}:broken-character` })
}

/** A required column must hold something. */
function requireSome({ isStated }: LoadContext, column: TargetColumn, text: string, out: Compiled): void {
  const mayBeEmpty = isStated && column.type === 'word'
  if (column.isRequired && !mayBeEmpty)
    out.conditions.push({ holds: `${text} != ''`, reason: `${column.name}:missing` })
}

/** Types in which a value may stand for nothing. */
const NAMING = new Set<TargetColumn['type']>(['officer', 'case', 'address', 'number'])

function compileWord(context: LoadContext, column: TargetColumn, out: Compiled): void {
  const { name, type } = column
  const [raw, plain] = [`raw_${name}`, `plain_${name}`]
  // Every row may live at another address; all other columns repeat their values.
  const clean = type === 'address' ? plainSql(raw) : cleanSql(repeatedSql(raw))
  const isMapped = context.mapping.columns[name] !== undefined
  define(out, 1, `${isMapped ? (NAMING.has(type) ? namedSql(clean) : clean) : "''"} AS ${plain}`)
  requireSome(context, column, plain, out)
  if (!isMapped) {
    setEmpty(column, out)
    return
  }
  if (type === 'officer' || type === 'case')
    out.conditions.push({ holds: `NOT ${hasLostDigitsSql(plain)}`, reason: `${name}:lost-digits` })
  if (type === 'number')
    out.conditions.push({ holds: `(${plain} = '' OR ${countSql(plain).isValid})`, reason: `${name}:bad-number` })
  out.values.set(name, valueSql(column, plain))
  if (type === 'case') out.values.set(name.replace(/_no$/, '_key'), caseKeySql(plain))
}

// A column the file does not fill needs no reading: that of a constant takes the engine as long as that of a file.
function setEmpty({ name, type }: TargetColumn, out: Compiled): void {
  const empty: Partial<Record<TargetColumn['type'], string>> = {
    address: "toFixedString('', 16)",
    list: "CAST([], 'Array(String)')",
    number: 'toUInt32(0)',
    flag: 'false',
  }
  out.values.set(name, empty[type] ?? "''")
  if (type === 'case') out.values.set(name.replace(/_no$/, '_key'), "''")
}

const COVERED = '[*●○◯■□×]'

function valueSql({ name, type }: TargetColumn, plain: string): string {
  switch (type) {
    case 'officer':
      return officerSql(plain)
    case 'address': {
      // Two addresses under one cover are not one.
      const own = `concat({import_id:String}, ':', toString(ln), ':${name}')`
      const value = addressValueSql(plain)
      return pseudonymSql("'address'", `if(match(${plain}, '${COVERED}'), ${own}, ${value})`)
    }
    case 'case':
      return `raw_${name}`
    case 'list':
      return String.raw`arrayFilter(x -> x != '', splitByChar(',', toString(replaceRegexpAll(${plain}, '[、,;，；\\s"\\[\\]]+', ','))))`
    case 'number':
      return countSql(plain).value
    case 'flag':
      return `lower(${plain}) IN ('1', 'y', 'yes', 'true', 't', '是', '有', 'v')`
    default:
      return plain
  }
}

function compileTime(context: LoadContext, column: TargetColumn, out: Compiled): void {
  const { name } = column
  const whenEmpty = column.type === 'end' ? openEndSql : "toDateTime64(0, 3, 'UTC')"
  out.values.set(name, `instant_${name}`)
  const plain = `plain_${name}`
  const from = context.mapping.columns[name]
  if (!from) {
    define(out, 1, `'' AS ${plain}`)
    requireSome(context, column, plain, out)
    define(out, 2, `${whenEmpty} AS instant_${name}`)
    return
  }
  const as = { isEnd: column.type === 'end' || name === 'ends', isJoined: (from.join?.length ?? 0) > 1 }
  const time = out.mode === 'strict' ? strict(name, out, as) : careful(context, column, out, as)
  requireSome(context, column, plain, out)
  out.conditions.push({ holds: `(${plain} = '' OR ${time.isValid})`, reason: `${name}:bad-time` })
  define(out, 4 + time.stages.length, `if(${plain} = '', ${whenEmpty}, ${time.instant}) AS instant_${name}`)
  const isInside = context.isStated ? '1' : windowSql(context, column, `instant_${name}`)
  const holds = `(${plain} = '' OR NOT ${time.isValid} OR ${isInside})`
  if (isInside !== '1') out.conditions.push({ holds, reason: `${name}:out-of-window` })
  const place = out.marks.length * FORM.bits
  out.marks.push(`if(${plain} = '', 0, bitShiftLeft(${time.form}, ${place}))`)
}

interface TimeUse {
  readonly isEnd: boolean
  readonly isJoined: boolean
}

function strict(name: string, out: Compiled, { isEnd, isJoined }: TimeUse): TimeSql {
  const plain = `plain_${name}`
  define(out, 1, `trimBoth(raw_${name}) AS ${plain}`)
  const time = strictTimeSql(name, plain, isEnd, isJoined)
  defineStages(out, 2, time.stages)
  out.strict.push(`(${plain} = '' OR ${time.isValid})`)
  return time
}

function careful(context: LoadContext, column: TargetColumn, out: Compiled, as: TimeUse): TimeSql {
  const { name } = column
  const plain = `plain_${name}`
  const reading = out.readings.get(name) ?? UNKNOWN
  const time = timeSql(name, plain, { ...as, reading, thisYear: context.now.getUTCFullYear() })
  define(out, 1, `${namedSql(cleanSql(`raw_${name}`))} AS clean_${name}`)
  const clean = `clean_${name}`
  define(out, 2, `${column.type === 'end' ? `if(${isOpenEndSql(clean)}, '', ${clean})` : clean} AS ${plain}`)
  defineStages(out, 3, time.stages)
  define(out, 3 + time.stages.length, `if(${plain} = '', 0, ${time.doubt}) AS doubt_${name}`)
  const profile = [time.clockDigits, time.isNoHourMinute, time.firstNumber, time.secondNumber, `toUInt8(${time.form})`]
  out.doubts.push({ column: name, profile: profile.join(', ') })
  return time
}

function defineStages(out: Compiled, from: number, stages: TimeSql['stages']): void {
  for (const [i, aliases] of stages.entries()) for (const alias of aliases) define(out, from + i, alias)
}

function rawSql(context: LoadContext, { name, type }: TargetColumn, from: MappingColumn, out: Compiled): string {
  const parts = from.join ?? (from.from === undefined ? [] : [from.from])
  const texts = parts.map((part, i) => fieldSql(context, `${name}_${i}`, part, out))
  const joined =
    texts.length === 0
      ? constantSql(name, from.value ?? '', out)
      : texts.length === 1
        ? (texts[0] ?? "''")
        : joinSql(texts, type === 'time' || type === 'end')
  if (!from.words) return joined
  out.params[`from_${name}`] = Object.keys(from.words)
  out.params[`to_${name}`] = Object.values(from.words)
  return `transform(trimBoth(${joined}), {from_${name}:Array(String)}, {to_${name}:Array(String)}, ${joined})`
}

// A time whose day is missing is no time; without the sign 10:11:12 could be read as a day.
function joinSql(texts: readonly string[], isTime: boolean): string {
  const joined = `concat(${texts.join(", ' ', ")})`
  if (!isTime) return joined
  return `if(trimBoth(${texts[0] ?? "''"}) = '' AND trimBoth(${joined}) != '', concat('? ', ${joined}), ${joined})`
}

function constantSql(name: string, value: string, out: Compiled): string {
  out.params[`value_${name}`] = value
  return `{value_${name}:String}`
}

function fieldSql(context: LoadContext, slot: string, part: string, out: Compiled): string {
  if (!context.isJson) {
    const field = `f[${columnPlaces(context.header, part)[0] ?? 0}]`
    // Only records that were walked one by one can hold a line end.
    return out.shape === 'numbered' ? `replaceAll(${field}, '${INNER_LINE}', '\\n')` : field
  }
  out.params[`path_${slot}`] = part
  // Parsed once a row; numbers and lists come as their text, null as ''.
  return `m[{path_${slot}:String}]`
}
