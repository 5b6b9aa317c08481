import { seededRandom } from '../quality/testing/seeded-random.ts'
import { exhaustionMs, type Sample } from './forecast.ts'

const perMinute = 6_000

/** A bucket that fills all the time, drained by requests that come at random, `rate` a second; seen once a second. */
function drained(rate: number, random: () => number): { readonly samples: Sample[]; readonly emptyAtMs: number } {
  const samples: Sample[] = []
  let remaining = perMinute
  for (let second = 0; ; second++) {
    for (let slot = 0; slot < 1_000; slot++) if (random() < rate / 1_000) remaining -= 1
    remaining = Math.min(perMinute, remaining + perMinute / 60)
    if (remaining <= 0) return { samples, emptyAtMs: second * 1_000 }
    samples.push({ atMs: second * 1_000, remaining })
  }
}

test('the end of a limit is foreseen within a tenth of the time that is left, halfway to it', () => {
  const random = seededRandom(3)
  const errors = Array.from({ length: 60 }, () => {
    const { samples, emptyAtMs } = drained(130 + random() * 250, random)
    const seen = samples.slice(Math.max(0, (samples.length >> 1) - 60), samples.length >> 1)
    const nowMs = seen.at(-1)!.atMs
    const foreseen = exhaustionMs(seen, nowMs)!
    return Math.abs(foreseen - (emptyAtMs - nowMs)) / (emptyAtMs - nowMs)
  }).sort((a, b) => a - b)
  expect(errors[Math.floor(0.9 * errors.length)]).toBeLessThan(0.1)
})

test('what does not fall, or was hardly seen, has no end', () => {
  const flat = Array.from({ length: 60 }, (_, i) => ({ atMs: i * 1_000, remaining: 500 }))
  expect(exhaustionMs(flat, 60_000)).toBeNull()
  expect(
    exhaustionMs(
      flat.map(({ atMs }) => ({ atMs, remaining: 500 + atMs / 100 })),
      60_000,
    ),
  ).toBeNull()
  const falling = flat.map(({ atMs }) => ({ atMs, remaining: 500 - atMs / 1_000 }))
  expect(exhaustionMs(falling.slice(0, 4), 4_000)).toBeNull()
  expect(exhaustionMs([], 0)).toBeNull()
  expect(exhaustionMs(falling, 59_000)).toBeCloseTo(441_000, -3)
})

test('a window that is full again before it is used up has no end', () => {
  const falling = Array.from({ length: 20 }, (_, i) => ({ atMs: i * 1_000, remaining: 1_000 - 10 * i }))
  expect(exhaustionMs(falling, 19_000, 60_000)).toBeNull()
  expect(exhaustionMs(falling, 19_000, 600_000)).not.toBeNull()
})

test('after a window began anew, what was before it counts no more', () => {
  const before = Array.from({ length: 30 }, (_, i) => ({ atMs: i * 1_000, remaining: 1_000 - 30 * i }))
  const after = Array.from({ length: 30 }, (_, i) => ({ atMs: (30 + i) * 1_000, remaining: 1_000 - i }))
  expect(exhaustionMs([...before, ...after], 59_000)).toBeCloseTo(971_000, -3)
})
