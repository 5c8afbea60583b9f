import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type PolicyJson,
  policySetTextToParts,
  policyToJson,
  preparsePolicySet,
  preparseSchema,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs'
import { assert } from '../base/assert.ts'
import { type PolicyNotes, readNotes, STAGES, type Stage } from './policy-notes.ts'

const MAX_POLICIES = 20_000
const COMMON = 'common.cedar'
const SCHEMA = 'gate.cedarschema'

/** Folder of the policies that come with the program: one file per data set, and what all have in common. */
export const POLICY_FOLDER: string = join(import.meta.dirname, 'policies')

export interface PolicyText {
  readonly id: string
  readonly text: string
}

/** The policies one data set is decided by, prepared in the engine under a name of their own. */
export interface PolicySet {
  readonly name: string
  readonly texts: readonly string[]
  readonly notes: ReadonlyMap<string, PolicyNotes>
  /** stages some policy opens; at the others the answer is no */
  readonly opens: ReadonlySet<Stage>
  /** stages whose forbids are all forbids of `see-now` under the same condition: its answer says which of them hold */
  readonly follows: ReadonlySet<Stage>
}

/** All policies of one moment. A change makes a new book; whoever decides swaps the whole book. */
export interface PolicyBook {
  /** SHA-256 over every policy and the schema, 16 hex digits: what a decision is re-run with */
  readonly version: string
  readonly schema: string
  readonly set: (dataSet: string) => PolicySet | undefined
  readonly dataSets: readonly string[]
  readonly policies: readonly PolicyText[]
}

/** The texts of a policy folder: schema, common policies, and one file per data set. */
export interface PolicyFiles {
  readonly schema: string
  readonly common: string
  readonly dataSets: ReadonlyMap<string, string>
}

/** Reads and prepares the policies of a folder. Throws with file and reason: half a set would silently allow more. */
export const loadPolicies = async (folder?: string): Promise<PolicyBook> => bindPolicies(await readPolicyFiles(folder))

/** The texts of a policy folder, unchecked. */
export async function readPolicyFiles(folder: string = POLICY_FOLDER): Promise<PolicyFiles> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cedar') && name !== COMMON).sort()
  const dataSets = new Map<string, string>()
  for (const name of names) dataSets.set(name.slice(0, -'.cedar'.length), await readFile(join(folder, name), 'utf8'))
  return {
    schema: await readFile(join(folder, SCHEMA), 'utf8'),
    common: await readFile(join(folder, COMMON), 'utf8'),
    dataSets,
  }
}

/**
 * Checks every policy against the schema and its own annotations and prepares one small set per data set: the engine
 * walks a set from end to end, so a set of a thousand would cost thirty times a slice of it. Throws with the reason.
 */
export function bindPolicies(files: PolicyFiles): PolicyBook {
  const common = readPolicies(COMMON, files.common)
  const perDataSet = [...files.dataSets].map(
    ([dataSet, text]) => [dataSet, [...common, ...readPolicies(`${dataSet}.cedar`, text)]] as const,
  )
  const version = versionOf(files)
  const schemaName = `schema@${version}`
  expectSuccess('schema', preparseSchema(schemaName, files.schema))
  const sets = new Map(perDataSet.map(([dataSet, policies]) => [dataSet, prepare(dataSet, policies, files, version)]))
  const all = [...common, ...perDataSet.flatMap(([, policies]) => policies.slice(common.length))]
  assert(all.length <= MAX_POLICIES, `at most ${MAX_POLICIES} policies`)
  return {
    version,
    schema: schemaName,
    set: (dataSet) => sets.get(dataSet),
    dataSets: [...sets.keys()],
    policies: all.map(({ notes, text }) => ({ id: notes.id, text })),
  }
}

interface ReadPolicy {
  readonly notes: PolicyNotes
  readonly text: string
}

function readPolicies(file: string, text: string): readonly ReadPolicy[] {
  const parts = policySetTextToParts(text)
  if (parts.type === 'failure') throw new Error(`policies: ${file}: ${messages(parts.errors)}`)
  if (parts.policy_templates.length > 0) throw new Error(`policies: ${file}: templates are not used here`)
  return parts.policies.map((policy) => ({ notes: notesOf(file, jsonOf(file, policy)), text: policy }))
}

function jsonOf(file: string, policy: string): PolicyJson {
  const answer = policyToJson(policy)
  if (answer.type === 'failure') throw new Error(`policies: ${file}: ${messages(answer.errors)}`)
  return answer.json
}

function notesOf(file: string, policy: PolicyJson): PolicyNotes {
  const notes = readNotes(policy)
  if (!notes.ok) throw new Error(`policies: ${file}: ${policy.annotations?.['id'] ?? '?'}: ${notes.error}`)
  return notes.value
}

function prepare(dataSet: string, policies: readonly ReadPolicy[], files: PolicyFiles, version: string): PolicySet {
  const byId = Object.fromEntries(policies.map(({ notes, text }) => [notes.id, text]))
  if (Object.keys(byId).length !== policies.length) throw new Error(`policies: ${dataSet}: two policies share an id`)
  const checked = validate({ schema: files.schema, policies: { staticPolicies: byId } })
  expectSuccess(dataSet, checked)
  if (checked.type === 'success' && checked.validationErrors.length > 0) {
    const faults = checked.validationErrors.map(({ policyId, error }) => `${policyId}: ${error.message}`)
    throw new Error(`policies: ${dataSet}: ${faults.join('; ')}`)
  }
  // A name of its own for every version: replacing a set under its name would change decisions half-way.
  const name = `${dataSet}@${version}`
  expectSuccess(dataSet, preparsePolicySet(name, { staticPolicies: byId }))
  const notes = policies.map((policy) => policy.notes)
  const texts = policies.map(({ text }) => text)
  return { name, texts, notes: new Map(notes.map((each) => [each.id, each])), ...stagesOf(notes) }
}

function stagesOf(notes: readonly PolicyNotes[]): Pick<PolicySet, 'opens' | 'follows'> {
  const isFollower = (stage: Stage) =>
    notes
      .filter(({ effect, stages }) => effect === 'forbid' && stages.includes(stage))
      .every(({ stages, asksStage }) => stages.includes('see-now') && !asksStage)
  return {
    opens: new Set(notes.flatMap(({ effect, stages }) => (effect === 'permit' ? stages : []))),
    follows: new Set(STAGES.filter(isFollower)),
  }
}

function expectSuccess(what: string, answer: { type: string; errors?: readonly { message: string }[] }): void {
  if (answer.type !== 'success') throw new Error(`policies: ${what}: ${messages(answer.errors ?? [])}`)
}

const messages = (errors: readonly { readonly message: string }[]): string =>
  errors.map(({ message }) => message).join('; ')

function versionOf(files: PolicyFiles): string {
  const hash = createHash('sha256')
  for (const text of [files.schema, files.common, ...[...files.dataSets].flat()])
    hash.update(`${Buffer.byteLength(text)}:${text}`)
  return hash.digest('hex').slice(0, 16)
}
