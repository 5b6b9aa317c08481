import type { Sample } from './engine.ts'
import { trendsIn } from './trend.ts'

const dayMs = 86_400_000
const sample: Sample = { kind: 'postgres' }
const trendOfSizes = (...sizes: readonly (readonly [number, number])[]) => {
  const left = sizes.map(([, value]) => value)
  const points = sizes.map(([day]) => ({ at: new Date(day * dayMs), sample }))
  return trendsIn(points, () => [{ what: 'size', unit: 'bytes', value: left.shift()! }])[0]!
}

test('what grows evenly grows by that in a day, and one that jumps up and down by the line between', () => {
  expect(trendOfSizes([0, 100], [1, 110], [3, 130])).toMatchObject({
    first: 100,
    now: 130,
    least: 100,
    most: 130,
    perDay: 10,
  })
  expect(trendOfSizes([0, 100], [1, 500], [2, 100])).toMatchObject({ most: 500, perDay: 0 })
  expect(trendOfSizes([0, 300], [2, 100]).perDay).toBe(-100)
})

test('of less than 6 h no growth is told', () => {
  expect(trendOfSizes([0, 100], [0.2, 900]).perDay).toBeNull()
  expect(trendOfSizes([0, 100]).perDay).toBeNull()
})
