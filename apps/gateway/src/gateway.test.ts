import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '@akashic/testbed'
import { startGateway } from './testing/start-gateway.ts'
import type { StartedGateway } from './testing/start-gateway.ts'
import { aComponent, anUptime } from './testing/scripted-status-service.ts'

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())

test('the status of the status service reaches GET /status', async () => {
  const { status, body } = await gateway.call('GET', '/status')
  expect(status).toBe(200)
  expect(body).toMatchObject({ overall: 'operational', components: [{ id: 'web', status: 'operational' }] })
})

test('the page is served', async () => {
  gateway.status.scripts.listUptime = async ({ componentIds }) => ({ components: componentIds.map(anUptime) })
  const { status, text, headers } = await gateway.call('GET', '/')
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(text).toContain('The web')
})

test('the first start leaves an admin key that works, for its owner only', async () => {
  expect((await gateway.call('GET', '/api/v1/keys')).status).toBe(200)
  expect((await stat(join(gateway.platform.dataDir, 'admin.key'))).mode & 0o777).toBe(0o600)
})

test('a change reaches /status', async () => {
  gateway.status.say({
    components: [aComponent({ id: 'web', status: 'STATUS_OUTAGE', error: 'connection refused' })],
    overall: 'STATUS_OUTAGE',
  })
  await eventually(async () => {
    const { body } = await gateway.call('GET', '/status')
    expect(body).toMatchObject({ overall: 'outage', components: [{ status: 'outage', error: 'connection refused' }] })
  }, 3_000)
})
