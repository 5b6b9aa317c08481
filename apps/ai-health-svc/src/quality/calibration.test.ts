import fc from 'fast-check'
import { percentile, percentileOfScore, probabilities, scoreOfPercentile } from './calibration.ts'
import { reference } from './reference.ts'

it('makes 0.7 of the 5th percentile of genuine text, 0.9 of its median', () => {
  expect(scoreOfPercentile(0.05)).toBeCloseTo(0.7, 9)
  expect(scoreOfPercentile(0.5)).toBeCloseTo(0.9, 9)
  expect(scoreOfPercentile(0)).toBe(0)
  expect(scoreOfPercentile(1)).toBe(1)
})

it('finds the quantiles that the calibration wrote, and stays within 0 and 1 beyond them', () => {
  const { relevance } = reference.quantiles
  expect(relevance.map((value) => percentile('relevance', value))).toEqual(
    probabilities.map((probability) => expect.closeTo(probability, 9) as number),
  )
  expect(percentile('relevance', -1)).toBe(0)
  expect(percentile('relevance', 1)).toBe(0.999)
})

it('never gives a better measure a lower score, and comes back from the score to the share', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (value, more) => {
        expect(percentile('topicFlow', value + more)).toBeGreaterThanOrEqual(percentile('topicFlow', value))
        expect(percentileOfScore(scoreOfPercentile(more))).toBeCloseTo(more, 9)
      },
    ),
  )
})
