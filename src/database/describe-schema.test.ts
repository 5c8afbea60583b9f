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
