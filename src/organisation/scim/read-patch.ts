import SCIMMY from 'scimmy'

/** What one operation of a PATCH asks for, in the form of RFC 7644 §3.5.2. */
interface Operation {
  readonly op: string
  readonly path?: string
  readonly value?: unknown
}

/** What is kept of a resource. All else a directory tells is heard and let go: it must never hold up what is kept. */
const KEPT: Readonly<Record<'user' | 'group', readonly string[]>> = {
  user: ['externalid', 'username', 'displayname', 'name', 'title', 'active', 'roles'],
  group: ['externalid', 'displayname', 'members'],
}
const KEPT_OF_ENTERPRISE = ['employeenumber', 'department', 'organization', 'manager']
const CORE = /^urn:ietf:params:scim:schemas:core:2\.0:(user|group):/i
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:user'
const MAX_OPERATIONS = 10_000

/**
 * A PATCH as the RFC writes it, from what directories send: names of members in any case, operations that name several
 * attributes in one value, and operations on attributes that are not kept, which are left out. So that somebody's leaving
 * takes effect whatever else the same message says. Undefined when the body is no PATCH.
 */
export function readPatch(
  kind: 'user' | 'group',
  body: unknown,
): { readonly schemas: unknown; readonly Operations: readonly Operation[] } | undefined {
  const operations = member(body, 'operations')
  if (!Array.isArray(operations) || operations.length > MAX_OPERATIONS) return undefined
  const schemas = member(body, 'schemas')
  return { schemas, Operations: operations.flatMap((each) => plainOperations(kind, each)) }
}

function plainOperations(kind: 'user' | 'group', told: unknown): readonly Operation[] {
  const [op, path, value] = [member(told, 'op'), member(told, 'path'), member(told, 'value')]
  const name = typeof op === 'string' ? op.toLowerCase() : String(op)
  if (typeof path === 'string' && path !== '')
    return isLetGo(kind, path) ? [] : [{ op: name, path: path.replace(CORE, ''), ...given(value) }]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ op: name, ...given(value) }]
  // Each member by its own path: a dotted or filtered name in a value is a path to those who send it.
  return Object.entries(value).flatMap(([attribute, given]) => {
    if (attribute.toLowerCase() === 'schemas') return []
    if (attribute.toLowerCase() === ENTERPRISE && typeof given === 'object' && given !== null)
      return Object.entries(given).flatMap(([inner, innerValue]) =>
        plainOperations(kind, { op: name, path: `${attribute}:${inner}`, value: innerValue }),
      )
    return plainOperations(kind, { op: name, path: attribute, value: given })
  })
}

const given = (value: unknown): { readonly value?: unknown } => (value === undefined ? {} : { value })

/** Whether the path leads to something the schemas know, or another's extension, that is not kept here. */
function isLetGo(kind: 'user' | 'group', path: string): boolean {
  const lower = path.toLowerCase()
  if (lower === ENTERPRISE) return false
  if (lower.startsWith(`${ENTERPRISE}:`)) return !KEPT_OF_ENTERPRISE.includes(rootOf(path.slice(ENTERPRISE.length + 1)))
  const plain = path.replace(CORE, '')
  if (/^urn:/i.test(plain)) return true
  const root = rootOf(plain)
  return !KEPT[kind].includes(root) && isKnown(kind, root)
}

const rootOf = (path: string): string => (/^[^.[\s]+/.exec(path)?.[0] ?? '').toLowerCase()

// A name that no schema has is a mistake and is told so.
function isKnown(kind: 'user' | 'group', root: string): boolean {
  const { definition } = kind === 'user' ? SCIMMY.Schemas.User : SCIMMY.Schemas.Group
  const names = definition.attributes.map((each) => ('name' in each ? String(each.name).toLowerCase() : ''))
  return root !== 'id' && [...names, 'meta', 'schemas', 'password'].includes(root)
}

function member(of: unknown, name: string): unknown {
  if (typeof of !== 'object' || of === null) return undefined
  return Object.entries(of).find(([key]) => key.toLowerCase() === name)?.[1]
}
