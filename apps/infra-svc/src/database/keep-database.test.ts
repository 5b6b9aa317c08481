import { infraEvents } from '@akashic/events'
import { systemClock } from '@akashic/shared/clock'
import { createOutbox } from '@akashic/shared/events'
import { migrate } from '@akashic/shared/migrations'
import { sql } from '@akashic/shared/postgres'
import {
  eventually,
  freePort,
  startTestPostgres,
  testDatabase,
  type TestDatabase,
  type TestPostgres,
} from '@akashic/testbed'
import { pino } from 'pino'
import { insertChanges } from '../change/store.ts'
import { lockOpen } from '../finding/store.ts'
import { migrations } from '../module.ts'
import { aView } from '../testing/a-look.ts'
import { openDatabaseClient } from './database-client.ts'
import type { WatchedDatabase } from './databases.ts'
import { createDatabaseKeeper } from './keep-database.ts'
import { createLooks } from './look-in-turn.ts'
import { postgresEngine } from './postgres-engine.ts'
import { showDatabase } from './show-database.ts'
import { deleteOldSamples } from './store.ts'
import { startProxy } from './testing/proxy.ts'
import { sessionsOn } from './testing/server.ts'

let own: TestDatabase
/** What is looked at: nobody else's sessions are on it. */
let server: TestPostgres
let sessions: ReturnType<typeof sessionsOn>
const opened: WatchedDatabase[] = []
beforeAll(async () => {
  own = await testDatabase()
  await migrate(own.url, { ...migrations, log: pino({ level: 'silent' }) })
  server = await startTestPostgres()
  sessions = sessionsOn(server.url)
  await sessions.run('CREATE TABLE public.stock (id int PRIMARY KEY)', 'INSERT INTO public.stock VALUES (1)')
}, 60_000)
afterEach(async () => {
  await sessions.endSessions()
  for (const { engine } of opened.splice(0)) engine.close()
  await own.db.query(
    sql`TRUNCATE infra.finding, infra.cluster_lease, infra.database_sample, infra.outbox, infra.change`,
  )
})
afterAll(() => Promise.all([own.close(), server.stop()]))

function watched(url: string): WatchedDatabase {
  const spec = { name: 'orders', url, readyWithin: 5_000 }
  const database = { spec, engine: postgresEngine(openDatabaseClient(spec)), looks: createLooks() }
  opened.push(database)
  return database
}

function deps(replicaId: string, nowMs = Date.parse('2026-11-20T12:00:00Z')) {
  const databases = { all: () => opened, named: () => opened[0]!, apply: () => undefined, stop: () => undefined }
  return {
    ...{ db: own.db, outbox: createOutbox('infra'), replicaId, databases },
    ...{ clusters: { all: () => [] }, components: async () => [], clock: { ...systemClock, now: () => nowMs } },
    monotonicMs: () => performance.now(),
  }
}
const keeperOf = (replicaId: string) => createDatabaseKeeper(deps(replicaId))
const open = async (rule: string) =>
  (await own.db.transaction((tx) => lockOpen(tx, 'database/orders'))).filter(({ finding }) => finding.rule === rule)
const events = async (): Promise<readonly string[]> =>
  (await own.db.query<{ type: string }>(sql`SELECT event->>'type' AS type FROM infra.outbox ORDER BY seq`)).map(
    ({ type }) => type,
  )

test('a lock tree is found, kept, told, and resolved when it has gone; what cannot be seen has not', async () => {
  const keeper = keeperOf('a')
  const database = watched(server.url)
  const holder = await sessions.session()
  await holder.query('BEGIN')
  await holder.query('UPDATE public.stock SET id = 1')
  const waiter = await sessions.session()
  void waiter.query('UPDATE public.stock SET id = 1').catch(() => undefined)
  const now = Date.now()
  await eventually(async () => {
    await keeper.keep(database, now)
    expect(await open('db-lock-tree')).toHaveLength(1)
  }, 10_000)
  const [kept] = await open('db-lock-tree')
  expect(kept!.finding).toMatchObject({
    cluster: 'database/orders',
    affectedCount: 1,
    blames: [{ strength: 'direct' }],
  })
  expect((await events()).some((type) => type === infraEvents.finding_opened.type)).toBe(true)
  await sessions.endSessions()
  const away = watched(`postgres://postgres:x@127.0.0.1:${await freePort()}/orders`)
  await keeper.keep(away, now + 60_000)
  expect(await open('db-lock-tree')).toHaveLength(1)
  expect(await open('db-unreachable')).toHaveLength(1)
  await keeper.keep(database, now + 120_000)
  expect(await open('db-lock-tree')).toHaveLength(0)
  expect(await open('db-unreachable')).toHaveLength(0)
}, 30_000)

test('of two replicas one looks, and writes one sample a minute', async () => {
  const database = watched(server.url)
  const [first, second] = [keeperOf('a'), keeperOf('b')]
  const now = Date.now()
  for (const at of [now, now + 60_000]) await Promise.all([first.keep(database, at), second.keep(database, at)])
  const count = async () => (await own.db.query(sql`SELECT FROM infra.database_sample`)).length
  expect(await count()).toBe(2)
  await deleteOldSamples(own.db, new Date(now + 1))
  expect(await count()).toBe(1)
})

test('the report tells what is other than an hour ago', async () => {
  const database = watched(server.url)
  const now = Date.now()
  await keeperOf('a').keep(database, now - 3_660_000)
  expect(await showDatabase(deps('a', now), 'orders', 'connections')).toMatchObject({
    changes: { since: new Date(now - 3_660_000).toISOString(), items: [] },
  })
  for (let at = 0; at < 8; at++) await sessions.session()
  const { changes } = await showDatabase(deps('a', now), 'orders', 'connections')
  expect(changes!.items.map(({ what }) => what)).toContain('connections')
  expect((await showDatabase(deps('a', now + 86_400_000), 'orders', 'connections')).changes).toBeNull()
})

