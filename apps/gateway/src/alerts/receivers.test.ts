import type { RaiseAlertsRequest } from '@akashic/proto'
import { OpsError } from '@akashic/shared/errors'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'

const forPrometheus = '/alertmanager/api/v2/alerts'
const forAlertmanager = '/api/v1/alerts/alertmanager'
const startsAtMs = Date.parse('2026-11-26T04:05:39.438Z')

/** As Prometheus 2.42 posts it. */
const fromPrometheus = {
  annotations: { summary: 'It 1 fails' },
  endsAt: '2026-11-26T04:06:05.438Z',
  startsAt: '2026-11-26T04:05:39.438Z',
  generatorURL: 'http://prometheus:9090/graph?g0.expr=vector%281%29&g0.tab=1',
  labels: { alertname: 'Up', component: 'shop', severity: 'critical' },
}

/** As Alertmanager 0.25 posts it to a webhook. */
const fromAlertmanager = {
  receiver: 'webhook',
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'Up', component: 'shop', severity: 'critical' },
      annotations: { summary: 'It 1 fails' },
      startsAt: '2026-11-26T04:05:39.438Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus:9090/graph?g0.expr=vector%281%29&g0.tab=1',
      fingerprint: 'ca278dff8e4db49e',
    },
    {
      status: 'resolved',
      labels: { alertname: 'Up', component: 'web', severity: 'critical' },
      annotations: {},
      startsAt: '2026-11-26T04:05:39.438123456+02:00',
      endsAt: '2026-11-26T04:06:05.438123456+02:00',
      generatorURL: '',
      fingerprint: '1b2a3c4d5e6f7081',
    },
  ],
  groupLabels: { alertname: 'Up' },
  commonLabels: { alertname: 'Up', severity: 'critical' },
  commonAnnotations: {},
  externalURL: 'http://alertmanager:9093',
  version: '4',
  groupKey: '{}:{alertname="Up"}',
  truncatedAlerts: 0,
}

let gateway: StartedGateway
let asked: RaiseAlertsRequest[]
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(async () => gateway.stop())
beforeEach(() => {
  asked = []
  gateway.alerts.scripts = {
    raiseAlerts: async (request) => (asked.push(request), { fired: 1, resolved: 0, refused: [] }),
  }
})

const keyOf = async (rights: object): Promise<string> => {
  const body = { principal: JSON.stringify(rights), kind: 'service', ...rights }
  return (await gateway.call('POST', '/api/v1/keys', { body })).body.key
}
const pointersOf = ({ body }: { body: { errors: { pointer: string }[] } }) =>
  body.errors.map(({ pointer }) => pointer).sort()

test('what Prometheus posts is taken whole, and answered 200 with what became of it', async () => {
  gateway.alerts.scripts.raiseAlerts = async (request) => (
    asked.push(request),
    { fired: 1, resolved: 2, refused: [{ index: 3, reason: 'has no label alertname' }] }
  )
  const { status, body } = await gateway.call('POST', forPrometheus, { body: [fromPrometheus] })
  expect(status).toBe(200)
  expect(body).toEqual({ fired: 1, resolved: 2, refused: [{ index: 3, reason: 'has no label alertname' }] })
  expect(asked).toEqual([
    {
      source: 'prometheus',
      alerts: [
        {
          labels: { alertname: 'Up', component: 'shop', severity: 'critical' },
          annotations: { summary: 'It 1 fails' },
          ...{ status: 'ALERT_STATUS_FIRING', startsAtMs, endsAtMs: Date.parse('2026-11-26T04:06:05.438Z') },
        },
      ],
    },
  ])
})

test.each([
  ['2026-11-26T04:05:39.438123456Z', startsAtMs],
  ['2026-11-26T06:05:39.438999999+02:00', startsAtMs],
  ['2026-11-26T04:05:39Z', startsAtMs - 438],
  ['0001-01-01T00:00:00Z', undefined],
  ['', undefined],
])('the instant %p is read as Go means it', async (startsAt, expected) => {
  const { status } = await gateway.call('POST', forPrometheus, { body: [{ labels: { alertname: 'Up' }, startsAt }] })
  expect(status).toBe(200)
  expect(asked[0]!.alerts[0]).toEqual({
    ...{ labels: { alertname: 'Up' }, annotations: {}, status: 'ALERT_STATUS_FIRING' },
    ...(expected !== undefined && { startsAtMs: expected }),
  })
})

