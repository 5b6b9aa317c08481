import { eventually } from '@akashic/testbed'
import { aMaintenance } from '../testing/incident-builders.ts'
import { aComponent } from '../testing/scripted-status-service.ts'
import { startGateway } from '../testing/start-gateway.ts'
import type { StartedGateway } from '../testing/start-gateway.ts'
import { aPublicIncident, aToldUpdate, tell } from '../testing/told-builders.ts'

const names = ['summary', 'status', 'components', 'incidents', 'incidents/unresolved', 'scheduled-maintenances']
const paths = [...names, 'scheduled-maintenances/upcoming', 'scheduled-maintenances/active'].map(
  (name) => `/api/v2/${name}.json`,
)

/** The keys of each kind of row, all of them in every row. */
const keys = {
  page: ['id', 'name', 'url', 'time_zone', 'updated_at'],
  status: ['indicator', 'description'],
  component: [
    ...['id', 'name', 'status', 'created_at', 'updated_at', 'position', 'description', 'showcase', 'start_date'],
    ...['group_id', 'page_id', 'group', 'only_show_if_degraded'],
  ],
  incident: [
    ...['id', 'name', 'status', 'created_at', 'updated_at', 'monitoring_at', 'resolved_at', 'impact', 'shortlink'],
    ...['started_at', 'page_id', 'incident_updates', 'components'],
  ],
  update: [
    ...['id', 'status', 'body', 'incident_id', 'created_at', 'updated_at', 'display_at', 'affected_components'],
    ...['deliver_notifications', 'custom_tweet', 'tweet_id'],
  ],
}

type Row = Record<string, unknown> & { components: Row[]; incident_updates: Row[] }

function expectKeys(row: Row, expected: readonly string[]): void {
  expect(Object.keys(row).toSorted()).toEqual([...expected].toSorted())
  for (const value of Object.values(row)) expect(value).toBeDefined()
}

function expectComponent(row: Row): void {
  expectKeys(row, row.group ? [...keys.component, 'components'] : keys.component)
}

function expectIncident(row: Row, more: readonly string[] = []): void {
  expectKeys(row, [...keys.incident, ...more])
  for (const update of row.incident_updates) expectKeys(update, keys.update)
  row.components.forEach(expectComponent)
}

const affected = { id: 'web', name: 'Web', oldStatus: 'STATUS_OPERATIONAL', newStatus: 'STATUS_OUTAGE' } as const
const [first, second] = [
  aToldUpdate({ id: 'u1', affectedComponents: [affected], updatedAtMs: 1_760_000_090_000 }),
  aToldUpdate({ id: 'u2', status: 'INCIDENT_STATUS_MONITORING', affectedComponents: [], body: 'x'.repeat(20_000) }),
]
const told = {
  version: 5,
  incidents: [
    aPublicIncident({ id: 'now', status: 'INCIDENT_STATUS_MONITORING', updates: [second, first] }),
    aPublicIncident({ id: 'past', status: 'INCIDENT_STATUS_POSTMORTEM', resolvedAtMs: 1_760_000_100_000 }),
  ],
  maintenances: [
    aMaintenance({ id: 'later', componentIds: ['web'], scheduledForMs: 1_770_000_000_000 }),
    aMaintenance({ id: 'soon', scheduledForMs: 1_769_000_000_000 }),
    aMaintenance({
      ...{ id: 'running', status: 'MAINTENANCE_STATUS_VERIFYING', startedAtMs: 1_760_000_005_000 },
      updates: [aToldUpdate({ id: 'u3', maintenanceStatus: 'MAINTENANCE_STATUS_IN_PROGRESS', affectedComponents: [] })],
    }),
    aMaintenance({ id: 'done', status: 'MAINTENANCE_STATUS_COMPLETED', completedAtMs: 1_760_000_200_000 }),
    aMaintenance({ id: 'off', status: 'MAINTENANCE_STATUS_CANCELLED' }),
  ],
}

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway({ config: { page: { title: 'Acme', url: 'https://status.acme.example/' } } })
  const components = [
    aComponent({ id: 'web', name: 'Web' }),
    aComponent({ id: 'mail', group: '', position: 1, critical: false }),
    aComponent({ id: 'vault', visibility: 'VISIBILITY_INTERNAL', status: 'STATUS_OUTAGE' }),
  ]
  gateway.status.say({ isFull: true, components })
  tell(gateway, told)
  await eventually(async () => expect((await v2('incidents')).incidents).toHaveLength(2), 3_000)
})
afterAll(async () => gateway.stop())

const v2 = async (name: string) => (await gateway.call('GET', `/api/v2/${name}.json`)).body
const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id)

