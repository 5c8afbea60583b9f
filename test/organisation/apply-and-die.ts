import { systemClock } from '../../src/base/clock.ts'
import { openDatabase } from '../../src/database/open.ts'
import { recordingDatabase } from '../../src/ledger/journal.ts'
import { openKeyStore } from '../../src/ledger/key-store.ts'
import { createOrganisation } from '../../src/organisation/create-organisation.ts'
import { personnel } from './temporary-office.ts'

/** A process that commits a personnel file and kills itself (SIGKILL) before a word of it is evidence. */
const [url = '', keysFolder = '', filePath = '', agency = ''] = process.argv.slice(2)
const database = await openDatabase({ url, unscoped: 'installation' })
const organisation = createOrganisation({
  database: recordingDatabase(database, openKeyStore(keysFolder)),
  clock: systemClock,
  pseudonym: () => '',
  stateRecords: async () => {
    process.kill(process.pid, 'SIGKILL')
    return undefined
  },
  log: () => undefined,
})
const ask = { filePath, fileName: 'staff.csv', agency, asOf: undefined }
const look = await organisation.look(ask, personnel)
if (!look.ok) throw new Error(look.error.en)
await organisation.apply({ ...ask, digest: look.value.plan.digest }, personnel)
await organisation.settle()
