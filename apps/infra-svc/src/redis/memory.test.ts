import { describeReal } from '@akashic/testbed'
import type { Remedy } from '../finding/finding.ts'
import { parseInfo } from './info.ts'
import {
  engineOf,
  findingsOf,
  lookAndSample,
  lookAtRedis,
  previous,
  run,
  startRealRedis,
  type StartedRedis,
} from './testing/server.ts'
import { redisPlaceOf } from './place.ts'
import { usualRedisThresholds } from './thresholds.ts'
import { memory } from './topic/memory.ts'

const mib = 1_048_576
const wordsOf = (remedies: readonly Remedy[], title: RegExp): readonly string[] =>
  /-p \d+ (.*)$/.exec(remedies.find((each) => title.test(each.title))!.command!)![1]!.split(' ')

describeReal('redis', () => {
  let redis: StartedRedis
  beforeEach(async () => {
    redis = await startRealRedis()
  })
  afterEach(() => redis.stop())

  /** Writes until it is refused. */
  async function fill(name = 'k'): Promise<string> {
    const shop = await redis.connect()
    for (let at = 0; ; at++) {
      const refusal = await shop.set(`${name}${at}`, 'x'.repeat(50_000)).then(
        () => null,
        (error: Error) => error.message,
      )
      if (refusal !== null) return refusal
    }
  }

  test('at its limit without eviction it refuses writes, and taking them again ends it', async () => {
    const shop = await redis.connect()
    await shop.config('SET', 'maxmemory', String(8 * mib))
    expect(findingsOf(await lookAtRedis(redis.url), 'redis-memory-full')).toEqual([])
    expect(await fill()).toMatch(/^OOM/)
    const [finding] = findingsOf(await lookAtRedis(redis.url), 'redis-memory-full')
    expect(finding).toMatchObject({
      ...{ severity: 'critical', reason: 'WritesRefused', object: { kind: 'Database', name: 'cache' } },
      blames: [{ because: 'its memory is full, and it refuses writes', strength: 'direct' }],
    })
    expect(finding!.summary).toMatch(
      /with noeviction it refuses writes; \d+ writes? (was|were) refused since its start/,
    )
    expect(finding!.remedies[0]).toMatchObject({ changes: 'nothing', isDestructive: false })
    const evict = finding!.remedies.find(({ title }) => title.startsWith('Let it evict'))!
    expect(evict).toMatchObject({ isDestructive: true, undo: expect.stringContaining('maxmemory-policy noeviction') })
    await run(shop, wordsOf(finding!.remedies, /^Raise the limit/))
    expect(await shop.set('again', 'x')).toBe('OK')
    expect(findingsOf(await lookAtRedis(redis.url), 'redis-memory-full')).toEqual([])
  }, 20_000)

  test('near its limit, when nothing was refused since the last look, it is only told that it will', async () => {
    const shop = await redis.connect()
    await shop.config('SET', 'maxmemory', String(8 * mib))
    await fill()
    await shop.del('k0', 'k1', 'k2', 'k3')
    const engine = engineOf(redis.url)
    const { sample } = await lookAndSample(engine)
    const { report } = await lookAndSample(engine, { around: { previous: previous(sample) } })
    expect(findingsOf(report, 'redis-memory-full')).toMatchObject([{ severity: 'warning', reason: 'MemoryNearlyFull' }])
  }, 20_000)

  test('a policy that evicts what expires alone refuses writes too where nothing expires', async () => {
    const shop = await redis.connect()
    await shop.config('SET', 'maxmemory', String(8 * mib), 'maxmemory-policy', 'volatile-lru')
    expect(await fill()).toMatch(/^OOM/)
    const [finding] = findingsOf(await lookAtRedis(redis.url), 'redis-memory-full')
    expect(finding!.summary).toContain('volatile-lru and no key that expires')
  }, 20_000)

  test('a cache that is full and evicts is well', async () => {
    const shop = await redis.connect()
    await shop.config('SET', 'maxmemory', String(8 * mib), 'maxmemory-policy', 'allkeys-lru')
    for (let at = 0; at < 300; at++) await shop.set(`k${at}`, 'x'.repeat(50_000))
    const report = await lookAtRedis(redis.url, { only: 'memory' })
    expect(report.status).toBe('healthy')
    expect(report.topics[0]!.says).toMatch(/of 8 MB are used; allkeys-lru/)
    expect(report.topics[0]!.tables[1]!.rows).toContainEqual({
      what: 'taken from the machine, for each byte used',
      value: expect.stringMatching(/^\d+\.\d+$/),
    })
  }, 20_000)

  test('no limit is worth knowing; gaps that deleted keys left are told', async () => {
    const shop = await redis.connect()
    expect(findingsOf(await lookAtRedis(redis.url), 'redis-memory-unlimited')).toMatchObject([{ severity: 'info' }])
    await shop.eval("for i = 1, 60000 do redis.call('SET', 'k' .. i, string.rep('x', 400)) end", 0)
    await shop.eval("for i = 1, 60000 do if i % 10 > 0 then redis.call('DEL', 'k' .. i) end end", 0)
    const look = async (wastedBytes: number) =>
      findingsOf(
        await lookAtRedis(redis.url, { only: 'memory', thresholds: { wastedBytes } }),
        'redis-memory-fragmented',
      )
    expect(await look(1e12)).toEqual([])
    const [finding] = await look(5 * mib)
    expect(finding!.summary).toMatch(/It takes \d+ MB of the machine for [\d.]+ MB: \d+ MB lie in gaps/)
  }, 30_000)
})

test('what was swapped out is told', () => {
  const info = parseInfo('used_memory:1000000000\r\nused_memory_rss:300000000\r\nmaxmemory:2000000000\r\n')
  const redis = redisPlaceOf('redis://cache')
  const judged = memory.judge(info, {
    ...{
      name: 'cache',
      place: redis,
      redis,
      thresholds: usualRedisThresholds,
      nowMs: 0,
      poolSize: null,
      memoryBytes: null,
      poolUsers: [],
      poolsBeside: [],
      uncountedUsers: [],
    },
    ...{ ownerOf: () => null, previous: null, earlier: null },
  })
  expect(judged.findings.map(({ rule }) => rule)).toEqual(['redis-memory-swapped'])
})
