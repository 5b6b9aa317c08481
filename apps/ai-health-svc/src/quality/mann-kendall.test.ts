import fc from 'fast-check'
import { mannKendall } from './mann-kendall.ts'
import { seededRandom } from './testing/seeded-random.ts'

/** Of values that are enough. */
const trendOf = (values: readonly number[]) => mannKendall(values)!

it('finds the direction and the slope of a line', () => {
  expect(trendOf([1, 3, 5, 7, 9, 11, 13, 15])).toMatchObject({ direction: 'rising', slope: 2 })
  expect(trendOf([8, 7.5, 7, 6.5, 6, 5.5, 5, 4.5, 4])).toMatchObject({ direction: 'falling', slope: -0.5 })
})

it('agrees with a calculation by hand, ties included', () => {
  // 23 pairs rise, 1 falls, ties of 2 and 3: variance (8*7*21 - 2*1*9 - 3*2*11) / 18 = 60.667; z = 21 / 7.789 = 2.696.
  const { pValue, direction } = trendOf([1, 2, 2, 4, 3, 5, 5, 5])
  expect(pValue).toBeCloseTo(0.007015, 5)
  expect(direction).toBe('rising')
})

it('says nothing of fewer than eight values, or of values that are all the same', () => {
  expect(mannKendall([])).toBeNull()
  expect(mannKendall([1, 2, 3, 4, 5, 6, 7])).toBeNull()
  expect(trendOf(Array(50).fill(3) as number[])).toMatchObject({ direction: 'stable', slope: 0 })
})

it('takes the median of the slopes of all pairs', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 8, maxLength: 30 }), (values) => {
      const slopes = values.flatMap((later, j) => values.slice(0, j).map((earlier, i) => (later - earlier) / (j - i)))
      const sorted = slopes.sort((one, other) => one - other)
      const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!]
      expect(trendOf(values).slope).toBeCloseTo((low + high) / 2, 9)
    }),
  )
})

it('is not led astray by one outlier', () => {
  expect(trendOf([1, 2, 3, 4, 5, 6, 7, 8, 9, -1_000])).toMatchObject({ direction: 'rising', slope: 1 })
})

it('takes noise for a trend in about one of twenty series', () => {
  const random = seededRandom(1)
  const series = Array.from({ length: 1_000 }, () => Array.from({ length: 40 }, random))
  const trends = series.filter((values) => trendOf(values).direction !== 'stable').length
  expect(trends).toBeGreaterThan(25)
  expect(trends).toBeLessThan(75)
})

it('sees the mirror image in a series read backwards', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 8, maxLength: 40 }), (values) => {
      const forwards = trendOf(values)
      const backwards = trendOf(values.toReversed())
      expect(backwards.pValue).toBeCloseTo(forwards.pValue, 9)
      expect(backwards.slope + forwards.slope).toBeCloseTo(0, 9)
    }),
  )
})
