import { z } from 'zod'
import { openApiDocument } from './openapi.ts'
import { operatorRoute, publicRoute } from './route.ts'

const named = z.object({ id: z.string() }).meta({ id: 'Named' })
const definition = z.strictObject({
  equals: z.json().optional(),
  wait: z
    .string()
    .transform((wait) => wait.length)
    .describe('As text.'),
})

const document = openApiDocument({ title: 'Test', version: '1', description: 'A test.' }, [
  publicRoute({
    method: 'GET',
    path: '/things',
    tag: 'Things',
    summary: 'List',
    query: z.strictObject({ limit: z.coerce.number().int().default(50).describe('At most.') }),
    answers: { 200: { description: 'Things.', schema: z.object({ items: z.array(named) }) } },
    serve: async () => ({}),
  }),
  operatorRoute({
    method: 'POST',
    path: '/things/{id}',
    tag: 'Things',
    summary: 'Make',
    role: 'operator',
    params: z.strictObject({ id: z.string() }),
    body: definition,
    needsVersion: true,
    answers: { 201: { description: 'Made.', schema: named }, 204: { description: 'Nothing.' } },
    serve: async () => ({}),
  }),
  ...['/', '/api/v1/things'].map((path) =>
    publicRoute({ method: 'GET', path, tag: 'Things', summary: 'More', answers: {}, serve: async () => ({}) }),
  ),
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
]) as any

test('a route becomes an operation with its parameters, bodies and answers', () => {
  const { get } = document.paths['/things']
  expect(get).toMatchObject({ operationId: 'getThings', summary: 'List', security: [] })
  expect(get.parameters).toEqual([
    expect.objectContaining({ name: 'limit', in: 'query', required: false, description: 'At most.' }),
  ])
  const { post } = document.paths['/things/{id}']
  expect(post.security).toEqual([{ key: [] }])
  const names = post.parameters.map((parameter: { name: string; required: boolean }) => [
    parameter.name,
    parameter.required,
  ])
  expect(names).toEqual([
    ['id', true],
    ['If-Match', true],
    ['Idempotency-Key', false],
  ])
  expect(post.responses['204']).toEqual({ description: 'Nothing.' })
  expect(post.responses.default.content).toHaveProperty(['application/problem+json'])
})

test('every operation has a name of its own', () => {
  const operations = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap(Object.values)
  const names = operations.map(({ operationId }) => operationId)
  expect(names).toEqual(['getThings', 'postThingsId', 'getRoot', 'getApiThings'])
})

test('a body is described as it is sent, before defaults and transforms', () => {
  const { schema } = document.paths['/things/{id}'].post.requestBody.content['application/json']
  expect(schema.properties.wait).toMatchObject({ type: 'string', description: 'As text.' })
  expect(schema.additionalProperties).toBe(false)
})

test('schemas with a name are shared, and every reference leads to one that is there', () => {
  expect(document.paths['/things/{id}'].post.responses['201'].content['application/json'].schema).toEqual({
    $ref: '#/components/schemas/Named',
  })
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)]
  expect(references.length).toBeGreaterThan(3)
  for (const [, id] of references) expect(document.components.schemas).toHaveProperty([id!])
})
