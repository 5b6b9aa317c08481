import { describeReal, eventually } from '@akashic/testbed'
import { Redis } from 'ioredis'
import {
  engineOf,
  findingsOf,
  lookAndSample,
  lookAtRedis,
  previous,
  startRealRedis,
  topicOf,
  type StartedRedis,
} from './testing/server.ts'

describeReal('redis', () => {
  let redis: StartedRedis
  beforeAll(async () => {
    redis = await startRealRedis({ settings: { maxclients: '20' } })
  })
  afterEach(() => redis.endClients())
  afterAll(() => redis.stop())

  test('who holds the connections is told, by pod where the address is one', async () => {
    for (let at = 0; at < 16; at++) await redis.connect('worker')
    const pod = { kind: 'Pod', namespace: 'shop', name: 'worker-3' }
    const workload = { kind: 'Deployment', namespace: 'shop', name: 'worker' }
    const look = (around = {}) => lookAtRedis(redis.url, { only: 'connections', around })
    const [unnamed] = findingsOf(await look(), 'db-connections-full')
    expect(unnamed).toMatchObject({ severity: 'warning', reason: 'ConnectionsNearlyExhausted' })
    expect(unnamed!.summary).toMatch(/^17 of the 20 connections are taken \(85 %\); worker holds 16 of them/)
    const report = await look({ ownerOf: (address: string) => (address === '127.0.0.1' ? { pod, workload } : null) })
    const [finding] = findingsOf(report, 'db-connections-full')
    expect(finding!.summary).toContain('worker-3 holds 16')
    expect(finding!.involves).toContainEqual(workload)
    expect(topicOf(report, 'connections').tables[1]!.rows).toContainEqual(
      expect.objectContaining({ name: 'worker', clients: 16, pod: 'worker-3' }),
    )
    redis.endClients()
    await eventually(async () => expect((await look()).status).toBe('healthy'))
  })

  test('how many may connect is told to whom the sizes of pools matter', async () => {
    expect(await engineOf(redis.url).usableConnections()).toEqual({ ofDatabase: 20, ofServer: 20 })
    await expect(engineOf('redis://127.0.0.1:1').usableConnections()).rejects.toThrow()
  })

  test('connections that were rejected since the last look are told, although there is room again', async () => {
    const engine = engineOf(redis.url)
    await eventually(async () =>
      expect((await lookAndSample(engine, { only: 'connections' })).report.status).toBe('healthy'),
    )
    const { sample } = await lookAndSample(engine)
    for (let at = 0; at < 20; at++) await redis.connect('worker')
    const late = new Redis(redis.url, { lazyConnect: true, retryStrategy: () => null })
    late.on('error', () => undefined)
    await expect(late.connect().then(() => late.ping())).rejects.toThrow()
    late.disconnect()
    redis.endClients()
    const report = await eventually(async () => {
      const seen = (await lookAndSample(engine, { around: { previous: previous(sample) } })).report
      expect(seen.reachability.state).toBe('reachable')
      return seen
    })
    const [finding] = findingsOf(report, 'redis-connections-rejected')
    expect(finding).toMatchObject({ severity: 'critical', blames: [{ strength: 'direct' }] })
    expect(finding!.summary).toMatch(/^\d+ connections? (was|were) rejected in the last 60 s/)
  })

  test('a client that holds much memory is told', async () => {
    const shop = await redis.connect('reports')
    await shop.set('much', 'x'.repeat(1_000))
    const look = async (clientBytes: number) =>
      findingsOf(
        await lookAtRedis(redis.url, { only: 'connections', thresholds: { clientBytes } }),
        'redis-client-buffer',
      )
    expect(await look(1e9)).toEqual([])
    expect((await look(1)).map(({ summary }) => summary).join()).toContain('of reports holds')
  })
})
