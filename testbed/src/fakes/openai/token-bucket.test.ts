import { fixedWindow, tokenBucket } from './token-bucket.ts'

test('a bucket fills continuously, and says to the millisecond when a cost fits', () => {
  const bucket = tokenBucket(90, 0)
  bucket.take(90, 0)
  expect(bucket.level(0)).toEqual({ limit: 90, remaining: 0, fullInMs: 60_000 })
  expect(bucket.waitMs(1, 0)).toBe(667)
  expect(bucket.waitMs(1, 666)).toBe(1)
  expect(bucket.waitMs(1, 667)).toBe(0)
  expect(bucket.level(30_000).remaining).toBe(45)
  expect(bucket.level(90_000)).toEqual({ limit: 90, remaining: 90, fullInMs: 0 })
})

test('a bucket loses nothing to fractions when it is looked at every millisecond', () => {
  const bucket = tokenBucket(7, 0)
  bucket.take(7, 0)
  for (let now = 0; now < 60_000; now++) expect(bucket.level(now).remaining).toBeLessThan(7)
  expect(bucket.level(60_000).remaining).toBe(7)
})

test('what is larger than a bucket never fits', () => {
  expect(tokenBucket(10, 0).waitMs(11, 0)).toBe(Infinity)
  expect(tokenBucket(0, 0).waitMs(1, 0)).toBe(Infinity)
  expect(fixedWindow(10).waitMs(11, 0)).toBe(Infinity)
})

test('a window is full again at the turn of the minute, and not before', () => {
  const window = fixedWindow(3)
  window.take(3, 60_000 + 45_000)
  expect(window.waitMs(1, 60_000 + 50_000)).toBe(10_000)
  expect(window.level(60_000 + 59_999)).toEqual({ limit: 3, remaining: 0, fullInMs: 1 })
  expect(window.level(120_000)).toEqual({ limit: 3, remaining: 3, fullInMs: 0 })
})
