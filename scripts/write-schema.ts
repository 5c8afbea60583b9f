import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describeSchema } from '../src/database/describe-schema.ts'
import { temporaryDatabase } from '../test/engines.ts'

// npm run schema: src/database/schema.sql anew, after a migration was added.
const database = await temporaryDatabase()
const file = join(resolve(import.meta.dirname, '..'), 'src/database/schema.sql')
await writeFile(file, await describeSchema(database))
await database.close()
process.stdout.write(`${file}\n`)
