import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { assert } from '../base/assert.ts'

/** What a column's value identifies: decides which mask covers it. `unknown` gets the strongest. */
export const identifierKinds = [
  'national-id',
  'person-name',
  'company-number',
  'birth-date',
  'phone',
  'address',
  'plate',
  'parcel-number',
  'amount',
  'plain',
  'unknown',
] as const
export type IdentifierKind = (typeof identifierKinds)[number]

const sensitivity = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])

const field = z.strictObject({
  title: z.string().min(1).max(40),
  titleEn: z.string().min(1).max(80),
  identifier: z.enum(identifierKinds),
  sensitivity,
})

const dataSet = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  agency: z.string().min(1),
  connector: z.string().min(1),
  title: z.string().min(1).max(40),
  titleEn: z.string().min(1).max(80),
  sensitivity,
  /** what a record is about; the pseudonym of a subject is keyed by it */
  subject: z.enum(['person', 'company', 'parcel']),
  /** divided by portfolio: which key a post must hold, e.g. `company:` + number */
  portfolio: z.enum(['none', 'company', 'parcel', 'area']),
  /** every column a query of this data set may show, `schema.view.column` */
  fields: z.record(z.string().regex(/^[a-z_]+\.[a-z_]+\.[a-z_0-9]+$/), field),
})

const purpose = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  title: z.string().min(1).max(40),
  titleEn: z.string().min(1).max(80),
  /** told to the person the record is about: why his data was looked at */
  sentence: z.string().min(1).max(200),
  sentenceEn: z.string().min(1).max(300),
  /** id of a law in the registry; '' where the office has not stated one yet */
  legalBasis: z.string().max(80),
  needsCase: z.boolean(),
  agencies: z.array(z.string()).min(1),
})

export type DataSetField = z.infer<typeof field>
export type DataSet = z.infer<typeof dataSet>
export type Purpose = z.infer<typeof purpose>

/** Reads data-sets.yaml of a folder. Throws on a malformed one: it is part of the program. */
export async function readDataSets(folder: string = import.meta.dirname): Promise<readonly DataSet[]> {
  const { dataSets } = z
    .strictObject({ dataSets: z.array(dataSet) })
    .parse(parse(await readFile(join(folder, 'data-sets.yaml'), 'utf8')))
  assert(new Set(dataSets.map(({ code }) => code)).size === dataSets.length, 'each data set has a code of its own')
  return dataSets
}

/** Reads purposes.yaml of a folder. Throws on a malformed one. */
export async function readPurposes(folder: string = import.meta.dirname): Promise<readonly Purpose[]> {
  const { purposes } = z
    .strictObject({ purposes: z.array(purpose) })
    .parse(parse(await readFile(join(folder, 'purposes.yaml'), 'utf8')))
  assert(new Set(purposes.map(({ code }) => code)).size === purposes.length, 'each purpose has a code of its own')
  return purposes
}
