import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { migrateDatabase } from '../../src/database/migrate.ts'
import { openDatabase } from '../../src/database/open.ts'
import { startEmbeddedPostgres } from '../../src/database/start-embedded.ts'
import { createLedger } from '../../src/ledger/port.ts'

// A process that appends until it is killed. One line on standard output for each event it was told is durable:
// whoever reads the line may rely on it for ever.
const folder = process.argv[2] ?? ''
const CALLERS = 32
const server = await startEmbeddedPostgres(join(folder, 'postgres'))
const database = await openDatabase({ url: server.url, unscoped: 'installation' })
await migrateDatabase(database)
const ledger = await createLedger({
  database,
  folder: join(folder, 'public'),
  keysFolder: join(folder, 'keys'),
  clock: systemClock,
  origin: 'kill.example/events',
  writer: 'test',
  log: (line) => process.stderr.write(`${line}\n`),
})

async function caller(): Promise<void> {
  for (;;) {
    const outcome = await ledger.append({
      kind: 'look',
      at: systemClock.now(),
      actor: 'wang',
      actorPost: '',
      subjectRef: 'access:1',
      reason: '',
      detail: {},
    })
    if (outcome.ok) process.stdout.write(`${outcome.value.index} ${outcome.value.eventId}\n`)
  }
}
await Promise.all(Array.from({ length: CALLERS }, caller))
