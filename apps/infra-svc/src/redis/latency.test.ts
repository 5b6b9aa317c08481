import { connect } from 'node:net'
import { describeReal } from '@akashic/testbed'
import { findingsOf, lookAtRedis, serverThat, startRealRedis, topicOf, type StartedRedis } from './testing/server.ts'

describeReal('redis', () => {
  let redis: StartedRedis
  beforeAll(async () => {
    redis = await startRealRedis()
  })
  afterAll(() => redis.stop())

  test('the way to it counts: behind a slow network PING is slow, and beside it it is not', async () => {
    const slowly = await serverThat((socket) => {
      const on = connect(redis.server.port, '127.0.0.1')
      on.on('error', () => socket.destroy())
      on.on('data', (chunk) => setTimeout(() => socket.write(chunk), 60))
      socket.on('data', (chunk) => on.write(chunk)).on('close', () => on.destroy())
    })
    try {
      const url = `redis://127.0.0.1:${slowly.port}`
      const [finding] = findingsOf(await lookAtRedis(url), 'redis-latency')
      expect(finding).toMatchObject({ reason: 'LatencyHigh' })
      expect(Number(/^PING takes ([\d.]+) ms/.exec(finding!.summary)![1])).toBeGreaterThanOrEqual(59)
      expect(findingsOf(await lookAtRedis(redis.url), 'redis-latency')).toEqual([])
    } finally {
      slowly.stop()
    }
  }, 20_000)

  test('what held it up is unknown while it notes nothing, with how to let it', async () => {
    const { unknown, tables } = topicOf(await lookAtRedis(redis.url), 'latency')
    expect(unknown).toMatchObject([{ reason: expect.stringContaining('latency-monitor-threshold is 0') }])
    expect(tables[0]!.rows.map(({ what }) => what)).toEqual(['shortest', 'median', 'longest of 10 tries'])
    const admin = await redis.connect()
    const [config, set, ...words] = unknown[0]!.howToGet!.split(' ')
    await admin.call(config!, set!, ...words)
    expect(topicOf(await lookAtRedis(redis.url), 'latency')).toMatchObject({ status: 'healthy', unknown: [] })
  })
})
