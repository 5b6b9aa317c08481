import type { RateLimiter } from './index.ts'

export interface RateLimiterUnderTest {
  readonly limiter: RateLimiter
  /** Lets `ms` pass for the limiter. */
  readonly passTime: (ms: number) => Promise<void>
}

/** What every driver of `RateLimiter` does. `make` is called before each test and starts from nothing counted. */
export function rateLimiterContract(make: () => Promise<RateLimiterUnderTest>): void {
  let limiter: RateLimiter
  let passTime: RateLimiterUnderTest['passTime']
  beforeEach(async () => {
    ;({ limiter, passTime } = await make())
  })
  afterEach(() => limiter.close())

  test('allows as many as the limit has points, then refuses and says for how long', async () => {
    const limit = { points: 3, windowMs: 60_000 }
    const verdicts = []
    for (let take = 0; take < 4; take += 1) verdicts.push(await limiter.take('a', limit))
    expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, true, true, false])
    expect(verdicts.map(({ remaining }) => remaining)).toEqual([2, 1, 0, 0])
    expect(verdicts[2]!.retryAfterMs).toBe(0)
    expect(verdicts[3]!.retryAfterMs).toBeGreaterThan(50_000)
    expect(verdicts[3]!.retryAfterMs).toBeLessThanOrEqual(60_000)
  })

  test('counts every key for itself', async () => {
    const limit = { points: 1, windowMs: 60_000 }
    await limiter.take('a', limit)
    expect((await limiter.take('b', limit)).allowed).toBe(true)
    expect((await limiter.take('a', limit)).allowed).toBe(false)
  })

  test('counts every limit for itself', async () => {
    await limiter.take('a', { points: 1, windowMs: 60_000 })
    expect((await limiter.take('a', { points: 2, windowMs: 60_000 })).remaining).toBe(1)
  })

  test('allows again once the window has passed', async () => {
    const limit = { points: 1, windowMs: 1_000 }
    await limiter.take('a', limit)
    expect((await limiter.take('a', limit)).allowed).toBe(false)
    await passTime(1_100)
    expect((await limiter.take('a', limit)).allowed).toBe(true)
  })

  test('allows no more than its points to takers at the same moment', async () => {
    const takes = Array.from({ length: 20 }, () => limiter.take('a', { points: 5, windowMs: 60_000 }))
    expect((await Promise.all(takes)).filter(({ allowed }) => allowed)).toHaveLength(5)
  })
}