test('checkpoints are counted since the oldest look of the last hour', async () => {
  const database = watched(own.url)
  const now = Date.now()
  const wal = async () => (await showDatabase(deps('a', now), 'orders', 'wal')).topics[0]!
  await keeperOf('a').keep(database, now - 7_200_000)
  expect(await wal()).toMatchObject({ status: 'unknown', says: expect.stringContaining('not known yet') })
  for (const minutes of [50, 1]) await keeperOf('a').keep(database, now - minutes * 60_000)
  expect((await wal()).says).toMatch(/\d+ of \d+ checkpoints of the last 50 min were forced/)
})

test('the report tells what is other than before the last rollout of what uses it', async () => {
  const database = watched(server.url)
  const now = Date.now()
  const target = { cluster: 'main', kind: 'Deployment', namespace: 'shop', name: 'web' } as const
  const components = async () => [
    { id: 'web', dependsOn: [], targets: { kubernetes: target, database: 'orders', aiProviders: [] } },
  ]
  const clusters = { all: () => [{ name: 'main', model: aView('', 'main') } as never] }
  const show = async () => showDatabase({ ...deps('a', now), components, clusters }, 'orders', 'connections')
  const rolledOut = async (id: string, name: string, at: number) =>
    insertChanges(own.db, [
      {
        ...{ id, cluster: 'main', at, kind: 'rollout', by: 'kubectl', summary: `${name} was rolled out`, fields: [] },
        object: { kind: 'Deployment', namespace: 'shop', name },
      },
    ])
  await keeperOf('a').keep(database, now - 7_260_000)
  await rolledOut('older', 'web', now - 80_000_000)
  await rolledOut('last', 'web', now - 7_200_000)
  await rolledOut('of another', 'mail', now - 60_000)
  for (let at = 0; at < 8; at++) await sessions.session()
  const { rollout, changes } = await show()
  expect(changes).toBeNull()
  expect(rollout).toMatchObject({
    ...{ at: new Date(now - 7_200_000).toISOString(), object: { name: 'web' }, summary: 'web was rolled out' },
    changes: { since: new Date(now - 7_260_000).toISOString() },
  })
  expect(rollout!.changes!.items.map(({ what }) => what)).toContain('connections')
  expect((await showDatabase(deps('a', now), 'orders', 'connections')).rollout).toBeNull()
})

test('the report tells how levels came to be what they are, over the days that were kept', async () => {
  const database = watched(server.url)
  const now = Date.now()
  const trend = async () => (await showDatabase(deps('a', now), 'orders', 'connections')).trend
  expect(await trend()).toBeNull()
  await keeperOf('a').keep(database, now - 30 * 86_400_000)
  expect(await trend()).toBeNull()
  for (const days of [3, 2, 1]) await keeperOf('a').keep(database, now - days * 86_400_000)
  for (let at = 0; at < 9; at++) await sessions.session()
  const { since, items } = (await trend())!
  expect(since).toBe(new Date(now - 3 * 86_400_000).toISOString())
  const connections = items.find(({ what }) => what === 'connections')!
  expect(connections.now - connections.first).toBeGreaterThanOrEqual(8)
  expect(connections.perDay).toBeGreaterThan(1)
  expect(items.find(({ what }) => what === 'size')).toMatchObject({ unit: 'bytes', now: expect.any(Number) })
})

test('a size that was not measured anew is told with the time when it was', async () => {
  const database = watched(own.url)
  const now = Date.now()
  const keeper = keeperOf('a')
  const kept = async () =>
    (
      await own.db.query<{ size: number; at: string }>(
        sql`SELECT sample->'bytes' AS size, sample->>'bytesAt' AS at FROM infra.database_sample ORDER BY database_sample.at`,
      )
    ).at(-1)!
  await keeper.keep(database, now - 660_000)
  const first = await kept()
  await sessions.run('CREATE TABLE public.grown AS SELECT repeat(n::text, 100) FROM generate_series(1, 20000) n')
  await keeper.keep(database, now - 600_000)
  expect(await kept()).toEqual(first)
  const { trend } = await showDatabase(deps('a', now), 'orders', 'connections')
  expect(trend!.items.find(({ what }) => what === 'size')).toMatchObject({ now: first.size, at: first.at })
  await keeper.keep(database, now)
  expect((await kept()).size).toBeGreaterThan(first.size)
  expect(Date.parse((await kept()).at)).toBeGreaterThan(Date.parse(first.at))
  await sessions.run('DROP TABLE public.grown')
})

test('those who ask at once of a database that answers slowly share one look, and the database does not hang for that', async () => {
  const url = new URL(own.url)
  const proxy = await startProxy(Number(url.port))
  url.port = String(proxy.port)
  watched(url.href)
  proxy.slowDown(50)
  try {
    const [one, ...others] = await Promise.all([
      ...Array.from({ length: 4 }, () => showDatabase(deps('a'), 'orders', '')),
      showDatabase(deps('a'), 'orders', 'connections'),
    ])
    expect(one.reachability.state).toBe('reachable')
    const topicsOf = (report: typeof one) =>
      JSON.stringify(report.topics.filter(({ topic }) => topic === 'connections'))
    expect(others.map(topicsOf)).toEqual(Array(4).fill(topicsOf(one)))
    expect(others.at(-1)!.topics).toHaveLength(1)
  } finally {
    proxy.stop()
  }
}, 60_000)
