import { z } from 'zod'
import type { DocumentedAnswer, RouteDescription } from './route.ts'

type Json = Record<string, unknown>

export interface OpenApiInfo {
  readonly title: string
  readonly version: string
  readonly description: string
}

/** The OpenAPI 3.1 document of `routes`, made from the very schemas that validate the requests. */
export function openApiDocument(info: OpenApiInfo, routes: readonly RouteDescription[]): Json {
  const schemas: Json = { Problem: problemSchema }
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const path = (paths[route.path] ??= {})
    path[route.method.toLowerCase()] = operationOf(route, schemas)
  }
  return {
    openapi: '3.1.0',
    info: { ...info, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      schemas,
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key, as `ak_...`.' } },
    },
  }
}

function operationOf(route: RouteDescription, schemas: Json): Json {
  const name = operationName(route)
  const role = route.role ? `Needs the role ${route.role}.` : ''
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, role].filter(Boolean).join('\n\n'),
    security: route.role ? [{ key: [] }] : [],
    parameters: [...parametersOf(route, name, schemas), ...headersOf(route)],
    ...(route.body ? { requestBody: requestBodyOf(route.body, name, schemas) } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, answer]) => [
          status,
          answerOf(answer, `${name}${status}`, schemas),
        ]),
      ),
      default: {
        description: 'What went wrong (RFC 9457).',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function operationName({ method, path }: RouteDescription): string {
  const words = path.match(/[A-Za-z0-9]+/g)?.filter((word) => word !== 'v1') ?? ['root']
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function parametersOf(route: RouteDescription, name: string, schemas: Json): Json[] {
  const of = (schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] => {
    if (!schema) return []
    const { properties = {}, required = [] } = schemaOf(schema, 'input', `${name}${place}`, schemas) as {
      properties?: Record<string, Json>
      required?: string[]
    }
    return Object.entries(properties).map(([key, value]) => ({
      name: key,
      in: place,
      required: place === 'path' || required.includes(key),
      ...(value.description ? { description: value.description } : {}),
      schema: value,
    }))
  }
  return [...of(route.params, 'path'), ...of(route.query, 'query')]
}

function headersOf({ method, role, needsVersion }: RouteDescription): Json[] {
  const header = (name: string, required: boolean, description: string): Json => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string' },
  })
  return [
    ...(needsVersion ? [header('If-Match', true, 'ETag of the version that you have read.')] : []),
    ...(method === 'POST' && role
      ? [header('Idempotency-Key', false, 'Makes a repeated request harmless; kept for 24 hours.')]
      : []),
  ]
}

function requestBodyOf(body: z.ZodType, name: string, schemas: Json): Json {
  return {
    required: true,
    content: { 'application/json': { schema: schemaOf(body, 'input', `${name}Body`, schemas) } },
  }
}

function answerOf({ description, schema, type }: DocumentedAnswer, name: string, schemas: Json): Json {
  if (schema) {
    return { description, content: { 'application/json': { schema: schemaOf(schema, 'output', name, schemas) } } }
  }
  return { description, ...(type ? { content: { [type]: { schema: { type: 'string' } } } } : {}) }
}

/** The JSON Schema of `schema`; its named parts go to `schemas`, and every `$ref` points there. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', name: string, schemas: Json): Json {
  const {
    $schema: _,
    $defs = {},
    ...own
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & { $defs?: Json }
  const rename = (id: string): string => (id.startsWith('__') ? `${name}${id.replaceAll('_', '')}` : id)
  const moved = (part: unknown): Json =>
    JSON.parse(
      JSON.stringify(part).replaceAll(
        /"#\/\$defs\/([^"]+)"/g,
        (_ref, id: string) => `"#/components/schemas/${rename(id)}"`,
      ),
    ) as Json
  for (const [id, part] of Object.entries($defs)) {
    const { id: _id, ...rest } = moved(part)
    schemas[rename(id)] = rest
  }
  const { id, ...rest } = moved(own)
  if (typeof id !== 'string') return rest
  schemas[id] = rest
  return { $ref: `#/components/schemas/${id}` }
}

const problemSchema: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Canonical error code, such as `not_found`.' },
    detail: { type: 'string' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON pointer (RFC 6901) to the bad field.' },
          detail: { type: 'string' },
        },
      },
    },
  },
}
