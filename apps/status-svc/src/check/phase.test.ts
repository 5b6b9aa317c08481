import fc from 'fast-check'
import { delayToNext, firstDelay, phaseOf, repeatDelay } from './phase.ts'

const interval = fc.integer({ min: 1_000, max: 3_600_000 })

test('the checks of many components are spread evenly over their interval', () => {
  const tenths = Array.from({ length: 10 }, () => 0)
  for (let i = 0; i < 10_000; i++) tenths[Math.floor(phaseOf(`c-${i}/http`, 60_000) / 6_000)]!++
  expect(Math.min(...tenths)).toBeGreaterThan(800)
  expect(Math.max(...tenths)).toBeLessThan(1_200)
})

test('a check comes to its phase within four runs, waiting neither longer than its interval nor much less', () => {
  fc.assert(
    fc.property(interval, fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(), (intervalMs, share, startMs) => {
      const phaseMs = Math.floor(share * intervalMs)
      let atMs = startMs
      for (let run = 0; run < 4; run++) {
        const delayMs = delayToNext(atMs, phaseMs, intervalMs)
        expect(delayMs).toBeLessThanOrEqual(intervalMs)
        expect(delayMs).toBeGreaterThanOrEqual(0.6 * intervalMs)
        atMs += delayMs
      }
      const offsetMs = atMs - phaseMs
      expect(Math.abs(offsetMs - Math.round(offsetMs / intervalMs) * intervalMs)).toBeLessThanOrEqual(10.001)
    }),
  )
})

test('a check keeps its rhythm although the clock tells whole milliseconds', () => {
  fc.assert(
    fc.property(
      interval,
      fc.double({ min: 0, max: 1_000, noNaN: true }),
      fc.infiniteStream(fc.nat(5_000)),
      (ms, at, late) => {
        for (let run = 0; run < 20; run++) {
          const latenessMs = late.next().value! / 1_000
          const toldMs = Math.floor(at + latenessMs) - latenessMs
          const delayMs = delayToNext(toldMs, 500, ms)
          if (run >= 4) expect(Math.abs(delayMs - ms)).toBeLessThanOrEqual(10)
          at += delayMs
        }
      },
    ),
  )
})

test('after a contrary result a check repeats in a tenth of its interval, at the soonest in a second', () => {
  expect(repeatDelay(60_000)).toBe(6_000)
  expect(repeatDelay(5_000)).toBe(1_000)
  expect(repeatDelay(500)).toBe(500)
})

test('few checks start at once, many fill their interval and no more', () => {
  expect(firstDelay(59_999, 60_000, 10)).toBeLessThan(50)
  expect(firstDelay(59_999, 60_000, 10_000)).toBeGreaterThan(45_000)
  expect(firstDelay(59_999, 60_000, 1_000_000)).toBeLessThan(60_000)
})
