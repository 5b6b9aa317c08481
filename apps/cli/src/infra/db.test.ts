import { akashic } from '../testing/a-session.ts'
import { startFakeServer, type FakeServer } from '../testing/fake-server.ts'
import type { DatabaseFinding, DatabaseReport, TopicReport } from './db-report.ts'

const remedy = (title: string, command: string | null, isDestructive = false) => ({
  ...{ title, command, changes: 'nothing', undo: null, isDestructive },
})
const aFinding = (partial: Partial<DatabaseFinding> = {}): DatabaseFinding => ({
  ...{ rule: 'db-lock-tree', severity: 'critical', summary: 'Session 7 keeps 3 sessions waiting.', evidence: [] },
  object: { kind: 'Session', namespace: 'orders', name: 'pid 7' },
  remedies: [remedy('See it', 'psql -c "SELECT 1"'), remedy('End session 7', 'psql -c "SELECT 2"', true)],
  ...partial,
})
const aTopic = (partial: Partial<TopicReport> = {}): TopicReport => ({
  ...{ topic: 'locks', status: 'healthy', says: 'nobody waits for a lock', tables: [], findings: [], unknown: [] },
  ...partial,
})
const aReport = (topics: readonly TopicReport[], partial: Partial<DatabaseReport> = {}): DatabaseReport => ({
  ...{
    database: 'orders',
    status: topics[0]?.status ?? 'healthy',
    findings: [],
    topics,
    changes: null,
    rollout: null,
    trend: null,
  },
  reachability: { state: 'reachable', says: 'Postgres 15.18 at db:5432 answers' },
  ...partial,
})

let server: FakeServer
const answers: Record<string, unknown> = {}
beforeEach(async () => {
  for (const name of Object.keys(answers)) delete answers[name]
  server = await startFakeServer(answers)
})
afterEach(() => server.stop())
const path = 'GET /api/v1/infra/databases'
const db = (...argv: readonly string[]) =>
  akashic(['db', ...argv], {
    columns: 100,
    env: { AKASHIC_URL: server.url, AKASHIC_API_KEY: 'ak_test', NO_COLOR: '1' },
  })

test('without a name the databases are listed', async () => {
  const orders = { name: 'orders', kind: 'postgres', host: 'db', port: 5432, user: 'reader', database: 'shop' }
  answers[path] = { items: [orders] }
  const { code, stdout } = await db()
  expect([code, stdout]).toEqual([0, expect.stringMatching(/orders +postgres +db:5432 +shop +reader/)])
})

test('a database that is well is told by topic, with what has changed', async () => {
  const changes = { since: '2026-11-20T11:00:00.000Z', items: [{ what: 'connections', says: '9; before it was 3' }] }
  answers[`${path}/orders`] = aReport([aTopic()], { changes })
  const { code, stdout } = await db('orders')
  expect(code).toBe(0)
  expect(stdout.split('\n')[0]).toContain('● ')
  expect(stdout).toMatch(/● locks +nobody waits for a lock/)
  expect(stdout).toContain('  connections: 9; before it was 3')
})

test('what is other than before the last rollout of a user is told by that', async () => {
  const rollout = {
    ...{ at: '2026-11-20T07:00:00.000Z', object: { kind: 'Deployment', namespace: 'shop', name: 'web' } },
    changes: { since: '2026-11-20T06:59:30.000Z', items: [{ what: 'statement 7', says: 'new: 50 calls at 30 ms' }] },
  }
  answers[`${path}/orders`] = aReport([aTopic()], { rollout })
  const { stdout } = await db('orders')
  expect(stdout).toMatch(
    /Changed since Deployment shop\/web was rolled out, .*:\n {2}statement 7: new: 50 calls at 30 ms/,
  )
  expect(stdout.match(/Changed since/g)).toHaveLength(1)
})

