import { randomBytes } from 'node:crypto'
import type { AgencyDatabase } from './agency-database.ts'
import { makeAgencyDatabase, urlOf } from './agency-database.ts'
import type { Asker, Decision, DecisionRequest } from './decision.ts'
import { parseQueryFile, type QueryFile } from './query-definition.ts'

export const MEMBERS = 3000

/** A small agency on the test server: tables no login may read, views the gate's login may. */
export async function smallAgency(adminUrl: string, name = 'small_agency'): Promise<AgencyDatabase & { url: string }> {
  const place = { adminUrl, name, login: `${name}_gate`, password: randomBytes(16).toString('hex') }
  await makeAgencyDatabase(place, async (client) => {
    await client.query(`
      CREATE TABLE public.member (id text PRIMARY KEY, name text NOT NULL, company text NOT NULL, salary integer NOT NULL);
      INSERT INTO public.member SELECT 'A1' || lpad((20000000 + i)::text, 8, '0'), '王大' || chr(19968 + i % 500),
        '04595257', 20000 + i FROM generate_series(1, ${MEMBERS}) AS i;
      CREATE TABLE public.counter (n bigint);
      CREATE SEQUENCE public.numbers;
      CREATE VIEW gate.member AS SELECT company AS company_number, id AS national_id, name AS full_name,
        '115/01/01'::text AS insured_since, salary AS insured_salary FROM public.member;
    `)
  })
  return { ...place, url: urlOf(place, 'gate') }
}

/** A query file as text, so that a test can change one thing. */
export function queryText(sql: string, columns: readonly string[], rowCap = 5000): string {
  const fields = columns.map((each) => {
    const [name = '', field = `gate.member.${name}`] = each.split('=')
    return `  - { name: ${name}, field: ${field} }`
  })
  return `/*---
id: members
version: 1
dataSet: insurance-company
title: 測試
titleEn: Test
sensitivity: 2
rowCap: ${rowCap}
parameters:
  - { name: company, title: 統一編號, titleEn: Company number, kind: company-number }
subject: { parameter: company }
subjectColumn: { column: ${columns[0]?.split('=')[0] ?? ''}, kind: person }
portfolio: none
jurisdiction: []
columns:
${fields.join('\n')}
---*/
${sql}
`
}

export function queryFile(sql: string, columns: readonly string[], rowCap?: number): QueryFile {
  const parsed = parseQueryFile('members.v1.sql', queryText(sql, columns, rowCap))
  if (!parsed.ok) throw new Error(`${parsed.error.line} ${parsed.error.reason}`)
  return parsed.value
}

export const ASKER: Asker = {
  account: 'officer',
  agency: 'insurance',
  unit: '承保一科',
  post: '承保一科 辦事員',
  roles: ['officer'],
  portfolio: [],
  isOnDuty: true,
}

export function permit(level: 'full' | 'standard' | 'strong'): Decision {
  return {
    outcome: 'permit',
    reasons: { code: 'fit', all: ['fit'], forPerson: { zh: '測試', en: 'test' }, forAuditor: 'test' },
    policies: ['test'],
    policyVersion: 'test',
    obligations: [{ type: 'mask', level }],
  }
}

export function requestFor(query: string, dataSet: string, subjectToken: string, at: Date): DecisionRequest {
  return {
    asker: ASKER,
    act: 'query',
    resource: { agency: 'insurance', dataSet, query, version: 1, sensitivity: 3, subjectToken, rows: 1_000_000 },
    purpose: 'company-care',
    at,
    subjectsToday: 0,
  }
}
