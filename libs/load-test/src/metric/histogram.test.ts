import fc from 'fast-check'
import { LatencyHistogram } from './histogram.ts'

const latencies = fc.array(fc.double({ min: 0.001, max: 3_600_000, noNaN: true }), { minLength: 1, maxLength: 200 })
const histogramOf = (values: readonly number[]): LatencyHistogram => {
  const histogram = new LatencyHistogram()
  for (const value of values) histogram.record(value)
  return histogram
}
const percentiles = [0, 1, 50, 90, 99, 99.9, 100]
const told = (histogram: LatencyHistogram) => ({
  ...{ count: histogram.count, averageMs: histogram.averageMs },
  percentiles: percentiles.map((percentile) => histogram.percentileMs(percentile)),
})

test('a percentile is that of the sorted values, of which no more than a thousandth and half a microsecond is lost', () => {
  fc.assert(
    fc.property(latencies, fc.constantFrom(...percentiles), (values, percentile) => {
      const sorted = values.toSorted((a, b) => a - b)
      const exact = sorted[Math.max(1, Math.ceil((percentile * values.length) / 100)) - 1]!
      const measured = histogramOf(values).percentileMs(percentile)
      expect(Math.abs(measured - exact)).toBeLessThanOrEqual(exact / 1_000 + 0.000_501)
    }),
  )
})

test('values of several threads come to the same as in one', () => {
  fc.assert(
    fc.property(latencies, latencies, (some, others) => {
      const sum = histogramOf(some)
      sum.add(LatencyHistogram.decode(structuredClone(histogramOf(others).encode())))
      const { averageMs, ...rest } = told(histogramOf([...some, ...others]))
      expect(told(sum)).toEqual({ ...rest, averageMs: expect.closeTo(averageMs, 5) })
    }),
  )
})

test('a histogram that was emptied is as a new one, also for values below those that it had', () => {
  const used = histogramOf([5, 60_000])
  used.reset()
  expect(told(used)).toEqual(told(new LatencyHistogram()))
  used.record(1)
  expect(told(used)).toEqual(told(histogramOf([1])))
})

test('what lasts longer than an hour counts as an hour', () => {
  expect(histogramOf([7_200_000]).percentileMs(50) / 3_600_000).toBeCloseTo(1, 3)
})
