export interface MannKendallTrend {
  readonly direction: 'rising' | 'falling' | 'stable'
  /** Sen's slope: the median change from one response to the next. */
  readonly slope: number
  /** Two-sided. */
  readonly pValue: number
}

/** Fewer values say nothing: the normal approximation needs about this many. */
const fewestValues = 8
const significance = 0.05

/** Whether values rise or fall over time (Mann 1945, Kendall 1975, with the correction for ties), and how steeply; null of fewer
 *  than eight. */
export function mannKendall(values: readonly number[]): MannKendallTrend | null {
  if (values.length < fewestValues) return null
  const { concordance, slopes } = pairsOf(values)
  const variance = varianceWithTies(values)
  // The continuity correction moves the sum by one towards zero.
  const z = variance === 0 ? 0 : (concordance - Math.sign(concordance)) / Math.sqrt(variance)
  const pValue = 2 * (1 - standardNormal(Math.abs(z)))
  const isTrend = pValue < significance
  return { direction: !isTrend ? 'stable' : z > 0 ? 'rising' : 'falling', slope: median(slopes), pValue }
}

function pairsOf(values: readonly number[]): { readonly concordance: number; readonly slopes: Float64Array } {
  const slopes = new Float64Array((values.length * (values.length - 1)) / 2)
  let concordance = 0
  let pair = 0
  for (let later = 1; later < values.length; later += 1) {
    for (let earlier = 0; earlier < later; earlier += 1) {
      const change = values[later]! - values[earlier]!
      concordance += Math.sign(change)
      slopes[pair++] = change / (later - earlier)
    }
  }
  return { concordance, slopes }
}

function varianceWithTies(values: readonly number[]): number {
  const groups = new Map<number, number>()
  for (const value of values) groups.set(value, (groups.get(value) ?? 0) + 1)
  const spread = (count: number): number => count * (count - 1) * (2 * count + 5)
  const ties = [...groups.values()].reduce((sum, size) => sum + spread(size), 0)
  return (spread(values.length) - ties) / 18
}

function median(values: Float64Array): number {
  const middle = values.length >> 1
  const upper = selected(values, middle)
  return values.length % 2 === 1 ? upper : (values.subarray(0, middle).reduce((a, b) => Math.max(a, b)) + upper) / 2
}

/** The value at a place of the order (Hoare's quickselect: a thousand responses have half a million slopes); what is smaller
 *  comes to lie before it. */
function selected(values: Float64Array, place: number): number {
  let first = 0
  let last = values.length - 1
  while (first < last) {
    const pivot = values[(first + last) >> 1]!
    let low = first
    let high = last
    while (low <= high) {
      while (values[low]! < pivot) low += 1
      while (values[high]! > pivot) high -= 1
      if (low > high) break
      ;[values[low], values[high]] = [values[high]!, values[low]!]
      low += 1
      high -= 1
    }
    if (place <= high) last = high
    else if (place >= low) first = low
    else break
  }
  return values[place]!
}

/** The share of a standard normal below z (Abramowitz and Stegun 26.2.17, off by at most 7.5e-8). */
function standardNormal(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail
}