test('every row has every key of its kind, and no other', async () => {
  for (const path of paths) {
    const {
      page,
      status,
      components = [],
      incidents = [],
      scheduled_maintenances: maintenances = [],
    } = (await gateway.call('GET', path)).body
    expectKeys(page, keys.page)
    if (status) expectKeys(status, keys.status)
    for (const row of components) expectComponent(row)
    for (const row of incidents) expectIncident(row)
    for (const row of maintenances) expectIncident(row, ['scheduled_for', 'scheduled_until'])
  }
})

test('the summary has what is not over, and the lists have the rest', async () => {
  const summary = await v2('summary')
  expect(Object.keys(summary)).toEqual(['page', 'components', 'incidents', 'scheduled_maintenances', 'status'])
  expect(summary.page).toMatchObject({ name: 'Acme', url: 'https://status.acme.example/', time_zone: 'Etc/UTC' })
  expect(summary.status).toEqual({ indicator: 'none', description: 'All Systems Operational' })
  expect(await v2('status')).toEqual({ page: summary.page, status: summary.status })
  expect(summary.components.map(({ name }: { name: string }) => name)).toEqual(['Core', 'Web', 'The mail'])
  expect(await v2('components')).toEqual({ page: summary.page, components: summary.components })
  expect(idsOf(summary.incidents)).toEqual(['now'])
  expect(await v2('incidents/unresolved')).toEqual({ page: summary.page, incidents: summary.incidents })
  expect(idsOf((await v2('incidents')).incidents)).toEqual(['now', 'past'])
  expect(idsOf(summary.scheduled_maintenances)).toEqual(['running', 'soon', 'later'])
  const ids = async (name: string) => idsOf((await v2(name)).scheduled_maintenances)
  expect(await ids('scheduled-maintenances')).toEqual(['later', 'soon', 'running', 'done'])
  expect(await ids('scheduled-maintenances/upcoming')).toEqual(['soon', 'later'])
  expect(await ids('scheduled-maintenances/active')).toEqual(['running'])
})

test('an incident has its words whole, newest first, and what they did to components', async () => {
  const [now, past] = (await v2('incidents')).incidents
  expect(now).toMatchObject({
    ...{ status: 'monitoring', impact: 'major', monitoring_at: null, resolved_at: null },
    shortlink: 'https://status.acme.example/incidents/now',
    components: [{ id: 'web', status: 'operational' }],
  })
  expect(past).toMatchObject({ status: 'postmortem', resolved_at: '2025-10-09T08:55:00.000Z' })
  const [newest, oldest] = now.incident_updates
  expect(newest).toMatchObject({ id: 'u2', status: 'monitoring', body: 'x'.repeat(20_000), affected_components: null })
  expect(oldest).toMatchObject({
    affected_components: [{ code: 'web', name: 'Web', old_status: 'operational', new_status: 'major_outage' }],
    ...{ incident_id: 'now', created_at: '2025-10-09T08:54:20.000Z', updated_at: '2025-10-09T08:54:50.000Z' },
    ...{ deliver_notifications: true, custom_tweet: null, tweet_id: null },
  })
})

test('a maintenance has its window, and each word with where it stood then', async () => {
  const [running] = (await v2('scheduled-maintenances/active')).scheduled_maintenances
  expect(running).toMatchObject({
    ...{ status: 'verifying', impact: 'maintenance', started_at: '2025-10-09T08:53:25.000Z' },
    ...{ scheduled_for: '2025-10-09T08:53:20.000Z', scheduled_until: '2025-10-09T09:53:20.000Z' },
    incident_updates: [
      { id: 'u3', status: 'in_progress' },
      { status: 'scheduled', body: 'Writes stop for a minute.', display_at: '2025-10-09T08:53:19.000Z' },
    ],
  })
})

test('any page may read it, whole or by its head, and who has it already is not sent it again', async () => {
  for (const path of paths) {
    const { status, headers } = await gateway.call('GET', `${path}?_=1`)
    expect({ status, cors: headers.get('access-control-allow-origin') }).toEqual({ status: 200, cors: '*' })
    const same = await gateway.call('GET', path, { headers: { 'if-none-match': headers.get('etag')! } })
    expect([same.status, same.text]).toEqual([304, ''])
    const head = await gateway.call('HEAD', path)
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', headers.get('etag')])
    const other = await gateway.call('POST', path, { body: {} })
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  }
  const preflight = await gateway.call('OPTIONS', paths[0]!, { headers: { origin: 'https://example.org' } })
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  const unknown = await gateway.call('GET', '/api/v2/subscribers.json')
  expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found'])
  expect(await gateway.platform.metrics.metrics()).toContain(
    'akashic_document_answers_total{path="/api/v2/status.json",status="304"}',
  )
})