test('levels that are other than days ago are told with how they grow', async () => {
  const level = { what: 'size', unit: 'bytes' as const, first: 1_073_741_824, now: 1_610_612_736, most: 1_610_612_736 }
  const still = { what: 'connections', unit: 'count' as const, first: 3, now: 3, most: 9, perDay: 0 }
  const now = new Date().toISOString()
  const items = [
    { ...level, at: now, perDay: 76_695_845 },
    { ...still, at: now },
  ]
  const trend = { since: '2026-11-13T11:00:00.000Z', items }
  answers[`${path}/orders`] = aReport([aTopic()], { trend })
  const { stdout } = await db('orders')
  expect(stdout).toContain('  size: 1.5 GB; it was 1.0 GB, at most 1.5 GB, more by 73.1 MB a day')
  expect(stdout).not.toContain('connections:')
  const older = items.map((each) => ({ ...each, at: '2026-11-20T10:59:00.000Z' }))
  answers[`${path}/orders`] = aReport([aTopic()], { trend: { ...trend, items: older } })
  expect((await db('orders')).stdout).toMatch(/ {2}size: 1\.5 GB, measured .*; it was 1\.0 GB/)
})

test('trouble comes first, with what to do in order; what is worth knowing comes without', async () => {
  const note = aFinding({
    severity: 'info',
    summary: 'log_lock_waits is off.',
    remedies: [remedy('Set it', 'psql -c "SET"')],
  })
  answers[`${path}/orders`] = aReport([aTopic({ status: 'critical', findings: [note, aFinding()] })])
  const { code, stdout } = await db('orders')
  expect(code).toBe(3)
  expect(stdout.split('\n')[0]).toBe('✖ 1 thing is wrong with database orders')
  expect(stdout.indexOf('keeps 3 sessions')).toBeLessThan(stdout.indexOf('log_lock_waits'))
  expect(stdout).toContain('2. End session 7 (cannot be undone)')
  expect(stdout).not.toContain('"SET"')
})

test('of one topic the tables are shown in the units of their columns, within the width', async () => {
  const columns = [
    { key: 'name', heading: 'TABLE', unit: 'text' as const },
    { key: 'bytes', heading: 'SIZE', unit: 'bytes' as const },
    { key: 'used', heading: 'USED', unit: 'ratio' as const },
    { key: 'for', heading: 'FOR', unit: 'seconds' as const },
  ]
  const rows = [{ name: 'x'.repeat(200), bytes: 3 * 1_048_576, used: 0.9319, for: 150 }]
  answers[`${path}/orders/bloat`] = aReport([aTopic({ topic: 'bloat', tables: [{ title: 'Tables', columns, rows }] })])
  const { stdout } = await db('orders', 'bloat')
  expect(stdout).toMatch(/x… +3\.0 MB +93\.1 % +2 min/)
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
})

test('what is unknown is told with how to get it, and by the exit code', async () => {
  const unknown = [{ what: 'statements', reason: 'pg_stat_statements not installed', howToGet: 'CREATE EXTENSION' }]
  answers[`${path}/orders/slow`] = aReport([aTopic({ topic: 'slow', status: 'unknown', says: '', unknown })])
  const { code, stdout } = await db('orders', 'slow')
  expect(code).toBe(5)
  expect(stdout).toContain('? Unknown: statements (pg_stat_statements not installed)')
  expect(stdout).toContain('to get it: CREATE EXTENSION')
})

test('a database that cannot be reached is told as such, without a line for each topic', async () => {
  const reachability = { state: 'refused', says: 'db:5432 refuses the connection: nothing listens there' }
  const topics = [aTopic({ status: 'unknown', says: '' })]
  answers[`${path}/orders`] = aReport(topics, { status: 'critical', reachability })
  const { code, stdout } = await db('orders')
  expect([code, stdout.split('\n')[0]]).toEqual([3, '✖ Database orders cannot be used'])
  expect(stdout).not.toContain('TOPIC')
})

test('a command is printed without what would move the cursor, and one that can be undone is not told to be final', async () => {
  const drop = { ...remedy('Drop it', 'DROP INDEX "a\u001b[2J\u202eb"', true), undo: 'CREATE INDEX' }
  answers[`${path}/orders`] = aReport([aTopic({ status: 'critical', findings: [aFinding({ remedies: [drop] })] })])
  const { stdout } = await db('orders')
  expect(stdout).toContain('1. Drop it (destructive)')
  expect(stdout).toContain('DROP INDEX "a[2Jb"')
})
