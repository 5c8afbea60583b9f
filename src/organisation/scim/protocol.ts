import SCIMMY from 'scimmy'
import { z } from 'zod'
import { ok, type Result } from '../../base/result.ts'
import { readPatch } from './read-patch.ts'

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** An error as RFC 7644 §3.12 tells it. */
export interface ScimFailure {
  readonly status: 400 | 403 | 404 | 409
  readonly scimType?:
    | 'invalidFilter'
    | 'uniqueness'
    | 'mutability'
    | 'invalidSyntax'
    | 'invalidPath'
    | 'noTarget'
    | 'invalidValue'
  readonly detail: string
}

interface Refused {
  readonly ok: false
  readonly error: ScimFailure
}
export const refuse = (scimType: ScimFailure['scimType'], detail: string): Refused => ({
  ok: false,
  error: { status: scimType === 'uniqueness' ? 409 : 400, ...(scimType && { scimType }), detail },
})
export const NOT_FOUND: Refused = { ok: false, error: { status: 404, detail: 'There is no such resource' } }

/** The body of an error; `status` as text, as the RFC wants it. */
export const scimError = ({ status, scimType, detail }: { status: number; scimType?: string; detail: string }) => ({
  ...{ schemas: [ERROR], status: String(status), detail },
  ...(scimType !== undefined && { scimType }),
})

const multiText = z.array(z.object({ value: z.string().max(100).optional() }).loose()).max(10_000)

/** What we read of a user; everything else a directory tells is checked by the schema and not kept. */
const userShape = z.object({
  externalId: z.string().max(100).optional(),
  userName: z.string().min(1).max(100),
  displayName: z.string().max(100).optional(),
  name: z.object({ formatted: z.string(), familyName: z.string(), givenName: z.string() }).partial().optional(),
  title: z.string().max(100).optional(),
  active: z.boolean().optional(),
  roles: multiText.optional(),
  [ENTERPRISE]: z
    .object({
      employeeNumber: z.string().max(64),
      department: z.string().max(60),
      organization: z.string().max(100),
      manager: z.object({ value: z.string().max(64).optional() }).loose(),
    })
    .partial()
    .optional(),
})
export type ScimUser = z.infer<typeof userShape>

const groupShape = z.object({
  externalId: z.string().max(100).optional(),
  displayName: z.string().min(1).max(60),
  members: multiText.optional(),
})
export type ScimGroup = z.infer<typeof groupShape>

// The schemas are the library's; ours are the shapes read from what it let pass.
SCIMMY.Schemas.User.definition.extend(SCIMMY.Schemas.EnterpriseUser.definition, false)
const KINDS = {
  user: { Schema: SCIMMY.Schemas.User, shape: userShape },
  group: { Schema: SCIMMY.Schemas.Group, shape: groupShape },
} as const
export type ScimKind = keyof typeof KINDS
type ScimOf<Kind extends ScimKind> = Kind extends 'user' ? ScimUser : ScimGroup

/** Reads a whole resource as a directory sends it. */
export function readResource<Kind extends ScimKind>(kind: Kind, body: unknown): Result<ScimOf<Kind>, ScimFailure> {
  return guarded(() => shaped(kind, new KINDS[kind].Schema(toldPlainly(body) as object, 'in')))
}

/** Applies a PATCH to a resource as it stands. Entra's and Okta's ways of writing are read alike. */
export async function patchResource<Kind extends ScimKind>(
  kind: Kind,
  before: object,
  body: unknown,
): Promise<Result<ScimOf<Kind>, ScimFailure>> {
  const read = readPatch(kind, body)
  if (!read) return refuse('invalidSyntax', 'A PATCH holds a list of Operations')
  // Where nothing that is kept is named, nothing changes, and the directory is told how things stand.
  if (read.Operations.length === 0) return guarded(() => shaped(kind, new KINDS[kind].Schema(before, 'out')))
  const patch = toldPlainly(read) as ConstructorParameters<typeof SCIMMY.Messages.PatchOp>[0]
  let changed: unknown
  try {
    const instance = new KINDS[kind].Schema(before, 'out')
    changed = (await new SCIMMY.Messages.PatchOp(patch).apply(instance, async (after) => after as never)) ?? before
  } catch (error) {
    return failureOf(error)
  }
  return guarded(() => shaped(kind, changed))
}

