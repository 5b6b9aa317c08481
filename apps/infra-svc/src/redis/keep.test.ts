import { systemClock } from '@akashic/shared/clock'
import { createOutbox } from '@akashic/shared/events'
import { migrate } from '@akashic/shared/migrations'
import { sql } from '@akashic/shared/postgres'
import { describeReal, testDatabase, type TestDatabase } from '@akashic/testbed'
import { pino } from 'pino'
import type { WatchedDatabase } from '../database/databases.ts'
import { createDatabaseKeeper } from '../database/keep-database.ts'
import { showDatabase } from '../database/show-database.ts'
import { lockOpen } from '../finding/store.ts'
import { migrations } from '../module.ts'
import { createLooks } from '../database/look-in-turn.ts'
import { engineOf, startRealRedis, type StartedRedis } from './testing/server.ts'

const mib = 1_048_576

describeReal('redis', () => {
  let own: TestDatabase
  let redis: StartedRedis
  beforeAll(async () => {
    own = await testDatabase()
    await migrate(own.url, { ...migrations, log: pino({ level: 'silent' }) })
  }, 60_000)
  beforeEach(async () => {
    redis = await startRealRedis({ settings: { maxmemory: String(8 * mib) } })
  })
  afterEach(async () => {
    await redis.stop()
    await own.db.query(sql`TRUNCATE infra.finding, infra.cluster_lease, infra.database_sample, infra.outbox`)
  })
  afterAll(() => own.close())

  function watching(url = redis.url) {
    const database: WatchedDatabase = {
      looks: createLooks(),
      ...{ spec: { name: 'sessions', url, readyWithin: 2_000 }, engine: engineOf(url) },
    }
    const databases = { all: () => [database], named: () => database, apply: () => undefined, stop: () => undefined }
    const deps = (nowMs: number) => ({
      ...{ db: own.db, outbox: createOutbox('infra'), replicaId: 'a', databases },
      ...{ clusters: { all: () => [] }, components: async () => [], clock: { ...systemClock, now: () => nowMs } },
      monotonicMs: () => performance.now(),
    })
    return {
      keep: (nowMs: number) => createDatabaseKeeper(deps(nowMs)).keep(database, nowMs),
      show: (topic: string, nowMs: number) => showDatabase(deps(nowMs), 'sessions', topic),
    }
  }
  /** Writes until it is refused. */
  async function fill(): Promise<void> {
    const shop = await redis.connect()
    const write = (at: number) => shop.set(`k${at}`, 'x'.repeat(50_000)).catch((error: Error) => error.message)
    for (let at = 0; !String(await write(at)).startsWith('OOM'); at++);
  }
  const open = async (): Promise<readonly string[]> =>
    (await own.db.transaction((tx) => lockOpen(tx, 'database/sessions'))).map(({ finding }) => finding.rule)

  test('a trouble is kept while it lasts, also while nothing can be seen, and ends with it', async () => {
    const { keep } = watching()
    const now = Date.now()
    await fill()
    await keep(now)
    expect(await open()).toEqual(['redis-memory-full'])
    redis.endClients()
    await redis.server.stop()
    await keep(now + 60_000)
    expect((await open()).toSorted()).toEqual(['db-unreachable', 'redis-memory-full'])
    await redis.server.start()
    await keep(now + 120_000)
    expect(await open()).toEqual([])
  }, 20_000)

  test('a login that may no longer ask ends nothing', async () => {
    const shop = await redis.connect()
    await shop.call('ACL', 'SETUSER', 'reader', 'reset', 'on', '>pa55', '+info', '+ping')
    const { keep } = watching(`redis://reader:pa55@127.0.0.1:${redis.server.port}`)
    const now = Date.now()
    await fill()
    await keep(now)
    expect(await open()).toEqual(['redis-memory-full'])
    await shop.flushall()
    await shop.call('ACL', 'SETUSER', 'reader', '-info')
    await keep(now + 60_000)
    expect(await open()).toEqual(['redis-memory-full'])
    await shop.call('ACL', 'SETUSER', 'reader', '+info')
    await keep(now + 120_000)
    expect(await open()).toEqual([])
  }, 20_000)

  test('evictions are told against the sample of the minute before, and what changed against that of an hour', async () => {
    const { keep, show } = watching()
    const shop = await redis.connect()
    const now = Date.now()
    await keep(now - 3_660_000)
    await keep(now - 60_000)
    await shop.config('SET', 'maxmemory-policy', 'allkeys-lru')
    for (let at = 0; at < 2_000; at++) await shop.set(`k${at}`, 'x'.repeat(20_000))
    const report = await show('cache', now)
    expect(report.topics.flatMap(({ findings }) => findings).map(({ rule }) => rule)).toEqual(['redis-eviction-storm'])
    expect(report.changes).toMatchObject({ since: new Date(now - 3_660_000).toISOString() })
    expect(report.changes!.items).toContainEqual({
      what: 'maxmemory-policy',
      says: 'allkeys-lru; before it was noeviction',
    })
  }, 20_000)

  test('a topic that only the other kind has is not found, and those that there are are told', async () => {
    await expect(watching().show('vacuum', Date.now())).rejects.toThrow(
      'There is no topic vacuum; there are connections, latency, slow, memory,',
    )
  })
})
