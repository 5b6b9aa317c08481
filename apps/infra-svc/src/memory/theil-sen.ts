/** A measurement at an instant, in any units. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** How fast y grows with x, and between which slopes the true one lies with 95 % confidence; infinite where the points do not
 *  bound it. */
export interface Slope {
  readonly slope: number
  readonly lower: number
  readonly upper: number
}

const z95 = 1.959964
const mostPoints = 300
/** What follows on itself more than this says too little to be sure of anything. */
const mostCorrelated = 0.98
/** Of what is measured; less than this beside the line is how numbers are rounded. */
const rounding = 1e-9

/** The slope of Theil and Sen: the median of the slopes between all pairs. A few wild measurements do not move it. The
 *  interval is Sen's (1968), by Kendall's variance, made wider where what is left beside the line follows on itself, as the
 *  memory of a process does. Null of fewer than ten points, or of points at one x.
 *  @param points in order of x; of more than 300 every n-th counts. */
export function theilSen(points: readonly Point[]): Slope | null {
  const step = Math.ceil(points.length / mostPoints)
  const kept = points.filter((_, at) => at % step === 0)
  const slopes = pairSlopes(kept)
  const n = kept.length
  if (n < 10 || slopes.length === 0) return null
  const slope = middle(slopes)
  const follows = Math.min(mostCorrelated, correlation(kept, slope))
  const variance = ((n * (n - 1) * (2 * n + 5)) / 18) * ((1 + follows) / (1 - follows))
  const reach = z95 * Math.sqrt(variance)
  return {
    slope,
    lower: slopes[Math.floor((slopes.length - reach) / 2) - 1] ?? -Infinity,
    upper: slopes[Math.ceil((slopes.length + reach) / 2)] ?? Infinity,
  }
}

function pairSlopes(points: readonly Point[]): Float64Array {
  const slopes: number[] = []
  for (let a = 0; a < points.length; a++) {
    for (let b = a + 1; b < points.length; b++) {
      const dx = points[b]!.x - points[a]!.x
      if (dx !== 0) slopes.push((points[b]!.y - points[a]!.y) / dx)
    }
  }
  return Float64Array.from(slopes).sort()
}

function middle(sorted: Float64Array): number {
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** How much what is left beside the line may follow on itself, 0 to 1: its correlation with the point before is measured too
 *  small beside a line that was fitted to it (by (2 + 4ρ) / n: Kendall 1954), and of few points badly, so that one standard
 *  error more is taken. */
function correlation(points: readonly Point[], slope: number): number {
  const n = points.length
  const left = points.map(({ x, y }) => y - slope * (x - points[0]!.x))
  const mean = left.reduce((sum, each) => sum + each, 0) / n
  let [together, alone] = [0, 0]
  for (let at = 0; at < n; at++) {
    const off = left[at]! - mean
    alone += off * off
    if (at > 0) together += off * (left[at - 1]! - mean)
  }
  const largest = Math.max(...points.map(({ y }) => Math.abs(y)))
  if (Math.sqrt(alone / n) <= rounding * largest) return 0
  const measured = Math.min(1, Math.max(0, ((n * together) / alone + 2) / (n - 4)))
  return measured + Math.sqrt((1 - measured ** 2) / n)
}
