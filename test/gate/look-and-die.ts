import { writeSync } from 'node:fs'
import { systemClock } from '../../src/base/clock.ts'
import { ok } from '../../src/base/result.ts'
import type { Database, Queryable } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open.ts'
import { resolveQuery } from '../../src/gate/catalogue.ts'
import { discloseQuery } from '../../src/gate/disclose.ts'
import { permit, queryFile, requestFor } from '../../src/gate/gate-test.fixture.ts'
import { postgresConnector } from '../../src/gate/postgres-connector.ts'
import { registerQuery } from '../../src/gate/register-query.ts'
import { subjectTokens } from '../../src/gate/subject-token.ts'
import { recordingDatabase } from '../../src/ledger/journal.ts'
import { openKeyStore } from '../../src/ledger/key-store.ts'
import { readDataSets } from '../../src/registry/port.ts'

/*
 * A look in a process of its own, which kills itself (SIGKILL) at its n-th step: before each statement to the journal,
 * after each commit, and before each row. What it has handed out by then it has written to standard output, a byte a row.
 */
const [url = '', agencyUrl = '', keysFolder = '', step = '0'] = process.argv.slice(2)
const COMPANY = '04595257'
const SQL = 'SELECT m.national_id, m.full_name FROM gate.member AS m WHERE m.company_number = $1 ORDER BY 1'

let steps = 0
function dieAt(): void {
  steps += 1
  if (steps === Number(step)) process.kill(process.pid, 'SIGKILL')
}

function dying(database: Database): Database {
  const statements = (tx: Queryable): Queryable => ({
    query: (...given) => {
      dieAt()
      return tx.query(...given)
    },
  })
  return {
    ...database,
    transaction: async (work) => {
      const value = await database.transaction((tx) => work(statements(tx)))
      dieAt()
      return value
    },
  }
}

const plain = await openDatabase({ url, unscoped: 'installation' })
const database = recordingDatabase(dying(plain), openKeyStore(keysFolder))
const connector = postgresConnector({ url: agencyUrl })
const tokens = subjectTokens(Buffer.alloc(32, 7))
const resolved = resolveQuery(queryFile(SQL, ['national_id', 'full_name']), await readDataSets())
const registration = resolved && (await registerQuery(resolved, connector))
if (!registration?.ok) throw new Error('the query is not fit')
const disclosed = await discloseQuery(
  { database, clock: systemClock, tokens, registered: async () => ok({ query: registration.value, connector }) },
  {
    decision: permit('standard'),
    request: requestFor('members', 'insurance-company', tokens.hexOf('company', COMPANY), new Date()),
    binds: { company: COMPANY },
    receiver: { name: '李承辦', unit: '承保一科' },
  },
)
if (!disclosed.ok) throw new Error(disclosed.error)
let taken = 0
for await (const _row of disclosed.value.rows) {
  // Rows of one chunk are alike: a step at the first few of each is enough.
  if (taken % 1000 < 2) dieAt()
  writeSync(1, '.')
  taken += 1
}
await connector.close()
await plain.close()
writeSync(2, `steps ${steps}\n`)
process.exit(0)
