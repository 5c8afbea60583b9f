import { withConnection } from '../database/single-connection.ts'
import type { DemoExamples } from '../wire/gate-desk.ts'

type Example = DemoExamples['examples'][number]
type Agency = 'insurance' | 'police' | 'land'

const OWN_OPEN_CASE = `
  SELECT f.case_number, p.party_id FROM public.case_assignment a
  JOIN public.case_file f ON f.case_key = a.case_key AND f.closed_at = ''
  JOIN public.case_party p ON p.case_key = f.case_key
  WHERE a.account = $1 AND p.party_id ~ '^[A-Z][12]' ORDER BY f.case_number LIMIT 1`
const OWN_CLOSED_CASE = OWN_OPEN_CASE.replace("f.closed_at = ''", "f.closed_at <> ''")
const STRANGER: Readonly<Record<Agency, string>> = {
  insurance: 'SELECT national_id FROM public.member ORDER BY national_id DESC LIMIT 1',
  police: 'SELECT national_id FROM public.person ORDER BY national_id DESC LIMIT 1',
  land: 'SELECT national_id FROM public.owner ORDER BY national_id DESC LIMIT 1',
}
const OWN_COMPANY = `SELECT m.company_number FROM public.portfolio p JOIN public.member m USING (company_number)
  WHERE p.account = $1 ORDER BY 1 LIMIT 1`
const OTHER_COMPANY = `SELECT company_number FROM public.member
  WHERE company_number NOT IN (SELECT company_number FROM public.portfolio WHERE account = $1) ORDER BY 1 LIMIT 1`

const PERSON_QUERY: Readonly<Record<Agency, readonly [query: string, purpose: string]>> = {
  insurance: ['insurance-member', 'enrolment-review'],
  police: ['police-person', 'investigation'],
  land: ['land-owner', 'registration'],
}

/** Reads the sample database of an agency for looks to try: a party of an own case, a stranger, a closed case, companies. */
export async function findExamples(url: string, agency: Agency, account: string): Promise<Example[]> {
  return withConnection(url, async (client) => {
    const first = async (sql: string, ...binds: string[]): Promise<string[]> => {
      const { rows } = await client.query<string[]>({ text: sql, values: binds, rowMode: 'array' })
      return rows[0] ?? []
    }
    const [query, purpose] = PERSON_QUERY[agency]
    const stranger = (await first(STRANGER[agency]))[0] ?? ''
    const [openCase = '', party = ''] = await first(OWN_OPEN_CASE, account)
    const [closedCase = '', oldParty = ''] = await first(OWN_CLOSED_CASE, account)
    const person = (title: string, titleEn: string, caseNumber: string, value: string) => ({
      ...{ title, titleEn, query, purpose, caseNumber, value },
    })
    const company = (title: string, titleEn: string, value: string) => ({
      ...{ title, titleEn, query: 'insurance-company', purpose: 'company-care', caseNumber: '', value },
    })
    const companies =
      agency === 'insurance'
        ? [
            company('所管公司', 'A company in my charge', (await first(OWN_COMPANY, account))[0] ?? ''),
            company(
              '非所管公司（指引類型一）',
              'Somebody else’s company (the guide’s first type)',
              (await first(OTHER_COMPANY, account))[0] ?? '',
            ),
          ]
        : []
    const persons = [
      person('承辦案件的當事人', 'A party of my case', openCase, party),
      person('案件以外的人', 'A stranger to my case', openCase, stranger),
      person('已結案的當事人', 'A party of a closed case', closedCase, oldParty),
    ]
    const ofPolice =
      agency === 'police'
        ? [
            { ...person('路檢盤查', 'A stop check', '', stranger), purpose: 'stop-check' },
            {
              ...person('盤查紀錄（最高敏感）', 'Stop checks (most sensitive)', openCase, party),
              query: 'police-stops',
            },
          ]
        : []
    return [...companies, ...persons, ...ofPolice].filter(({ value }) => value !== '')
  })
}
