import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { eventually } from '@akashic/testbed'
import { aComponent, anUptime } from '../testing/scripted-status-service.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'
import { publicStatusSchema } from './public-view.ts'

const hidden = aComponent({
  id: 'hidden-vault',
  name: 'Secret Vault',
  visibility: 'VISIBILITY_INTERNAL',
  status: 'STATUS_OUTAGE',
  error: 'vault error',
})
const web = aComponent({
  id: 'web',
  name: 'Web',
  status: 'STATUS_OUTAGE',
  error: 'connection refused',
  errorDetail: 'connect ECONNREFUSED 10.1.2.3:443',
  causedBy: 'hidden-vault',
})
const api = aComponent({
  id: 'api',
  name: 'API',
  causedBy: 'web',
  status: 'STATUS_DEGRADED',
  position: 1,
  group: 'Edge',
})

let gateway: StartedGateway
beforeEach(async () => {
  gateway = await startGateway()
  gateway.status.scripts.listUptime = async ({ componentIds }) => ({ components: componentIds.map(anUptime) })
  gateway.status.say({ isFull: true, components: [web, hidden, api], overall: 'STATUS_OUTAGE' })
  await eventually(async () => expect((await gateway.call('GET', '/status')).body.components).toHaveLength(2), 3_000)
})
afterEach(async () => gateway.stop())

/** Node's own client: it neither adds Accept-Encoding nor unpacks. */
function raw(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ message: IncomingMessage; bytes: Buffer }>((resolve, reject) => {
    get(gateway.url + path, { headers, method, agent: false }, (message) => {
      const chunks: Buffer[] = []
      message.on('data', (chunk: Buffer) => chunks.push(chunk))
      message.on('end', () => resolve({ message, bytes: Buffer.concat(chunks) }))
    }).on('error', reject)
  })
}

test('no public answer names an internal component, nor says more than a safe sentence', async () => {
  const stream = await fetch(`${gateway.url}/status/stream`)
  const reader = stream.body!.getReader()
  const first = Buffer.from((await reader.read()).value as Uint8Array).toString()
  await reader.cancel()
  const paths = [
    ...['/', '/status', '/status/components/web', '/status/components/hidden-vault', '/badges/hidden-vault.svg'],
    ...['/badges/web.svg', '/badges/web/uptime.svg', '/badges/hidden-vault/uptime.svg', '/openapi.json', '/docs'],
    ...['/nowhere', '/heartbeats/0123456789abcdef0123'],
  ]
  const answers = await Promise.all(paths.map(async (path) => gateway.call('GET', path)))
  for (const text of [first, ...answers.map((answer) => answer.text)]) {
    expect(text).not.toMatch(/hidden-vault|Secret Vault|vault error|10\.1\.2\.3|ECONNREFUSED/)
  }
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 404, 404, 200, 200, 404, 200, 200, 404, 405])
  const unknown = await gateway.call('GET', '/status/components/never-was')
  expect({ ...unknown.body, requestId: '' }).toEqual({ ...answers[3]!.body, requestId: '' })
})

test('the document has the shape that is documented, with causes that are public', async () => {
  const { body } = await gateway.call('GET', '/status')
  expect(publicStatusSchema.strict().safeParse(body).error).toBeUndefined()
  expect(body).toMatchObject({
    overall: 'outage',
    activeIncidents: [],
    scheduledMaintenances: [],
    components: [
      { id: 'web', group: 'Core', status: 'outage', responseTimeMs: 12.3, error: 'connection refused' },
      { id: 'api', group: 'Edge', status: 'degraded', causedBy: 'web', lastChecked: '2025-10-09T08:54:20.000Z' },
    ],
  })
  expect(body.uptime.last30d).toEqual({
    ratio: 0.9995,
    knownMs: 2_592_000_000,
    unknownMs: 0,
    downMs: expect.any(Number),
    maintenanceMs: 0,
  })
  expect(body).not.toHaveProperty('stale')
})

test('the bytes are the same until the public content changes; a change that is internal is not noticed', async () => {
  const before = await raw('/status')
  const { etag } = before.message.headers
  gateway.status.say({ components: [{ ...hidden, status: 'STATUS_OPERATIONAL' }], overall: 'STATUS_OUTAGE' })
  await eventually(async () => {
    const { body } = await gateway.call('GET', '/api/v1/status')
    expect(body.components).toContainEqual(expect.objectContaining({ id: 'hidden-vault', status: 'operational' }))
  }, 3_000)
  expect((await raw('/status', { 'if-none-match': String(etag) })).message.statusCode).toBe(304)
  gateway.status.say({ components: [{ ...web, status: 'STATUS_OPERATIONAL' }], overall: 'STATUS_DEGRADED' })
  await eventually(async () => {
    const { message, bytes } = await raw('/status', { 'if-none-match': String(etag) })
    expect(message.statusCode).toBe(200)
    expect(JSON.parse(bytes.toString()).generatedAt > JSON.parse(before.bytes.toString()).generatedAt).toBe(true)
  }, 3_000)
})

