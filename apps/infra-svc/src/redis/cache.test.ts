import { describeReal } from '@akashic/testbed'
import {
  engineOf,
  findingsOf,
  lookAndSample,
  previous,
  startRealRedis,
  topicOf,
  type StartedRedis,
} from './testing/server.ts'

const mib = 1_048_576

describeReal('redis', () => {
  let redis: StartedRedis
  beforeEach(async () => {
    redis = await startRealRedis({ settings: { maxmemory: String(8 * mib), 'maxmemory-policy': 'allkeys-lru' } })
  })
  afterEach(() => redis.stop())

  const write = async (from: number, to: number) => {
    const shop = await redis.connect()
    for (let at = from; at < to; at++) await shop.set(`k${at}`, 'x'.repeat(20_000))
  }

  test('a cache that throws away all that it holds within minutes is told, against the look before', async () => {
    const engine = engineOf(redis.url)
    await write(0, 500)
    const first = await lookAndSample(engine)
    expect(topicOf(first.report, 'cache')).toMatchObject({
      status: 'unknown',
      unknown: [{ what: 'how many keys are evicted now' }],
    })
    const calm = await lookAndSample(engine, { around: { previous: previous(first.sample) } })
    expect(topicOf(calm.report, 'cache')).toMatchObject({ status: 'healthy', findings: [] })
    await write(500, 2_000)
    const storm = await lookAndSample(engine, { around: { previous: previous(first.sample) } })
    const [finding] = findingsOf(storm.report, 'redis-eviction-storm')
    expect(finding).toMatchObject({ severity: 'warning', reason: 'EvictionStorm' })
    expect(finding!.summary).toMatch(/^1[45]\d\d keys were evicted in the last 60 s/)
    expect(finding!.blames).toMatchObject([{ because: expect.stringMatching(/^it evicts 2\d keys a second/) }])
    const slow = await lookAndSample(engine, { around: { previous: previous(first.sample, 600_000) } })
    expect(findingsOf(slow.report, 'redis-eviction-storm')).toEqual([])
  }, 30_000)

  test('keys that are looked up and not found are told of a cache, and of what keeps all they are not', async () => {
    const engine = engineOf(redis.url, { thresholds: { hitMinLookups: 100 } })
    const { sample } = await lookAndSample(engine)
    const shop = await redis.connect()
    await shop.set('there', '1')
    for (let at = 0; at < 100; at++) await shop.get(at % 4 === 0 ? 'there' : `gone${at}`)
    const look = async () => (await lookAndSample(engine, { around: { previous: previous(sample) } })).report
    const [finding] = findingsOf(await look(), 'redis-hit-rate')
    expect(finding!.summary).toContain('Only 25 % of what was looked up')
    await shop.config('SET', 'maxmemory-policy', 'noeviction')
    expect(findingsOf(await look(), 'redis-hit-rate')).toEqual([])
  }, 20_000)

  test('after a restart nothing is compared with before', async () => {
    const engine = engineOf(redis.url)
    await write(0, 500)
    const { sample } = await lookAndSample(engine)
    await redis.server.stop()
    await redis.server.start()
    const { report } = await lookAndSample(engine, { around: { previous: previous(sample) } })
    expect(topicOf(report, 'cache').unknown).toHaveLength(1)
  }, 20_000)
})