function shaped<Kind extends ScimKind>(kind: Kind, instance: unknown): Result<ScimOf<Kind>, ScimFailure> {
  const read = KINDS[kind].shape.safeParse(JSON.parse(JSON.stringify(instance)))
  if (read.success) return ok(read.data as ScimOf<Kind>)
  return refuse(
    'invalidValue',
    `Attribute '${read.error.issues[0]?.path.join('.') ?? ''}' has a value that cannot be used`,
  )
}

function guarded<T>(work: () => Result<T, ScimFailure>): Result<T, ScimFailure> {
  try {
    return work()
  } catch (error) {
    return failureOf(error)
  }
}

// The library throws its own error with a type, and a TypeError for values; its words name attributes, never values.
function failureOf(error: unknown): Refused {
  if (error instanceof SCIMMY.Types.Error)
    return refuse(error.scimType as ScimFailure['scimType'], error.message.slice(0, 200))
  if (error instanceof TypeError) return refuse('invalidValue', error.message.slice(0, 200))
  throw error
}

/** Entra sends `active` as text, and a manager as a bare id: both are put into the form of the RFC, whole or in a patch. */
function toldPlainly(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(toldPlainly)
  if (typeof body !== 'object' || body === null) return body
  const told = Object.entries(body).map(([key, value]): [string, unknown] => {
    if (isActive(key)) return [key, truthOf(value)]
    if (/(^|:)manager$/.test(key) && typeof value === 'string') return [key, { value }]
    return [key, toldPlainly(value)]
  })
  const plain: Record<string, unknown> = Object.fromEntries(told)
  const { path, value } = plain
  if (typeof path !== 'string') return plain
  if (isActive(path)) plain['value'] = truthOf(value)
  if (/(^|:)manager$/i.test(path) && typeof value === 'string') plain['value'] = { value }
  return plain
}

const isActive = (name: string): boolean => /(^|:)active$/i.test(name)
// As text, and as a list of one, bare or in an object, it is the same word.
function truthOf(told: unknown): unknown {
  if (Array.isArray(told) && told.length === 1) return truthOf(told[0])
  if (typeof told === 'object' && told !== null && 'value' in told) return truthOf(told.value)
  if (typeof told !== 'string') return told
  const word = told.trim().toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : told
}

/** One condition a list may be narrowed by. */
export interface Condition {
  readonly attribute: string
  readonly value: string | boolean
}

/** A filter as alternatives of conditions that all hold. Only `eq`, `and` and `or` are answered. */
export function readFilter(text: string): Result<readonly (readonly Condition[])[], ScimFailure> {
  let parsed: unknown
  try {
    parsed = JSON.parse(JSON.stringify(new SCIMMY.Types.Filter(text)))
  } catch (error) {
    const read = failureOf(error)
    return refuse('invalidFilter', read.error.detail)
  }
  const alternatives = z.array(z.record(z.string(), z.tuple([z.literal('eq'), z.union([z.string(), z.boolean()])])))
  const read = alternatives.safeParse(parsed)
  if (!read.success) return refuse('invalidFilter', 'Only eq, joined by and/or, is supported')
  return ok(
    read.data.map((each) =>
      Object.entries(each).map(([name, [, value]]) => ({ attribute: name.replace(`${USER}:`, ''), value })),
    ),
  )
}

export const listBody = (
  resources: readonly object[],
  page: { readonly total: number; readonly startIndex: number },
) => ({
  ...{ schemas: [LIST], totalResults: page.total, startIndex: page.startIndex },
  ...{ itemsPerPage: resources.length, Resources: resources },
})

/** The definitions of what is answered (RFC 7643 §7). */
export const schemaBodies = (base: string): readonly { readonly id: string }[] =>
  [SCIMMY.Schemas.User, SCIMMY.Schemas.Group, SCIMMY.Schemas.EnterpriseUser].map(
    ({ definition }) => JSON.parse(JSON.stringify(definition.describe(`${base}/Schemas`))) as { id: string },
  )
