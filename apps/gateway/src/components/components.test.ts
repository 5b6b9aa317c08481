import type { Component, CreateComponentRequest, UpdateComponentRequest } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import type { RpcCall } from '@akashic/shared/rpc'
import { aComponent, aWindows } from '../testing/scripted-status-service.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const definition = {
  id: 'shop',
  name: 'Shop',
  checks: [{ kind: 'http', url: 'https://shop.example/', interval: '30s' }],
}
const aStored = (partial: Partial<Component> = {}): Component => ({
  id: 'shop',
  version: 3,
  definitionJson: JSON.stringify(definition),
  ownedByFile: false,
  createdAtMs: 1_760_000_000_000,
  updatedAtMs: 1_760_000_000_000,
  state: aComponent({ id: 'shop', errorDetail: 'connect ECONNREFUSED 10.1.2.3:443' }),
  ...partial,
})

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  gateway.status.scripts = {}
})

test('a component is created as it was sent, on behalf of the caller', async () => {
  const calls: { request: CreateComponentRequest; call: RpcCall }[] = []
  gateway.status.scripts.createComponent = async (request, call) => {
    calls.push({ request, call })
    return { component: aStored({ version: 1 }) }
  }
  const { status, headers, body } = await gateway.call('POST', '/api/v1/components', { body: definition })
  expect(status).toBe(201)
  expect(headers.get('etag')).toBe('"1"')
  expect(headers.get('location')).toBe('/api/v1/components/shop')
  expect(body).toMatchObject({ ...definition, version: 1, ownedBy: 'api', state: { status: 'operational' } })
  expect(JSON.parse(calls[0]!.request.definitionJson)).toEqual(definition)
  expect(calls[0]!.call.principal).toMatchObject({ name: 'admin', kind: 'person', role: 'admin' })
  expect(calls[0]!.call.requestId).toBe(headers.get('x-request-id'))
})

test('a definition that is not valid is refused before anything is asked of the status service', async () => {
  const body = { ...definition, colour: 'red', checks: [{ kind: 'http', url: 'ftp://x', interval: 30 }] }
  const answer = await gateway.call('POST', '/api/v1/components', { body })
  expect(answer.status).toBe(400)
  const pointers = answer.body.errors.map((error: { pointer: string }) => error.pointer).sort()
  expect(pointers).toEqual(['/checks/0/interval', '/checks/0/url', '/colour'])
})

test('an id that is none is refused before anything is asked of the status service', async () => {
  for (const path of ['%00', 'UPPER', 'a%20b', 'x'.repeat(64)]) {
    const { status, body } = await gateway.call('GET', `/api/v1/components/${path}`)
    expect(status).toBe(400)
    expect(body.errors[0]).toMatchObject({ pointer: '/path/id' })
  }
})

test('a component is shown to operators whole, with its version', async () => {
  gateway.status.scripts.getComponent = async () => ({ component: aStored() })
  const { body, headers } = await gateway.call('GET', '/api/v1/components/shop')
  expect(headers.get('etag')).toBe('"3"')
  expect(body.state.errorDetail).toBe('connect ECONNREFUSED 10.1.2.3:443')
  const again = await gateway.call('GET', '/api/v1/components/shop', { headers: { 'if-none-match': '"3"' } })
  expect(again.status).toBe(304)
})

test('a change names the version that it is made to, and one that comes too late is told the present one', async () => {
  const asked: UpdateComponentRequest[] = []
  gateway.status.scripts.updateComponent = async (request) => {
    asked.push(request)
    if (request.version !== 3) throw new OpsError('aborted', 'It was changed.', { extra: { current: { version: 3 } } })
    return { component: aStored({ version: 4 }) }
  }
  const change = async (headers: Record<string, string>) =>
    gateway.call('PATCH', '/api/v1/components/shop', { body: { group: 'Sales', description: null }, headers })
  expect((await change({})).body).toMatchObject({ status: 428, code: 'failed_precondition' })
  expect(asked).toHaveLength(0)
  expect((await change({ 'if-match': '"2"' })).body).toMatchObject({
    status: 409,
    code: 'aborted',
    current: { version: 3 },
  })
  const changed = await change({ 'if-match': '"3"' })
  expect({ status: changed.status, etag: changed.headers.get('etag') }).toEqual({ status: 200, etag: '"4"' })
  expect(JSON.parse(asked[1]!.patchJson)).toEqual({ group: 'Sales', description: null })
})

test('a component is deleted at the version that was read', async () => {
  gateway.status.scripts.deleteComponent = async ({ id, version }) => {
    expect({ id, version }).toEqual({ id: 'shop', version: 3 })
    return {}
  }
  const { status, text } = await gateway.call('DELETE', '/api/v1/components/shop', { headers: { 'if-match': '"3"' } })
  expect({ status, text }).toEqual({ status: 204, text: '' })
})

test('what the status service refuses reaches the caller with its fields', async () => {
  gateway.status.scripts.createComponent = async () => {
    throw new OpsError('invalid_argument', 'No such component.', {
      fields: [{ pointer: '/dependsOn/0', detail: 'is not a component' }],
    })
  }
  const { body } = await gateway.call('POST', '/api/v1/components', { body: definition })
  expect(body).toMatchObject({ status: 400, errors: [{ pointer: '/dependsOn/0', detail: 'is not a component' }] })
})

