/** What remained at an instant. */
export interface Sample {
  readonly atMs: number
  readonly remaining: number
}

const leastSamples = 5
const leastSpanMs = 5_000
/** A rise by more than this share of what had been used is a window that began anew. */
const refillShare = 0.5

/** How long what remains lasts, in milliseconds, if it goes on falling as it did; null where it does not fall, where too little
 *  was seen, or where it is full again first (`resetAtMs`, of limits that begin anew with each window).
 *  The slope is Theil and Sen's: the median of the slopes between all pairs, which single bursts do not turn. */
export function exhaustionMs(
  samples: readonly Sample[],
  nowMs: number,
  resetAtMs: number | null = null,
): number | null {
  const window = sinceRefill(samples)
  const [first, last] = [window[0], window.at(-1)]
  if (!first || !last || window.length < leastSamples || last.atMs - first.atMs < leastSpanMs) return null
  const slope = medianSlope(window)
  if (slope === null || slope >= 0) return null
  const leftMs = Math.max(0, last.remaining / -slope - (nowMs - last.atMs))
  return resetAtMs !== null && resetAtMs <= nowMs + leftMs ? null : leftMs
}

/** The samples since what remains last jumped up. */
function sinceRefill(samples: readonly Sample[]): readonly Sample[] {
  const most = Math.max(...samples.map(({ remaining }) => remaining))
  const jump = samples.findLastIndex(({ remaining }, i) => {
    const before = samples[i - 1]
    return before !== undefined && remaining - before.remaining > refillShare * Math.max(1, most - before.remaining)
  })
  return jump <= 0 ? samples : samples.slice(jump)
}

function medianSlope(samples: readonly Sample[]): number | null {
  const slopes = samples.flatMap((a, i) =>
    samples.slice(i + 1).flatMap((b) => (b.atMs > a.atMs ? [(b.remaining - a.remaining) / (b.atMs - a.atMs)] : [])),
  )
  if (slopes.length === 0) return null
  const sorted = slopes.sort((a, b) => a - b)
  return sorted[sorted.length >> 1]!
}
