import { z } from 'zod'
import { json, type Route } from '../../edge/route.ts'

/** The interface described in its own terms, made from the very schemas the server parses with; itself not among them. */
export const openApiRoute = (routes: readonly Route[]): Route => ({
  method: 'GET',
  path: '/api/openapi.json',
  action: 'public',
  summary: 'This description (OpenAPI 3.1)',
  handle: async () => json(describe(routes)),
})

function describe(routes: readonly Route[]) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const each of routes) {
    const path = each.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [each.method.toLowerCase()]: describeRoute(each) }
  }
  return { openapi: '3.1.0', info: { title: 'Shoumi 守密', version: '0.1.0' }, paths }
}

function describeRoute(each: Route) {
  const parameters = [...each.path.matchAll(/:(\w+)/g)].map((match) => ({
    name: match[1],
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const query = each.query ? Object.entries(schemaOf(each.query).properties ?? {}) : []
  const body = each.isUpload
    ? { 'application/octet-stream': {} }
    : each.body && { 'application/json': { schema: schemaOf(each.body) } }
  return {
    summary: each.summary,
    'x-action': each.action,
    parameters: [...parameters, ...query.map(([name, schema]) => ({ name, in: 'query', schema }))],
    ...(body && { requestBody: { content: body } }),
    responses: {
      200: {
        description: 'OK',
        ...(typeof each.answer === 'object' && { content: { 'application/json': { schema: schemaOf(each.answer) } } }),
      },
      default: { description: 'A problem: code, message, advice, reference' },
    },
  }
}

const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' })