test('any page may read it, in br, gzip or plain, whole or by its head only', async () => {
  const plain = await raw('/status')
  expect(plain.message.headers).toMatchObject({ 'access-control-allow-origin': '*', vary: 'Accept-Encoding' })
  expect(plain.message.headers['cache-control']).toContain('max-age=0')
  for (const encoding of ['gzip', 'br']) {
    const { message, bytes } = await raw('/status', { 'accept-encoding': encoding })
    expect(message.headers['content-encoding']).toBe(encoding)
    expect(message.headers['content-length']).toBe(String(bytes.length))
    expect(await (await fetch(`${gateway.url}/status`, { headers: { 'accept-encoding': encoding } })).text()).toBe(
      plain.bytes.toString(),
    )
    const again = await raw('/status', { 'accept-encoding': encoding, 'if-none-match': message.headers.etag! })
    expect({ status: again.message.statusCode, size: again.bytes.length }).toEqual({ status: 304, size: 0 })
  }
  const head = await raw('/status', {}, 'HEAD')
  expect(head.message.headers).toMatchObject({
    etag: plain.message.headers.etag,
    'content-length': String(plain.bytes.length),
  })
  expect(head.bytes).toHaveLength(0)
  const preflight = await raw('/status', { origin: 'https://example.org' }, 'OPTIONS')
  expect(preflight.message.headers['access-control-allow-origin']).toBe('*')
  expect((await raw('/status', {}, 'DELETE')).message.statusCode).toBe(405)
  expect((await raw('/status/', {})).message.statusCode).toBe(404)
  expect((await raw('/status/stream', {}, 'HEAD')).message.headers['content-type']).toContain('text/event-stream')
})

test('what it answers and how old that is can be watched', async () => {
  const { etag } = (await raw('/status')).message.headers
  await raw('/status', { 'if-none-match': etag! })
  await raw('/status', { 'if-none-match': etag!, 'x-akashic-load-test': 'run-1' })
  const metrics = await gateway.platform.metrics.metrics()
  expect(metrics).toContain('akashic_status_answers_total{status="304"} 1')
  expect(metrics).toContain('akashic_status_answers_total{status="304",load_test="true"} 1')
  expect(metrics).toMatch(/akashic_status_age_seconds \d/)
})

test('one component is shown with its uptime, its days and its response times', async () => {
  const { body } = await gateway.call('GET', '/status/components/api')
  expect(body).toMatchObject({ id: 'api', causedBy: 'web', uptime: { last90d: { ratio: 0.9995 } } })
  expect(body.days).toHaveLength(90)
  expect(body.responseTimes).toEqual([{ at: '2025-10-09T08:53:20.000Z', meanMs: 12, maxMs: 30 }])
})

test('without the status service the last snapshot is served with its age, also after a restart', async () => {
  await gateway.call('GET', '/')
  gateway.status.say({ overall: 'STATUS_OUTAGE', asOfAgeMs: 11_000 })
  await gateway.killStatusService()
  const isStale = async () => {
    const { status, body } = await gateway.call('GET', '/status')
    expect({ status, stale: body.stale, overall: body.overall }).toEqual({
      status: 200,
      stale: true,
      overall: 'outage',
    })
    expect(body.ageMs).toBeGreaterThanOrEqual(10_000)
    return body.ageMs as number
  }
  await eventually(isStale, 20_000)
  expect(gateway.gateway.health()).toMatchObject({ state: 'degraded' })
  gateway = await gateway.restart()
  const age = await isStale()
  await eventually(async () => expect(await isStale()).toBeGreaterThan(age), 5_000)
  const component = await gateway.call('GET', '/status/components/api')
  expect(component.body).toMatchObject({ stale: true, days: expect.arrayContaining([expect.anything()]) })
  const page = await gateway.call('GET', '/')
  expect({ status: page.status, hasComponent: page.text.includes('API') }).toEqual({ status: 200, hasComponent: true })
  expect((await gateway.call('GET', '/api/v1/status')).body).toMatchObject({ stale: true, overallPublic: 'outage' })
}, 60_000)

test('a status service that comes back is followed again', async () => {
  gateway.status.hangUp()
  gateway.status.say({ components: [{ ...web, status: 'STATUS_OPERATIONAL' }], overall: 'STATUS_OPERATIONAL' })
  await eventually(async () => expect((await gateway.call('GET', '/status')).body.overall).toBe('operational'), 5_000)
})