test('components and their history are listed page by page', async () => {
  gateway.status.scripts.listComponents = async ({ limit, cursor }) => ({
    components: [aStored({ id: `${limit}-${cursor}` })],
    nextCursor: cursor === '' ? 'next' : '',
  })
  const first = await gateway.call('GET', '/api/v1/components?limit=7')
  expect(first.body).toMatchObject({ items: [{ id: 'shop' }], nextCursor: 'next' })
  expect((await gateway.call('GET', '/api/v1/components?cursor=next')).body.nextCursor).toBeNull()
  gateway.status.scripts.listHistory = async () => ({
    intervals: [
      { status: 'STATUS_OPERATIONAL', fromMs: 1_760_000_060_000, isFlapping: false },
      {
        status: 'STATUS_MAINTENANCE',
        fromMs: 1_760_000_000_000,
        toMs: 1_760_000_060_000,
        isFlapping: true,
        originalStatus: 'STATUS_OUTAGE',
        correction: {
          id: 'c1',
          componentId: 'shop',
          fromMs: 1,
          toMs: 2,
          status: 'STATUS_MAINTENANCE',
          reason: 'was planned',
          author: 'Ada',
          createdAtMs: 1_760_000_090_000,
        },
      },
    ],
    nextCursor: '',
  })
  const { body } = await gateway.call('GET', '/api/v1/components/shop/history')
  expect(body).toMatchObject({
    nextCursor: null,
    items: [
      { status: 'operational', to: null, correction: null, originalStatus: null },
      { status: 'maintenance', originalStatus: 'outage', correction: { reason: 'was planned', author: 'Ada' } },
    ],
  })
})

test('uptime is told for the window that was asked for', async () => {
  gateway.status.scripts.getUptime = async ({ windowMs }) => ({
    uptime: windowMs === 86_400_000 ? aWindows().last24h : null,
    fromMs: 1_760_000_000_000 - windowMs,
    toMs: 1_760_000_000_000,
  })
  const uptime = async (query: string) => gateway.call('GET', `/api/v1/components/shop/uptime${query}`)
  expect((await uptime('?window=24h')).body).toMatchObject({ ratio: 0.9995, to: '2025-10-09T08:53:20.000Z' })
  expect((await uptime('')).body).toMatchObject({ ratio: null, unknownMs: 2_592_000_000 })
  for (const window of ['0s', '401d', 'soon', '-1h']) {
    expect((await uptime(`?window=${window}`)).body.errors[0].pointer).toBe('/query/window')
  }
})

test('a correction carries its interval, its reason and its author', async () => {
  gateway.status.scripts.createCorrection = async (asked, call) => ({
    correction: { ...asked, id: 'c1', author: call.principal.name, createdAtMs: 1_760_000_000_000 },
  })
  const body = {
    componentId: 'shop',
    from: '2025-10-09T10:53:20+02:00',
    to: '2025-10-09T09:53:20Z',
    status: 'operational',
    reason: 'the checker was wrong',
  }
  const made = await gateway.call('POST', '/api/v1/corrections', { body })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({
    ...body,
    from: '2025-10-09T08:53:20.000Z',
    to: '2025-10-09T09:53:20.000Z',
    author: 'admin',
  })
  const bad = await gateway.call('POST', '/api/v1/corrections', { body: { ...body, reason: '  ', from: 'yesterday' } })
  expect(bad.body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual(['/from', '/reason'])
})

test('a state is reported with the time that it holds', async () => {
  gateway.status.scripts.reportState = async ({ status, ttlMs }) => {
    expect({ status, ttlMs }).toEqual({ status: 'STATUS_DEGRADED', ttlMs: 300_000 })
    return { expiresAtMs: 1_760_000_000_000 }
  }
  const { body } = await gateway.call('POST', '/api/v1/components/shop/reports', {
    body: { status: 'degraded', ttl: '5m' },
  })
  expect(body).toEqual({ expiresAt: '2025-10-09T08:53:20.000Z' })
})

test('a reported response time of more than a day is refused, as no measurement is so long', async () => {
  const body = { status: 'degraded', ttl: '5m', responseTimeMs: 1e308 }
  const { status, body: problem } = await gateway.call('POST', '/api/v1/components/shop/reports', { body })
  expect(status).toBe(400)
  expect(problem.errors.map((error: { pointer: string }) => error.pointer)).toEqual(['/responseTimeMs'])
})

test('a heartbeat needs nothing but its token, and an unknown token is not found', async () => {
  gateway.status.scripts.recordHeartbeat = async ({ token }) => {
    if (token !== 'a-token-of-a-nightly-job') throw new OpsError('not_found', 'There is no such heartbeat.')
    return { nextDueAtMs: 1_760_000_000_000 }
  }
  const known = await gateway.call('POST', '/heartbeats/a-token-of-a-nightly-job')
  expect(known.body).toEqual({ nextDueAt: '2025-10-09T08:53:20.000Z' })
  expect((await gateway.call('POST', '/heartbeats/a-token-of-another-job')).status).toBe(404)
})

test('while the status service is away, operators are told so', async () => {
  await gateway.killStatusService()
  const { status, body } = await gateway.call('GET', '/api/v1/components')
  expect({ status, code: body.code }).toEqual({ status: 503, code: 'unavailable' })
})
