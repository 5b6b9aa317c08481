import type { Alert, RaiseAlertRequest } from '@akashic/proto'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const atMs = 1_760_000_000_000
const at = new Date(atMs).toISOString()

const anAlert = (partial: Partial<Alert> = {}): Alert => ({
  ...{ id: 'alr-1', version: 1, source: 'prometheus', fingerprint: 'f', componentId: 'shop', summary: 'It fails.' },
  ...{ status: 'ALERT_STATUS_FIRING', severity: 'ALERT_SEVERITY_CRITICAL', assigneeRole: '', assigneePerson: '' },
  ...{ incidentId: '', firedAtMs: atMs, lastSeenAtMs: atMs, labels: { alertname: 'HighErrorRate' } },
  ...partial,
})

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  gateway.alerts.scripts = {}
})

const body = { source: 'prometheus', fingerprint: 'f', component: 'shop', summary: 'It fails.' }

test('an alert that begins to fire is 201, one that is seen again 200, and nothing to resolve 204', async () => {
  const asked: RaiseAlertRequest[] = []
  const answers = [{ alert: anAlert(), isNew: true }, { alert: anAlert(), isNew: false }, { isNew: false }]
  gateway.alerts.scripts.raiseAlert = async (request) => (asked.push(request), answers[asked.length - 1]!)
  const raised = await gateway.call('POST', '/api/v1/alerts', {
    body: { ...body, severity: 'critical', startedAt: at },
  })
  expect(raised).toMatchObject({
    status: 201,
    body: {
      ...{ id: 'alr-1', version: 1, ...body, status: 'firing', severity: 'critical' },
      ...{ assignee: null, incident: null, firedAt: at, lastSeenAt: at, resolvedAt: null },
    },
  })
  expect((await gateway.call('POST', '/api/v1/alerts', { body })).status).toBe(200)
  const resolving = { source: 'prometheus', fingerprint: 'f', status: 'resolved' }
  expect((await gateway.call('POST', '/api/v1/alerts', { body: resolving })).status).toBe(204)
  expect(asked[0]).toEqual({
    ...{ source: 'prometheus', fingerprint: 'f', componentId: 'shop', summary: 'It fails.', startedAtMs: atMs },
    ...{ status: 'ALERT_STATUS_FIRING', severity: 'ALERT_SEVERITY_CRITICAL' },
  })
  expect(asked[1]).toMatchObject({ severity: 'ALERT_SEVERITY_WARNING' })
  expect(asked[2]).toMatchObject({ status: 'ALERT_STATUS_RESOLVED', componentId: '', summary: '' })
})

test('what is wrong with an alert is said field by field', async () => {
  const refused = await gateway.call('POST', '/api/v1/alerts', {
    body: { ...body, source: ' ', summary: '', severity: 'grave', startedAt: 'now', labels: {} },
  })
  expect(refused.status).toBe(400)
  const pointers = refused.body.errors.map((error: { pointer: string }) => error.pointer).sort()
  expect(pointers).toEqual(expect.arrayContaining(['/labels', '/severity', '/source', '/startedAt']))
  const silent = await gateway.call('POST', '/api/v1/alerts', { body: { ...body, summary: ' ' } })
  expect(silent.body.errors).toEqual([{ pointer: '/summary', detail: 'must not be empty' }])
})

test('alerts are listed by status, source and component', async () => {
  const asked: object[] = []
  const assigned = anAlert({ assigneeRole: 'communications_lead', incidentId: 'inc-1', resolvedAtMs: atMs })
  gateway.alerts.scripts.listAlerts = async (request) => (
    asked.push(request),
    { alerts: [assigned], nextCursor: 'next' }
  )
  const { body: page } = await gateway.call('GET', '/api/v1/alerts?status=firing&source=truth&component=shop&limit=1')
  expect(page).toMatchObject({
    items: [{ assignee: { role: 'communications_lead', person: null }, incident: 'inc-1', resolvedAt: at }],
    nextCursor: 'next',
  })
  await gateway.call('GET', '/api/v1/alerts')
  expect(asked).toEqual([
    { limit: 1, cursor: '', status: 'ALERT_STATUS_FIRING', source: 'truth', componentId: 'shop' },
    { limit: 50, cursor: '', status: 'ALERT_STATUS_UNSPECIFIED', source: '', componentId: '' },
  ])
  expect((await gateway.call('GET', '/api/v1/alerts?status=silent')).status).toBe(400)
  expect((await gateway.call('GET', '/api/v1/alerts', { key: null })).status).toBe(401)
})