test('what the webhook of an Alertmanager posts is taken, each alert with its own status', async () => {
  const { status, body } = await gateway.call('POST', forAlertmanager, { body: fromAlertmanager })
  expect({ status, body }).toEqual({ status: 200, body: { fired: 1, resolved: 0, refused: [] } })
  expect(asked).toEqual([
    {
      source: 'alertmanager',
      alerts: [
        {
          labels: { alertname: 'Up', component: 'shop', severity: 'critical' },
          annotations: { summary: 'It 1 fails' },
          ...{ status: 'ALERT_STATUS_FIRING', startsAtMs },
        },
        {
          labels: { alertname: 'Up', component: 'web', severity: 'critical' },
          annotations: {},
          ...{ status: 'ALERT_STATUS_RESOLVED', startsAtMs: startsAtMs - 7_200_000 },
        },
      ],
    },
  ])
})

test('an alert of a webhook that has no status has that of its group', async () => {
  const { status: _, ...alert } = fromAlertmanager.alerts[0]!
  const body = { ...fromAlertmanager, status: 'resolved', alerts: [alert] }
  expect((await gateway.call('POST', forAlertmanager, { body })).status).toBe(200)
  expect(asked[0]!.alerts).toMatchObject([{ status: 'ALERT_STATUS_RESOLVED' }])
})

test('no alerts, and fields that nobody knows here, do no harm', async () => {
  expect((await gateway.call('POST', forPrometheus, { body: [] })).status).toBe(200)
  const body = [{ ...fromPrometheus, fingerprint: 'x', status: { state: 'active' }, receivers: [{ name: 'a' }] }]
  expect((await gateway.call('POST', forPrometheus, { body })).status).toBe(200)
  expect(asked.map(({ alerts }) => alerts.length)).toEqual([0, 1])
})

test('what is wrong with an alert is said of it by its place, and the others are taken', async () => {
  const bad = [
    { labels: { alertname: 1 }, startsAt: 'Tuesday' },
    { annotations: 'none', labels: { alertname: 'A' } },
  ]
  const refused = { index: 0, reason: 'has no label alertname' }
  gateway.alerts.scripts.raiseAlerts = async (request) => (
    asked.push(request),
    { fired: 0, resolved: 0, refused: [refused] }
  )
  const posted = await gateway.call('POST', forPrometheus, { body: [...bad, fromPrometheus] })
  expect(posted.status).toBe(200)
  expect(posted.body.refused).toEqual([
    { index: 0, reason: expect.stringMatching(/^labels\.alertname: /) },
    { index: 1, reason: expect.stringMatching(/^annotations: /) },
    { index: 2, reason: 'has no label alertname' },
  ])
  expect(asked.at(-1)!.alerts).toHaveLength(1)
  const nothing = { ...fromPrometheus, annotations: null }
  expect((await gateway.call('POST', forPrometheus, { body: [nothing] })).body.refused).toEqual([refused])
})

test('what is no list of alerts is refused whole', async () => {
  const told = await gateway.call('POST', forAlertmanager, { body: { status: 'pending', alerts: [] } })
  expect(told.status).toBe(400)
  expect(pointersOf(told)).toEqual(['/status'])
  expect((await gateway.call('POST', forPrometheus, { body: fromAlertmanager })).status).toBe(400)
  expect(asked).toEqual([])
})

test('a status service that is away is told to Prometheus as such', async () => {
  gateway.alerts.scripts.raiseAlerts = async () => {
    throw new OpsError('unavailable', 'The database is away.')
  }
  const { status, headers } = await gateway.call('POST', forPrometheus, { body: [fromPrometheus] })
  expect({ status, retryAfter: headers.get('retry-after') }).toEqual({ status: 503, retryAfter: '2' })
})

test.each([
  [forPrometheus, [fromPrometheus]],
  [forAlertmanager, fromAlertmanager],
])('%s is for operators whose key is not limited to components', async (path, body) => {
  const statusFor = async (key: string | null) => (await gateway.call('POST', path, { key, body })).status
  expect(await statusFor(await keyOf({ role: 'operator' }))).toBe(200)
  expect(await statusFor(await keyOf({ role: 'viewer' }))).toBe(403)
  expect(await statusFor(await keyOf({ role: 'admin', scope: ['shop'] }))).toBe(403)
  expect(await statusFor(null)).toBe(401)
  expect(asked).toHaveLength(1)
})
