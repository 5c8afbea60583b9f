import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assert } from '../base/assert.ts'
import { type DataSet, type DataSetField, type Purpose, readDataSets, readPurposes } from '../registry/port.ts'
import type { Sensitivity } from './decision.ts'
import { parseQueryFile, type QueryFile } from './query-definition.ts'

const MAX_QUERIES = 5000

/** An output column with what its field declares. A field the data set does not know is `unknown` and gets the strongest mask. */
export interface QueryColumn extends DataSetField {
  readonly name: string
  readonly field: string
}

/** One version of one query: fixed SQL, declared parameters in bind order, declared columns in output order. */
export interface CataloguedQuery extends Omit<QueryFile, 'columns'> {
  readonly columns: readonly QueryColumn[]
  readonly agency: string
  readonly connector: string
}

export interface Catalogue {
  readonly dataSets: readonly DataSet[]
  readonly purposes: readonly Purpose[]
  readonly queries: readonly CataloguedQuery[]
  /** the newest version, or exactly the one asked for */
  query(id: string, version?: number): CataloguedQuery | undefined
  dataSet(code: string): DataSet | undefined
  purpose(code: string): Purpose | undefined
}

/** Folder of the queries that come with the program. */
export const QUERY_FOLDER: string = join(import.meta.dirname, 'queries')

/**
 * Reads every query file (`*.sql`) of a folder against the registry's data sets and purposes. Throws with the file's
 * name, line and reason when one is malformed: a catalogue that is partly read would silently allow less or more.
 */
export async function loadCatalogue(folder: string = QUERY_FOLDER, registryFolder?: string): Promise<Catalogue> {
  const dataSets = await readDataSets(registryFolder)
  const purposes = await readPurposes(registryFolder)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  assert(names.length <= MAX_QUERIES, `at most ${MAX_QUERIES} queries`)
  const queries: CataloguedQuery[] = []
  for (const name of names) queries.push(await readQuery(folder, name, dataSets))
  const keys = new Set(queries.map(({ id, version }) => `${id}@${version}`))
  if (keys.size !== queries.length) throw new Error('catalogue: two files define the same query and version')
  return catalogueOf(dataSets, purposes, queries)
}

async function readQuery(folder: string, name: string, dataSets: readonly DataSet[]): Promise<CataloguedQuery> {
  const file = parseQueryFile(name, await readFile(join(folder, name), 'utf8'))
  if (!file.ok) throw new Error(`catalogue: ${name}:${file.error.line} ${file.error.reason}`)
  const query = resolveQuery(file.value, dataSets)
  if (!query) throw new Error(`catalogue: ${name}:1 unknown data set ${file.value.dataSet}`)
  return query
}

/** Joins a query with its data set's declarations; undefined when there is no such data set. */
export function resolveQuery(file: QueryFile, dataSets: readonly DataSet[]): CataloguedQuery | undefined {
  const dataSet = dataSets.find(({ code }) => code === file.dataSet)
  if (!dataSet) return undefined
  const columns = file.columns.map((column) => ({ ...(dataSet.fields[column.field] ?? UNKNOWN), ...column }))
  // A query can be declared more sensitive than its data set, never less.
  const sensitivity = Math.max(file.sensitivity, ...columns.map((column) => column.sensitivity)) as Sensitivity
  return { ...file, columns, sensitivity, agency: dataSet.agency, connector: dataSet.connector }
}

const UNKNOWN: DataSetField = {
  title: '未登記欄位',
  titleEn: 'Unregistered column',
  identifier: 'unknown',
  sensitivity: 4,
}

function catalogueOf(
  dataSets: readonly DataSet[],
  purposes: readonly Purpose[],
  queries: readonly CataloguedQuery[],
): Catalogue {
  const newestFirst = [...queries].sort((a, b) => b.version - a.version)
  return {
    dataSets,
    purposes,
    queries,
    query: (id, version) =>
      newestFirst.find((each) => each.id === id && (version === undefined || each.version === version)),
    dataSet: (code) => dataSets.find((each) => each.code === code),
    purpose: (code) => purposes.find((each) => each.code === code),
  }
}
