import { startGateway, type StartedGateway } from '../testing/start-gateway.ts'

let gateway: StartedGateway
beforeAll(async () => {
  gateway = await startGateway()
}, 60_000)
afterAll(() => gateway.stop())

const path = '/api/v1/infra/databases'
const at = '2026-11-20T12:00:00.000Z'
const object = { kind: 'Session', namespace: 'orders', name: 'pid 7' }
const evidence = [{ kind: 'field', object, where: 'pg_stat_activity.state', quote: 'idle in transaction', at: null }]
const remedies = [{ title: 'Look', command: 'psql', changes: 'nothing', undo: null, isDestructive: false }]
const report = {
  ...{ database: 'orders', kind: 'postgres', status: 'critical', findings: [] },
  reachability: { state: 'reachable', says: 'Postgres 15 answers', code: '' },
  server: { version: '15.1', isInRecovery: false, isMonitor: true, startedAt: at, extensions: {} },
  changes: { since: at, items: [{ what: 'connections', says: '9; before it was 3' }] },
  trend: {
    since: at,
    items: [{ what: 'size', unit: 'bytes', first: 1, now: 3, at, least: 1, most: 3, perDay: 0.5 }],
  },
  rollout: {
    ...{ at, object: { kind: 'Deployment', namespace: 'shop', name: 'web' }, summary: 'web was rolled out' },
    changes: { since: at, items: [] },
  },
  topics: [
    {
      ...{ topic: 'connections', status: 'critical', says: '', unknown: [], isRead: true, tookMs: 3 },
      tables: [
        { title: 'Sessions', columns: [{ key: 'state', heading: 'STATE', unit: 'text' }], rows: [{ state: null }] },
      ],
      findings: [
        {
          ...{ rule: 'db-idle-in-transaction', severity: 'critical', object, part: '', reason: 'IdleInTransaction' },
          ...{ summary: 'Session 7 is idle.', evidence, remedies, since: at },
        },
      ],
    },
  ],
}

test('databases are listed, and read whole or by one topic', async () => {
  const asked: unknown[] = []
  const listed = {
    name: 'orders',
    kind: 'postgres',
    host: 'db',
    port: 5432,
    user: 'reader',
    database: 'shop',
    component: null,
  }
  gateway.infrastructure.scripts.listDatabases = async () => ({ databaseJson: [JSON.stringify(listed)] })
  gateway.infrastructure.scripts.getDatabase = async (request) => {
    asked.push(request)
    return { reportJson: JSON.stringify(report) }
  }
  expect((await gateway.call('GET', path)).body).toEqual({ items: [listed], nextCursor: null })
  const whole = await gateway.call('GET', `${path}/orders`)
  expect([whole.status, whole.body]).toEqual([200, report])
  expect((await gateway.call('GET', `${path}/orders/connections`)).status).toBe(200)
  expect(asked).toEqual([
    { name: 'orders', topic: '' },
    { name: 'orders', topic: 'connections' },
  ])
})
