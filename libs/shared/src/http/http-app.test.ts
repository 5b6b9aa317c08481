import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { z } from 'zod'
import { OpsError } from '../errors/index.ts'
import type { Principal, Role } from '../identity/index.ts'
import { createHttpApp } from './app.ts'
import { listQuery } from './cursor.ts'
import { listen } from './listener.ts'
import { operatorRoute, publicRoute } from './route.ts'

const widget = z.strictObject({
  name: z.string().min(1),
  size: z.int().default(1),
  parts: z.array(z.strictObject({ 'a/b': z.string() })).default([]),
  check: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('http'), url: z.url() }),
      z.strictObject({ kind: z.literal('tcp'), port: z.int() }),
    ])
    .optional(),
})

let runs = 0
const routes = [
  publicRoute({
    method: 'GET',
    path: '/open/{id}',
    tag: 'Test',
    summary: 'Open to all',
    params: z.strictObject({ id: z.string().max(5) }),
    query: z.strictObject(listQuery),
    answers: { 200: { description: 'ok' } },
    serve: async ({ params, query }) => ({ body: { ...params, ...query }, version: 3 }),
  }),
  operatorRoute({
    method: 'POST',
    path: '/widgets',
    tag: 'Test',
    summary: 'Make',
    role: 'operator',
    body: widget,
    answers: { 201: { description: 'made' } },
    scopedTo: ({ body }) => [body.name],
    serve: async ({ body, sent, principal, actor }) => {
      runs++
      if (body.name === 'broken') throw new Error('password=hunter2 at 10.0.0.1')
      if (body.name === 'taken') throw new OpsError('aborted', 'changed', { extra: { current: { version: 4 } } })
      return { status: 201, body: { body, sent, by: principal.name, requestId: actor.requestId, runs } }
    },
  }),
  operatorRoute({
    method: 'PATCH',
    path: '/widgets/{id}',
    tag: 'Test',
    summary: 'Change',
    role: 'viewer',
    params: z.strictObject({ id: z.string() }),
    body: z.strictObject({}),
    needsVersion: true,
    answers: { 200: { description: 'changed' } },
    serve: async ({ version }) => ({ body: { version }, version: version + 1 }),
  }),
]

const principals: Record<string, Principal> = Object.fromEntries(
  (['viewer', 'operator'] as Role[]).map((role) => [role, { id: role, name: role, kind: 'person', role }]),
)
principals.scoped = { id: 'scoped', name: 'scoped', kind: 'service', role: 'operator', scope: ['mine'] }

let server: Server
let base: string
const logged: string[] = []
const metrics = new Registry()

