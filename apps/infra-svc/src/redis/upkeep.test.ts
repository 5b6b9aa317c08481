import { rmSync } from 'node:fs'
import { describeReal, eventually, freePort } from '@akashic/testbed'
import { findingsOf, lookAtRedis, startRealRedis, topicOf } from './testing/server.ts'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop()
})

async function started(options: Parameters<typeof startRealRedis>[0] = {}) {
  const redis = await startRealRedis(options)
  stops.push(() => redis.stop())
  return redis
}

const replicaOf = (port: number) =>
  started({ settings: { replicaof: `127.0.0.1 ${port}`, 'repl-ping-replica-period': '1' } })

describeReal('redis', () => {
  test('a save that fails is told, and worse where writes are refused for it', async () => {
    const redis = await started({ settings: { save: '3600 1' } })
    const shop = await redis.connect()
    await shop.set('a', '1')
    expect(topicOf(await lookAtRedis(redis.url), 'persistence')).toMatchObject({ status: 'healthy' })
    rmSync(redis.server.folder, { recursive: true })
    await shop.bgsave()
    const look = async () => findingsOf(await lookAtRedis(redis.url), 'redis-save-failing')
    const [finding] = await eventually(async () => {
      const found = await look()
      expect(found).toHaveLength(1)
      return found
    })
    expect(finding).toMatchObject({ severity: 'critical', reason: 'WritesRefused' })
    expect(finding!.summary).toContain('1 change would be lost with it. It refuses writes until one succeeds.')
    await expect(shop.set('b', '1')).rejects.toThrow(/MISCONF/)
    await shop.config('SET', 'stop-writes-on-bgsave-error', 'no')
    expect(await shop.set('b', '1')).toBe('OK')
    expect(await look()).toMatchObject([{ severity: 'warning', reason: 'SaveFailed' }])
  }, 20_000)

  test('what saves nothing is well, and says so', async () => {
    const redis = await started()
    const { status, says } = topicOf(await lookAtRedis(redis.url), 'persistence')
    expect([status, says]).toEqual(['healthy', 'nothing is saved: what it holds is lost with it'])
  })

  test('a replica whose primary has gone is told, and is well again when that is back', async () => {
    const primary = await started()
    const replica = await replicaOf(primary.server.port)
    const look = async () => topicOf(await lookAtRedis(replica.url), 'replication')
    await eventually(async () => expect((await look()).tables[0]!.rows).toMatchObject([{ state: 'up' }]), 15_000)
    expect((await look()).status).toBe('healthy')
    await primary.server.kill()
    await eventually(async () => {
      const [finding] = findingsOf(await lookAtRedis(replica.url), 'redis-replica-link')
      expect(finding).toMatchObject({ severity: 'critical', reason: 'ReplicaLinkDown' })
      expect(finding!.summary).toContain(`Its link to its primary 127.0.0.1:${primary.server.port} has been down for`)
    }, 15_000)
    await primary.server.start()
    await eventually(async () => expect((await look()).status).toBe('healthy'), 15_000)
  }, 60_000)

  test('one that never had a link tells no age', async () => {
    const replica = await replicaOf(await freePort())
    const [finding] = findingsOf(await lookAtRedis(replica.url), 'redis-replica-link')
    expect(finding).toMatchObject({ since: null, summary: expect.stringContaining('has been down since its start') })
  })

  test('a replica that stands still is told from its primary, which refuses writes where it wants one that follows', async () => {
    const primary = await started({ settings: { 'min-replicas-max-lag': '2' } })
    const replica = await replicaOf(primary.server.port)
    const look = () => lookAtRedis(primary.url, { thresholds: { replicaLagSeconds: 3 } })
    await eventually(
      async () => expect(topicOf(await look(), 'replication').tables[0]!.rows).toMatchObject([{ state: 'online' }]),
      15_000,
    )
    const admin = await primary.connect()
    await admin.config('SET', 'min-replicas-to-write', '1')
    await eventually(
      async () =>
        expect(
          (await look()).topics.map(({ topic, findings }) => [
            topic,
            findings.filter(({ severity }) => severity !== 'info'),
          ]),
        ).toContainEqual(['replication', []]),
      15_000,
    )
    replica.server.pause()
    await eventually(async () => {
      const report = await look()
      const [finding] = findingsOf(report, 'redis-replica-lag')
      expect(finding).toMatchObject({ object: { kind: 'Replica', name: `127.0.0.1:${replica.server.port}` } })
      expect(findingsOf(report, 'redis-replicas-missing')).toMatchObject([
        { severity: 'critical', reason: 'WritesRefused' },
      ])
    }, 20_000)
    await expect(admin.set('a', '1')).rejects.toThrow(/NOREPLICAS/)
    replica.server.resume()
    await eventually(
      async () =>
        expect((await look()).topics.flatMap(({ findings }) => findings).map(({ rule }) => rule)).toEqual([
          'redis-memory-unlimited',
        ]),
      20_000,
    )
  }, 60_000)

  test('a member of a cluster whose slots belong to nobody is down', async () => {
    const redis = await started({ settings: { 'cluster-enabled': 'yes' } })
    const report = await lookAtRedis(redis.url)
    const [finding] = findingsOf(report, 'redis-cluster-down')
    expect(finding).toMatchObject({ severity: 'critical' })
    expect(finding!.summary).toContain('16384 of its 16384 slots belong to nobody')
    await (await redis.connect()).call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    await eventually(
      async () => expect(findingsOf(await lookAtRedis(redis.url), 'redis-cluster-down')).toEqual([]),
      15_000,
    )
    expect(topicOf(await lookAtRedis(redis.url), 'cluster')).toMatchObject({
      status: 'healthy',
      says: 'its cluster is ok',
    })
  }, 30_000)

  test('a Sentinel tells of its primaries, and what it has nothing of is unknown', async () => {
    const primary = await started()
    const sentinel = await started({
      sentinel: [
        `sentinel monitor orders 127.0.0.1 ${primary.server.port} 1`,
        'sentinel down-after-milliseconds orders 300',
      ],
    })
    const report = await lookAtRedis(sentinel.url)
    expect(topicOf(report, 'cluster')).toMatchObject({ status: 'healthy', says: 'a Sentinel that watches 1 primary' })
    expect(topicOf(report, 'memory')).toMatchObject({
      ...{ status: 'unknown', isRead: false },
      unknown: [{ reason: 'the server does not tell used_memory' }],
    })
    await primary.server.kill()
    await eventually(async () => {
      const [finding] = findingsOf(await lookAtRedis(sentinel.url), 'redis-sentinel-primary')
      expect(finding).toMatchObject({ severity: 'critical', part: 'orders' })
      expect(finding!.summary).toMatch(/holds primary orders at 127.0.0.1:\d+ for odown/)
    }, 15_000)
  }, 30_000)

  test('keys are told by database, with how many expire', async () => {
    const redis = await started()
    const shop = await redis.connect()
    await shop.set('a', '1', 'EX', 100)
    await shop.set('b', '1')
    await shop.select(3)
    await shop.set('c', '1')
    const { says, tables } = topicOf(await lookAtRedis(redis.url), 'keyspace')
    expect(says).toBe('3 keys in 2 databases')
    expect(tables[0]!.rows).toMatchObject([
      { database: '0', keys: 2, expires: 1 },
      { database: '3', keys: 1, expires: 0 },
    ])
  })
})
