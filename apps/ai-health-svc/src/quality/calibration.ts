import { reference } from './reference.ts'

/** Where the quantiles of `reference` stand. */
export const probabilities = [0.001, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999] as const

/**
 * From the share of genuine text that is worse to the score: 0.7, the alarm of the guide, is the 5th percentile, so that
 * one genuine text in twenty is under it; the median is 0.9.
 */
const mapping = [
  [0, 0],
  [0.05, 0.7],
  [0.5, 0.9],
  [1, 1],
] as const

type Point = readonly [number, number]

function interpolated(points: readonly Point[], x: number): number {
  const above = points.findIndex(([at]) => at >= x)
  if (above === 0) return points[0]![1]
  if (above === -1) return points.at(-1)![1]
  const [x0, y0] = points[above - 1]!
  const [x1, y1] = points[above]!
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0)
}

/** The share of genuine texts with a smaller value, 0..1. */
export function percentile(measure: keyof typeof reference.quantiles, value: number): number {
  const quantiles = reference.quantiles[measure]
  if (value < quantiles[0]!) return 0
  return interpolated(
    probabilities.map((probability, at) => [quantiles[at]!, probability] as const),
    value,
  )
}

export const scoreOfPercentile = (share: number): number => interpolated(mapping, share)

const inverse = mapping.map(([share, score]) => [score, share] as const)

export const percentileOfScore = (score: number): number => interpolated(inverse, score)
