import { assert } from '../base/assert.ts'
import type { MonthRun } from './evaluate-month.ts'
import type { HitCode } from './hit-code.ts'
import { keySql } from './join-key.ts'
import { dayOf, monthSpan } from './month-span.ts'
import { fillWorkTable, workEngine } from './work-tables.ts'

export interface PreparedMonth {
  readonly accesses: number
  readonly engine: string
}

/**
 * `work_access`: the month's accesses, numbered (n), with the official's post at the time, what the purpose claims, and
 * the access's side of every key the statements join on. `work_hit`: empty.
 */
export async function prepareAccesses(
  { analytics, ruleSet, tableOf, maxInMemory }: MonthRun,
  month: number,
  keys: ReadonlyMap<string, readonly string[]>,
  code: HitCode,
): Promise<PreparedMonth> {
  const [counted] = await analytics.rows<{ n: string }>(
    'SELECT count() AS n FROM access WHERE toYYYYMM(at) = {month:UInt32}',
    { params: { month } },
  )
  const engine = workEngine(Number(counted?.n), maxInMemory)
  const params: Record<string, string | number | readonly string[]> = { month }
  const claims = ruleSet.claims.map(({ claim, words }, i) => {
    params[`words_${i}`] = words
    params[`claim_${i}`] = claim
    return `multiSearchAny(a.purpose, {words_${i}:Array(String)}), {claim_${i}:String}`
  })
  const prepared = [...keys].map(([name, references]) => `${keySql(references)} AS ${name}`)
  // Numbered outside: what stands inside may run on several machines. Purposes repeat: each is searched once.
  await fillWorkTable(analytics, {
    name: 'work_access',
    engine,
    params,
    select: `SELECT toUInt32(rowNumberInAllBlocks()) AS n, a.*, toLowCardinality(multiIf(${claims.join(', ')}, 'other')) AS claim${prepared.map((key) => `, ${key}`).join('')}
     FROM (SELECT ${ACCESS.map((column) => `access.${column} AS ${column}`).join(', ')}, toLowCardinality(access.purpose) AS purpose,
         ${dayOf('access.at', monthSpan(month))} AS day,
         post.unit AS unit, post.title AS title, post.duty AS duty, post.person AS person
       FROM access ASOF LEFT JOIN ${tableOf('post')} AS post ON post.officer = access.officer AND access.at >= post.valid_from
       WHERE toYYYYMM(access.at) = {month:UInt32}) AS a`,
  })
  const [numbered] = await analytics.rows<{ rows: string; last: string }>(
    'SELECT count() AS rows, toUInt64(max(n)) + 1 AS last FROM work_access',
  )
  assert(numbered?.rows === numbered?.last || numbered?.rows === '0', 'every access has a number of its own')
  await analytics.command('DROP TABLE IF EXISTS work_hit SYNC')
  await analytics.command(
    `CREATE TABLE work_hit (n UInt32, bits ${code.setType}, strong Bool, hits Array(String)) ENGINE = ${engine}`,
  )
  return { accesses: Number(numbered?.rows), engine }
}

const ACCESS = [
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
  'case_no',
  'case_key',
  'fields',
  'source_id',
]
