import { parse } from 'yaml'
import { z } from 'zod'
import { fail, ok, type Result } from '../base/result.ts'
import { isNationalId, isUnifiedNumber } from '../base/taiwan-id.ts'
import type { Sensitivity } from './decision.ts'

const MAX_QUERY_FILE_CHARACTERS = 40_000
const MAX_BIND_CHARACTERS = 200

/** How a value typed by an official must look before it is bound. */
export const parameterKinds = ['national-id', 'company-number', 'parcel-number', 'plate', 'case-number', 'day'] as const
export type ParameterKind = (typeof parameterKinds)[number]

const title = { title: z.string().min(1).max(40), titleEn: z.string().min(1).max(80) }

const head = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  version: z.number().int().min(1).max(9999),
  dataSet: z.string().min(1),
  ...title,
  sensitivity: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  rowCap: z.number().int().min(1).max(1_000_000),
  parameters: z
    .array(z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9_]{0,40}$/), ...title, kind: z.enum(parameterKinds) }))
    .max(10),
  /** asked by the gate itself for its decision; never disclosed to an official */
  internal: z.boolean().default(false),
  /** the parameter that names whom the question is about */
  subject: z.strictObject({ parameter: z.string() }).optional(),
  /** the output column that names whom each row is about */
  subjectColumn: z.strictObject({ column: z.string(), kind: z.enum(['person', 'company', 'parcel']) }).optional(),
  portfolio: z.enum(['none', 'company', 'parcel', 'area']),
  /** bound after the parameters, from the asker himself: he cannot type them */
  jurisdiction: z.array(z.enum(['account', 'agency', 'unit'])).max(3),
  columns: z
    .array(z.strictObject({ name: z.string().min(1).max(60), field: z.string().min(1) }))
    .min(1)
    .max(60),
})

export type QueryHead = z.infer<typeof head>
export interface QueryFile extends QueryHead {
  readonly sensitivity: Sensitivity
  readonly sql: string
  /** line of the file on which the SQL begins, so that findings point into the file */
  readonly sqlLine: number
  readonly path: string
}

export interface QueryFileFault {
  readonly line: number
  readonly reason: string
}

/** Splits a query file into its YAML head (between `/*---` and the closing line) and its SQL. Fails with line and reason. */
export function parseQueryFile(path: string, text: string): Result<QueryFile, QueryFileFault> {
  if (text.length > MAX_QUERY_FILE_CHARACTERS) return fail({ line: 1, reason: 'the file is too long' })
  const parts = /^\/\*---\n([\s\S]*?)\n---\*\/\n([\s\S]+)$/.exec(text)
  if (!parts) return fail({ line: 1, reason: 'no head between /*--- and ---*/' })
  const [, yaml = '', sql = ''] = parts
  const read = readYaml(yaml)
  if (!read.ok) return read
  const parsed = head.safeParse(read.value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return fail({ line: 1, reason: `head: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}` })
  }
  const fault = inconsistency(parsed.data)
  if (fault) return fail({ line: 1, reason: fault })
  return ok({ ...parsed.data, sql: sql.trim(), sqlLine: yaml.split('\n').length + 3, path })
}

function readYaml(yaml: string): Result<unknown, QueryFileFault> {
  try {
    return ok(parse(yaml))
  } catch (error) {
    const position = (error as { linePos?: readonly { line: number }[] }).linePos?.[0]?.line ?? 1
    return fail({ line: position + 1, reason: 'head: not YAML' })
  }
}

function inconsistency(query: QueryHead): string | undefined {
  const columns = query.columns.map(({ name }) => name)
  if (new Set(columns).size !== columns.length) return 'head: two columns share a name'
  if (query.internal) return undefined
  if (!columns.includes(query.subjectColumn?.column ?? '')) return 'head: subjectColumn is no output column'
  if (!query.parameters.some(({ name }) => name === query.subject?.parameter)) return 'head: subject is no parameter'
  return undefined
}

const FORMS: Readonly<Record<ParameterKind, (text: string) => boolean>> = {
  'national-id': isNationalId,
  'company-number': isUnifiedNumber,
  'parcel-number': (text) => /^[\p{Script=Han}\d-]{3,40}$/u.test(text),
  plate: (text) => /^[A-Z0-9]{2,4}-?[A-Z0-9]{2,4}$/.test(text),
  'case-number': (text) => /^[\p{Script=Han}\p{L}\d\s-]{3,40}$/u.test(text),
  day: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text),
}

/** The value as it is bound: trimmed, half-width, upper case. Fails when it has not the form its kind asks for. */
export function readBind(kind: ParameterKind, typed: string): Result<string, 'malformed'> {
  if (typed.length > MAX_BIND_CHARACTERS) return fail('malformed')
  const value = typed.normalize('NFKC').trim().toUpperCase()
  return FORMS[kind](value) ? ok(value) : fail('malformed')
}

/** The kind under which a parameter's value becomes a pseudonym: the same as in imported logs. */
export function subjectKindOf(kind: ParameterKind): 'person' | 'company' | 'parcel' | 'vehicle' | 'none' {
  if (kind === 'national-id') return 'person'
  if (kind === 'company-number') return 'company'
  if (kind === 'parcel-number') return 'parcel'
  return kind === 'plate' ? 'vehicle' : 'none'
}
