import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { fail, ok, type Result } from '../base/result.ts'
import { EVIDENCE_KINDS } from '../evidence/port.ts'
import { type PurposeClaim, purposeClaim, type Rule, rule, STRONG } from './rule.ts'

const FOLDER = join(import.meta.dirname, 'rules')
const QUERIES = join(import.meta.dirname, 'queries')
const FILES = ['templates.yaml', 'contradictions.yaml', 'flags.yaml'] as const

/** The rules in force together: in the order they are evaluated, with the queries some name, and a version. */
export interface RuleSet {
  readonly rules: readonly Rule[]
  readonly claims: readonly PurposeClaim[]
  readonly queries: ReadonlyMap<string, string>
  /** first 12 hex digits of the SHA-256 over every file: any change of a rule is another version */
  readonly version: string
}

/** Loads the built-in rules. A failure lists every mistake with its file and rule. */
export async function loadRuleSet(): Promise<Result<RuleSet, readonly string[]>> {
  const texts = await Promise.all([...FILES, 'purposes.yaml'].map((name) => readFile(join(FOLDER, name), 'utf8')))
  const errors: string[] = []
  const rules = FILES.flatMap((name, i) => readRules(name, texts[i] ?? '', errors))
  const claims = z.array(purposeClaim).safeParse(parse(texts.at(-1) ?? ''))
  if (!claims.success) errors.push(`purposes.yaml: ${claims.error.issues.map((issue) => issue.message).join('; ')}`)
  errors.push(...crossCheck(rules))
  const names = [...new Set(rules.flatMap((each) => each.query ?? []))].sort()
  const queries = new Map<string, string>()
  for (const name of names) {
    const text = await readFile(join(QUERIES, name), 'utf8').catch(() => undefined)
    if (text === undefined) errors.push(`${name}: no such query`)
    else queries.set(name, text)
  }
  if (errors.length > 0 || !claims.success) return fail(errors)
  const hash = createHash('sha256')
  for (const text of [...texts, ...queries.values()]) hash.update(text).update('\0')
  return ok({ rules, claims: claims.data, queries, version: hash.digest('hex').slice(0, 12) })
}

/** Parses one file's rules, adding each mistake to `errors` in words that name file, rule and field. */
export function readRules(name: string, text: string, errors: string[]): Rule[] {
  const entries: unknown = parse(text)
  if (!Array.isArray(entries)) {
    errors.push(`${name}: not a list of rules`)
    return []
  }
  return entries.flatMap((entry: unknown, i) => {
    const parsed = rule.safeParse(entry)
    if (parsed.success) return [parsed.data]
    const id = (entry as { id?: string } | null)?.id ?? `#${i + 1}`
    errors.push(...parsed.error.issues.map((issue) => `${name}: ${id}: ${issue.path.join('.')} ${issue.message}`))
    return []
  })
}

/** What one rule alone cannot show: unknown tables and columns, ids used twice, names of rules that do not exist or come later. */
export function crossCheck(rules: readonly Rule[]): string[] {
  const errors: string[] = []
  const seen = new Set<string>()
  for (const each of rules) {
    if (seen.has(each.id)) errors.push(`${each.id}: id used twice`)
    for (const other of each.unless) {
      const named = rules.find((known) => known.id === other)
      if (other !== 'strong' && !named) errors.push(`${each.id}: unless names no rule ${other}`)
      // What strong evidence sets aside is not looked for where there is some: it could not be found there.
      if (named?.unless.includes('strong') && !each.unless.includes('strong'))
        errors.push(
          `${each.id}: unless names ${other}, which is not looked for beside strong evidence; name strong too`,
        )
    }
    if (each.strength >= STRONG && each.unless.length > 0)
      errors.push(`${each.id}: a template of strength ${STRONG} or more is set aside by nothing`)
    errors.push(...checkPath(each))
    seen.add(each.id)
  }
  return errors
}

const ACCESS_COLUMNS = new Set([
  'access_id',
  'at',
  'agency',
  'system',
  'officer',
  'terminal',
  'action',
  'query_kind',
  'subject_kind',
  'subject',
  'purpose',
  'case_no',
  'case_key',
  'unit',
  'title',
  'duty',
  'person',
  'claim',
])
const COMMON = ['evidence_id', 'agency', 'recorded_at', 'recorded_by', 'known_at']

function checkPath(each: Rule): string[] {
  const known = new Map<string, ReadonlySet<string>>([['a', ACCESS_COLUMNS]])
  const errors: string[] = []
  const check = (alias: string, column: string) => {
    if (!known.get(alias)?.has(column)) errors.push(`${each.id}: no column ${alias}.${column}`)
  }
  for (const step of each.path) {
    const columns = columnsOf(step.table)
    if (!columns) {
      errors.push(`${each.id}: no evidence kind ${step.table}`)
      continue
    }
    for (const reference of Object.values(step.on)) check(reference.charAt(0), reference.slice(2))
    known.set(step.as, columns)
    const used = [
      ...Object.keys(step.on),
      ...(step.within ?? []),
      step.near?.column,
      ...(step.where ?? []).map((where) => where.column),
    ]
    for (const column of used) if (column !== undefined) check(step.as, column)
    for (const where of step.where ?? [])
      for (const reference of [where.equals, where.differs, where.oneEditFrom])
        if (reference) check(reference.charAt(0), reference.slice(2))
  }
  for (const reference of each.selfMade) check(reference.charAt(0), reference.slice(2))
  for (const [, alias = '', column = ''] of each.sentence.matchAll(/\{(\w)\.(\w+)\}/g)) check(alias, column)
  return errors
}

function columnsOf(table: string): ReadonlySet<string> | undefined {
  if (!Object.hasOwn(EVIDENCE_KINDS, table)) return undefined
  const spec = EVIDENCE_KINDS[table as keyof typeof EVIDENCE_KINDS]
  const own = spec.columns.flatMap((column) =>
    column.type === 'case' ? [column.name, column.name.replace(/_no$/, '_key')] : [column.name],
  )
  return new Set([...own, ...COMMON, ...(table === 'approval' ? ['counted_at'] : [])])
}
