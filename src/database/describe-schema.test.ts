import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryDatabase } from '../../test/engines.ts'
import { describeSchema } from './describe-schema.ts'

test('an empty database and all migrations come to the schema that stands in schema.sql', async () => {
  const database = await temporaryDatabase()
  const made = await describeSchema(database)
  await database.close()
  expect(made.match(/CREATE TABLE/g)?.length).toBeGreaterThan(25)
  expect(made).toBe(await readFile(join(import.meta.dirname, 'schema.sql'), 'utf8'))
})

test('an installation that made its functions as a superuser comes to the same schema as one that never had one', async () => {
  const database = await temporaryDatabase()
  const made = await describeSchema(database)
  for (const name of ['sealed_among', 'accounts_elsewhere', 'accounts_of_others'])
    await database.upkeep.query(`ALTER FUNCTION ${name} SET shoumi.agencies = '*'`)
  expect(await describeSchema(database)).not.toBe(made)
  const script = await readFile(join(import.meta.dirname, 'migrations/070-no-superuser.sql'), 'utf8')
  await database.upkeep.transaction((tx) => tx.query(script))
  // One of them has been made anew since.
  const later = await readFile(join(import.meta.dirname, 'migrations/100-nobody-alone.sql'), 'utf8')
  const [anew = ''] = /CREATE OR REPLACE FUNCTION accounts_of_others[\s\S]*?END \$\$;/.exec(later) ?? []
  await database.upkeep.query(anew)
  expect(await describeSchema(database)).toBe(made)
  await database.close()
})
