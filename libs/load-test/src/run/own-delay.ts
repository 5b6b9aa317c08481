import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How late this thread came to its work, ms: by so much may what it measured be too long. */
export interface OwnDelay {
  readonly p99Ms: number
  readonly maxMs: number
}

const resolutionMs = 10

/** Begins to watch; call the result for what was seen until then. */
export function watchOwnDelay(): () => OwnDelay {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  // It measures the distance of ticks, of which the resolution is as it should be.
  const late = (ns: number): number => Math.max(0, ns / 1e6 - resolutionMs)
  return () => ({ p99Ms: late(histogram.percentile(99)), maxMs: late(histogram.max) })
}
