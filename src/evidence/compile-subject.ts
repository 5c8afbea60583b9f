import { subjectKindSql, subjectTidySql, subjectValueSql } from '../base/subject-value.ts'
import { type Compiled, define, type LoadContext, SUBJECT_MARK_BITS, SUBJECT_MARKS_AT } from './compiled.ts'
import { cleanSql, hasLostDigitsSql, namedSql, plainSql, pseudonymSql } from './sql-values.ts'
import { checkedNumberSql, isTidySubjectSql, oddSql, tidyKindSql } from './subject-sql.ts'
import type { TargetColumn } from './target.ts'

/** Adds a subject: kind, pseudonym, and what is odd about the identifier it is made from. */
export function compileSubject(context: LoadContext, column: TargetColumn, out: Compiled): void {
  const { name } = column
  if (context.isStated) {
    compilePseudonym(column, out)
    return
  }
  if (!context.mapping.columns[name]) {
    if (column.isRequired) out.conditions.push({ holds: '0', reason: `${name}:missing` })
    out.values.set(name, "toFixedString('', 16)")
    if (context.target.columns.some((each) => each.name === 'subject_kind')) out.values.set('subject_kind', "'none'")
    out.subjects.push('0')
    return
  }
  const value = defineValue(column, out)
  if (column.isRequired) out.conditions.push({ holds: `${value} != ''`, reason: `${name}:missing` })
  const form = `looks_${name}`
  define(out, 4, `${out.mode === 'strict' ? tidyKindSql(value) : subjectKindSql(value)} AS ${form}`)
  // Only the access log and some evidence say what kind of thing the identifier names; the others' are persons'.
  const hasKind = name === 'subject' && context.target.columns.some((each) => each.name === 'subject_kind')
  const isMapped = context.mapping.columns['subject_kind'] !== undefined
  const stated = isMapped
    ? `multiIf(${form} IN ('none', 'masked'), ${form}, plain_subject_kind = '', ${form}, plain_subject_kind)`
    : form
  const kind = `kind_${name}`
  define(out, 5, `${hasKind ? stated : `if(${form} = 'masked', 'masked', '${column.names ?? 'person'}')`} AS ${kind}`)
  // A mask says nothing about whom it covers, so no two are one.
  const own = `if(${form} = 'masked', concat({import_id:String}, ':', toString(ln), ':${name}'), ${value})`
  define(out, 5, `${out.mode === 'strict' ? value : own} AS own_${name}`)
  if (hasKind) out.values.set('subject_kind', kind)
  out.values.set(name, pseudonymSql(kind, `own_${name}`))
  define(out, 4, `${checkedNumberSql(value)} AS number_${name}`)
  mark(column, out, oddSql(value, kind, form, `number_${name}`))
}

function defineValue({ name }: TargetColumn, out: Compiled): string {
  const [raw, plain, value] = [`raw_${name}`, `plain_${name}`, `value_${name}`]
  if (out.mode === 'strict') {
    out.strict.push(isTidySubjectSql(raw))
    define(out, 1, `${raw} AS ${plain}`)
    define(out, 3, `${plain} AS ${value}`)
    return value
  }
  define(out, 1, `${namedSql(cleanSql(raw))} AS ${plain}`)
  define(out, 2, `${subjectTidySql(plain)} AS tidy_${name}`)
  define(out, 3, `${subjectValueSql(`tidy_${name}`)} AS ${value}`)
  out.conditions.push({ holds: `NOT ${hasLostDigitsSql(plain)}`, reason: `${name}:lost-digits` })
  return value
}

function mark({ name }: TargetColumn, out: Compiled, odd: string): void {
  const place = SUBJECT_MARKS_AT + out.subjects.length * SUBJECT_MARK_BITS
  define(out, 6, `${odd} AS odd_${name}`)
  out.subjects.push(`bitShiftLeft(odd_${name}, ${place})`)
}

function compilePseudonym(column: TargetColumn, out: Compiled): void {
  const { name } = column
  const plain = `plain_${name}`
  define(out, 1, `${plainSql(`raw_${name}`)} AS ${plain}`)
  if (column.isRequired) out.conditions.push({ holds: `${plain} != ''`, reason: `${name}:missing` })
  out.conditions.push({ holds: `match(${plain}, '^([0-9a-f]{32})?$')`, reason: `${name}:bad-pseudonym` })
  out.values.set(name, `toFixedString(substring(unhex(${plain}), 1, 16), 16)`)
}
