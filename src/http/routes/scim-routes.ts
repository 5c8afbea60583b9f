import { z } from 'zod'
import type { Result } from '../../base/result.ts'
import type { Reply } from '../../edge/route.ts'
import { type Provisioner, type ScimFailure, type ScimKind, schemaBodies, scimError } from '../../organisation/port.ts'
import { type ServicesAsk as Ask, type UnboundRoute as Route, route } from '../bound-route.ts'

export const SCIM_TYPE = 'application/scim+json'
const BASE = '/scim/v2'
const MAX_COUNT = 200
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
const CORE = 'urn:ietf:params:scim:schemas:core:2.0'
const EXTENSION = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const resource = z.record(z.string(), z.unknown())
const listQuery = z.object({
  filter: z.string().max(1000).optional(),
  // RFC 7644 §3.4.2.4: what lies outside is read as the nearest value that does not.
  startIndex: z.coerce
    .number()
    .int()
    .catch(1)
    .transform((n) => Math.max(1, n)),
  count: z.coerce
    .number()
    .int()
    .catch(100)
    .transform((n) => Math.min(Math.max(0, n), MAX_COUNT)),
  excludedAttributes: z.string().max(200).optional(),
})

const baseOf = ({ services }: Pick<Ask<unknown, unknown>, 'services'>): string => `${services.origin}${BASE}`

// The permission table lets only systems in that were registered for this, each bound to its agency.
const byOf = ({ caller }: Pick<Ask<unknown, unknown>, 'caller'>): Provisioner => ({
  ...{ system: caller.system?.system ?? '', agency: caller.system?.agency ?? '' },
  doer: { account: `system:${caller.account}`, post: caller.post },
})

const said = (value: unknown, status = 200): Reply => ({ kind: 'json', value, status, type: SCIM_TYPE })
const answered = (result: Result<object | undefined, ScimFailure>, status = 200): Reply =>
  result.ok ? said(result.value, status) : said(scimError(result.error), result.error.status)

function resourceRoutes(kind: ScimKind, path: string): readonly Route[] {
  const action = 'people.provision' as const
  const one = `${path}/:id`
  const idOf = (ask: Pick<Ask<unknown, unknown>, 'params'>): string => (ask.params['id'] ?? '').toUpperCase()
  const keyOf = (ask: Pick<Ask<unknown, unknown>, 'params'>): string =>
    kind === 'user' ? idOf(ask) : (ask.params['id'] ?? '')
  return [
    route({
      ...{ method: 'GET', path, action, summary: `SCIM 2.0: list, filter and page (${kind})`, query: listQuery },
      handle: async (ask) => {
        const { filter, startIndex, count, excludedAttributes = '' } = ask.query
        const hasMembers = !excludedAttributes.split(',').includes('members')
        const asked = { filter, startIndex, count, hasMembers }
        return answered(await ask.services.staff.scim[kind].list(byOf(ask), asked, baseOf(ask)))
      },
    }),
    route({
      ...{ method: 'POST', path, action, summary: `SCIM 2.0: create (${kind})`, body: resource },
      handle: async (ask) =>
        answered(await ask.services.staff.scim[kind].create(byOf(ask), ask.body, baseOf(ask)), 201),
    }),
    route({
      ...{ method: 'GET', path: one, action, summary: `SCIM 2.0: one (${kind})` },
      handle: async (ask) => answered(await ask.services.staff.scim[kind].get(byOf(ask), keyOf(ask), baseOf(ask))),
    }),
    route({
      ...{ method: 'PUT', path: one, action, summary: `SCIM 2.0: replace (${kind})`, body: resource },
      handle: async (ask) =>
        answered(await ask.services.staff.scim[kind].replace(byOf(ask), keyOf(ask), ask.body, baseOf(ask))),
    }),
    route({
      ...{ method: 'PATCH', path: one, action, summary: `SCIM 2.0: patch (${kind})`, body: resource },
      handle: async (ask) =>
        answered(await ask.services.staff.scim[kind].patch(byOf(ask), keyOf(ask), ask.body, baseOf(ask))),
    }),
    route({
      ...{ method: 'DELETE', path: one, action, summary: `SCIM 2.0: leaves, or a unit ends (${kind})` },
      handle: async (ask) => answered(await ask.services.staff.scim[kind].remove(byOf(ask), keyOf(ask)), 204),
    }),
  ]
}

const RESOURCE_TYPES = (base: string) =>
  [
    ['User', '/Users', `${CORE}:User`, [{ schema: EXTENSION, required: false }]],
    ['Group', '/Groups', `${CORE}:Group`, []],
  ].map(([name, endpoint, schema, schemaExtensions]) => ({
    ...{ schemas: [`${CORE}:ResourceType`], id: name, name, endpoint, schema, schemaExtensions },
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${String(name)}` },
  }))

const CONFIG = (base: string) => ({
  schemas: [`${CORE}:ServiceProviderConfig`],
  documentationUri: 'https://www.rfc-editor.org/rfc/rfc7644',
  ...{ patch: { supported: true }, bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 } },
  ...{ filter: { supported: true, maxResults: MAX_COUNT }, changePassword: { supported: false } },
  ...{ sort: { supported: false }, etag: { supported: false } },
  authenticationSchemes: [
    {
      ...{ type: 'oauthbearertoken', name: 'Bearer', primary: true },
      description: 'The key of a system registered for this, or a token exchanged for it at /oauth/token',
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
})

const listOf = (resources: readonly object[]) => ({
  ...{ schemas: [LIST], totalResults: resources.length, startIndex: 1, itemsPerPage: resources.length },
  Resources: resources,
})

function described(path: string, all: (base: string) => readonly { readonly id?: unknown }[]): readonly Route[] {
  const shared = { method: 'GET' as const, action: 'people.provision' as const }
  return [
    { ...shared, path, summary: 'SCIM 2.0: what is offered', handle: async (ask) => said(listOf(all(baseOf(ask)))) },
    {
      ...{ ...shared, path: `${path}/:id`, summary: 'SCIM 2.0: one of what is offered' },
      handle: async (ask) => {
        const found = all(baseOf(ask)).find(({ id }) => id === ask.params['id'])
        return found ? said(found) : said(scimError({ status: 404, detail: 'There is no such resource' }), 404)
      },
    },
  ]
}

/** SCIM 2.0 (RFC 7643, RFC 7644): an agency's directory states who is in office. */
export const scimRoutes: readonly Route[] = [
  ...resourceRoutes('user', `${BASE}/Users`),
  ...resourceRoutes('group', `${BASE}/Groups`),
  ...described(`${BASE}/Schemas`, schemaBodies),
  ...described(`${BASE}/ResourceTypes`, RESOURCE_TYPES),
  {
    ...{ method: 'GET', path: `${BASE}/ServiceProviderConfig`, action: 'people.provision' },
    summary: 'SCIM 2.0: what this service can',
    handle: async (ask) => said(CONFIG(baseOf(ask))),
  },
]
