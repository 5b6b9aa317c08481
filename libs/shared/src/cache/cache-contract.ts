import type { Cache } from './index.ts'

export interface CacheUnderTest {
  readonly cache: Cache
  /** Lets `ms` pass for the cache. */
  readonly passTime: (ms: number) => Promise<void>
}

/** What every driver of `Cache` does. `make` is called before each test. */
export function cacheContract(make: () => Promise<CacheUnderTest>): void {
  let cache: Cache
  let passTime: CacheUnderTest['passTime']
  beforeEach(async () => {
    ;({ cache, passTime } = await make())
  })
  afterEach(() => cache.close())

  test('gives back the bytes that were set', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 0, 128])
    await cache.set('a', bytes, 60_000)
    await cache.set('b', 'übung', 60_000)
    expect(await cache.get('a')).toEqual(bytes)
    expect((await cache.get('b'))?.toString()).toBe('übung')
  })

  test('misses what was never set', async () => {
    expect(await cache.get('nothing')).toBeNull()
  })

  test('keeps the newest value of a key', async () => {
    await cache.set('a', 'old', 60_000)
    await cache.set('a', 'new', 60_000)
    expect((await cache.get('a'))?.toString()).toBe('new')
  })

  test('misses what was deleted', async () => {
    await cache.set('a', 'x', 60_000)
    await cache.delete('a')
    expect(await cache.get('a')).toBeNull()
  })

  test('misses what has outlived its time, and nothing else', async () => {
    await cache.set('short', 'x', 200)
    await cache.set('long', 'y', 60_000)
    await passTime(400)
    expect(await cache.get('short')).toBeNull()
    expect((await cache.get('long'))?.toString()).toBe('y')
  })
}