beforeAll(async () => {
  const app = createHttpApp({
    routes,
    authenticate: async (authorization) => {
      const found = principals[authorization ?? '']
      if (!found) throw new OpsError('unauthenticated', 'Send a key.')
      return found
    },
    limitPublic: async (address) => {
      if (address !== '127.0.0.1')
        throw new OpsError('resource_exhausted', 'slow down', { extra: { retryAfterMs: 2_500 } })
    },
    addressOf: (request) => String(request.headers['x-test-address'] ?? '127.0.0.1'),
    idempotency: { begin: async () => ({ kind: 'run', keep: async () => {}, forget: async () => {} }) },
    bodyLimitBytes: () => 2_048,
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    metrics,
    now: () => 1_760_000_000_000,
  })
  server = createServer(app)
  const { port } = await listen(server, { host: '127.0.0.1', port: 0, variable: 'PORT' })
  base = `http://127.0.0.1:${port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(base + path, {
    method,
    headers: {
      authorization: 'operator',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body:
      body === undefined ? undefined : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  })
  const answer = await response.text()
  return { status: response.status, headers: response.headers, answer, body: answer === '' ? null : JSON.parse(answer) }
}

test('requests of a load test are told apart in what is counted', async () => {
  await ask('GET', '/nowhere')
  await ask('GET', '/nowhere', undefined, { 'x-akashic-load-test': 'run-1' })
  const text = await metrics.metrics()
  const counted = text.split('\n').filter((line) => /_seconds_count\{.*status="404"/.test(line))
  expect(counted.map((line) => [line.includes('load_test="true"'), line.split(' ').at(-1)])).toEqual([
    [false, '1'],
    [true, '1'],
  ])
})

describe('a request that is not valid', () => {
  beforeEach(() => {
    runs = 0
  })

  test('is told every bad field with its JSON pointer, unknown ones included', async () => {
    const { status, headers, body } = await ask('POST', '/widgets', {
      size: 'big',
      colour: 'red',
      parts: [{ 'a/b': 1 }],
    })
    expect(status).toBe(400)
    expect(headers.get('content-type')).toContain('application/problem+json')
    expect(body).toMatchObject({ type: 'about:blank', status: 400, code: 'invalid_argument' })
    const pointers = body.errors.map((error: { pointer: string }) => error.pointer)
    expect(pointers.sort()).toEqual(['/colour', '/name', '/parts/0/a~1b', '/size'])
  })

  test.each([
    ['POST', '/widgets', { name: 'a\0b' }, '/name'],
    ['POST', '/widgets', '{"name":"half \\ud800"}', '/name'],
    ['POST', '/widgets', { name: 'x', parts: [{ 'a/b': '\0' }] }, '/parts/0/a~1b'],
    ['GET', '/open/%00', undefined, '/path/id'],
    ['GET', '/open/1?cursor=%00', undefined, '/query/cursor'],
  ])('may not hold what no database keeps: %s %s %j', async (method, path, sent, pointer) => {
    const { status, body } = await ask(method, path, sent)
    expect({ status, errors: body.errors }).toMatchObject({ status: 400, errors: [{ pointer }] })
    expect(runs).toBe(0)
  })

  test('is not our failure when its address is not one', async () => {
    const said = async (target: string) => {
      const socket = connect(Number(new URL(base).port), '127.0.0.1')
      socket.end(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      return (await text(socket)).split('\r\n')[0]
    }
    logged.length = 0
    for (const target of ['http://x:99999/', 'http://x:99999/open/1', '//[/open/1', 'http://[']) {
      expect(await said(target)).toMatch(/^HTTP\/1.1 (200|400|404) /)
    }
    expect(logged).toEqual([])
  })

  test('is told what is wrong within the kind that it chose', async () => {
    const { body } = await ask('POST', '/widgets', { name: 'x', check: { kind: 'tcp', port: 'http' } })
    expect(body.errors).toEqual([{ pointer: '/check/port', detail: expect.any(String) }])
  })

  test.each([
    ['bad JSON', '{"name":', 400],
    ['a string in bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400],
    ['nothing at all', Buffer.alloc(0), 400],
    ['nesting without end', '['.repeat(1_000), 400],
    ['too much', JSON.stringify({ name: 'x'.repeat(3_000) }), 413],
  ])('is refused: %s', async (_name, sent, expected) => {
    const { status, body } = await ask('POST', '/widgets', sent)
    expect({ status, isProblem: 'code' in body }).toEqual({ status: expected, isProblem: true })
    expect(runs).toBe(0)
  })

  test('is refused when it is too large and does not say how large it is', async () => {
    const { port } = server.address() as { port: number }
    const socket = connect(port, '127.0.0.1')
    socket.write(
      'POST /widgets HTTP/1.1\r\nHost: x\r\nAuthorization: operator\r\nContent-Type: application/json\r\n' +
        `Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n1000\r\n${'x'.repeat(4_096)}\r\n0\r\n\r\n`,
    )
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 /)
  })

  test('is refused with 415 when it is no JSON', async () => {
    expect((await ask('POST', '/widgets', 'name=x', { 'content-type': 'text/plain' })).status).toBe(415)
  })

  test.each([
    ['/open/1?limit=0', '/query/limit'],
    ['/open/1?limit=201', '/query/limit'],
    ['/open/1?limit=x', '/query/limit'],
    ['/open/1?order=up', '/query/order'],
    ['/open/1?limit=1&limit=2', '/query/limit'],
    ['/open/123456', '/path/id'],
  ])('%s names %s', async (path, pointer) => {
    const { status, body } = await ask('GET', path)
    expect({ status, pointer: body.errors[0].pointer }).toEqual({ status: 400, pointer })
  })

  test('with a path that cannot be decoded is 400, not 500', async () => {
    expect((await ask('GET', '/open/%E0%A4%A')).status).toBe(400)
  })
})

describe('an address', () => {
  test('that is unknown is 404', async () => {
    const { status, body } = await ask('GET', '/nowhere')
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'not_found' })
  })

  test('that has no such method is 405 with those it has', async () => {
    const { status, headers } = await ask('DELETE', '/widgets')
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'POST, OPTIONS' })
    expect((await ask('PUT', '/open/1')).headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  })

  test('answers HEAD as GET without the body', async () => {
    const { status, headers, answer } = await ask('HEAD', '/open/1')
    expect({ status, etag: headers.get('etag'), answer }).toEqual({ status: 200, etag: '"3"', answer: '' })
  })
})

describe('a caller', () => {
  test('without a key is 401 and told how', async () => {
    const { status, headers } = await ask('POST', '/widgets', { name: 'x' }, { authorization: '' })
    expect({ status, how: headers.get('www-authenticate') }).toEqual({ status: 401, how: 'Bearer' })
  })

  test('with too small a role is 403', async () => {
    const { status, body } = await ask('POST', '/widgets', { name: 'x' }, { authorization: 'viewer' })
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'permission_denied' })
  })

  test('whose key is limited may touch what it is limited to, and call nothing that is not limited', async () => {
    const headers = { authorization: 'scoped' }
    expect((await ask('POST', '/widgets', { name: 'mine' }, headers)).status).toBe(201)
    expect((await ask('POST', '/widgets', { name: 'yours' }, headers)).status).toBe(403)
    expect((await ask('PATCH', '/widgets/mine', {}, { ...headers, 'if-match': '"1"' })).status).toBe(403)
  })

  test('that asks too often without a key is told when to come back', async () => {
    const { status, headers } = await ask('GET', '/open/1', undefined, { 'x-test-address': '203.0.113.1' })
    expect({ status, after: headers.get('retry-after') }).toEqual({ status: 429, after: '3' })
  })

  test('is given the request id that it sent, or a new one', async () => {
    expect((await ask('GET', '/open/1', undefined, { 'x-request-id': 'abcdefgh-1' })).headers.get('x-request-id')).toBe(
      'abcdefgh-1',
    )
    expect((await ask('GET', '/open/1', undefined, { 'x-request-id': 'a b' })).headers.get('x-request-id')).toMatch(
      /^[0-9a-f-]{36}$/,
    )
  })
})

describe('a version', () => {
  test('must be named to change anything', async () => {
    expect((await ask('PATCH', '/widgets/1', {})).status).toBe(428)
    expect((await ask('PATCH', '/widgets/1', {}, { 'if-match': '"7"' })).body).toEqual({ version: 7 })
    expect((await ask('PATCH', '/widgets/1', {}, { 'if-match': '*' })).status).toBe(400)
  })

  test('that the caller has already is 304', async () => {
    expect((await ask('GET', '/open/1', undefined, { 'if-none-match': 'W/"3"' })).status).toBe(304)
    expect((await ask('GET', '/open/1', undefined, { 'if-none-match': '"2"' })).status).toBe(200)
  })

  test('that lost a race comes back with the present state', async () => {
    const { status, body } = await ask('POST', '/widgets', { name: 'taken' })
    expect({ status, code: body.code, current: body.current }).toEqual({
      status: 409,
      code: 'aborted',
      current: { version: 4 },
    })
  })
})

test('an unknown error is logged whole, and tells the caller the request id only', async () => {
  const { status, answer, body } = await ask('POST', '/widgets', { name: 'broken' })
  expect(status).toBe(500)
  expect(answer).not.toContain('hunter2')
  expect(logged.join()).toContain('hunter2')
  expect(logged.join()).toContain(body.requestId)
})

test('a verb is given what was validated, and beside it what was sent', async () => {
  const { body } = await ask('POST', '/widgets', { name: 'x' })
  expect(body).toMatchObject({ body: { name: 'x', size: 1, parts: [] }, sent: { name: 'x' } })
})
