import { quantity, type Container } from '@akashic/kubernetes'
import { judgeLeak, type LeakVerdict } from '../../memory/leak.ts'
import { isHigh, watchedForMs } from '../../memory/sustained.ts'
import type { ContainerRun, UsagePoint } from '../../usage/usage.ts'
import type { Span } from '../measures.ts'
import type { MemoryVerdict } from './resource-reading.ts'

/** Ten minutes, and two measurements more, as one that is missing must not leave it unsure. */
const recentMs = 720_000
const freshMs = 300_000
const hourMs = 3_600_000

/** What one container of a pod used. */
export interface PodUse {
  readonly pod: string
  /** Cores over the window; null where none was measured in it. */
  readonly cpu: number | null
  /** Bytes; null where the last measurement is older than five minutes. */
  readonly memory: number | null
  readonly runs: readonly ContainerRun[]
}

/** @param runs of one container of one pod, the earliest first. */
export function podUse(pod: string, runs: readonly ContainerRun[], window: Span): PodUse {
  const last = runs.at(-1)?.points.at(-1)
  const isFresh = last !== undefined && window.toMs - last.at.getTime() <= freshMs
  return {
    ...{ pod, runs, cpu: meanOf(runs, window, ({ cpuMean }) => cpuMean) },
    memory: isFresh ? last.memoryMean : null,
  }
}

/** The mean of all that was measured within a span; null of nothing. */
export function meanOf(
  runs: readonly ContainerRun[],
  { fromMs, toMs }: Span,
  valueOf: (point: UsagePoint) => number,
): number | null {
  const points = runs.flatMap(({ points: all }) =>
    all.filter(({ at }) => at.getTime() >= fromMs && at.getTime() <= toMs),
  )
  const samples = points.reduce((sum, point) => sum + point.samples, 0)
  return samples === 0 ? null : points.reduce((sum, point) => sum + valueOf(point) * point.samples, 0) / samples
}

/** The one that uses most; null where it is known of none. */
export const mostOf = (uses: readonly PodUse[], of: 'cpu' | 'memory'): PodUse | null =>
  uses.filter((use) => use[of] !== null).toSorted((a, b) => b[of]! - a[of]!)[0] ?? null

/** Whether the memory of a container is high, and whether it leaks: of the pod that uses most among those where it is high,
 *  or among all where it is in none. */
export function memoryVerdict(uses: readonly PodUse[], limit: number | null, nowMs: number): MemoryVerdict {
  const verdicts = uses.map((use) => isPodHigh(use, limit, nowMs))
  const high = uses.filter((_, at) => verdicts[at] === true)
  const about = mostOf(high, 'memory') ?? mostOf(uses, 'memory')
  const none: LeakVerdict = { is: 'unknown', why: 'it was not measured' }
  const leak = about === null ? none : judgeLeak(about.runs)
  const used = about?.memory ?? null
  return {
    ...{ pod: about?.pod ?? null, used, leak },
    isHigh: high.length > 0 ? true : verdicts.length === 0 || verdicts.includes(null) ? null : false,
    fullInMs:
      leak.is === 'leak' && limit !== null && used !== null
        ? Math.max(0, ((limit - used) / leak.perHour) * hourMs)
        : null,
  }
}

export function isPodHigh({ runs }: PodUse, limit: number | null, nowMs: number): boolean | null {
  const recent = lastTenMinutes(runs.at(-1)?.points.filter(({ at }) => at.getTime() > nowMs - recentMs) ?? [])
  const [first, last] = [recent[0], recent.at(-1)]
  if (limit === null || first === undefined || last === undefined) return null
  const memoryMin = Math.min(...recent.map((point) => point.memoryMin))
  return isHigh(
    { samples: recent.length, firstAt: first.at, lastAt: last.at, memoryMin, memoryLast: last.memoryMean },
    limit,
    nowMs,
  )
}

/** No more of the last measurements than it takes to have watched for ten minutes; all where they are too few. */
function lastTenMinutes(points: readonly UsagePoint[]): readonly UsagePoint[] {
  const lastMs = points.at(-1)?.at.getTime() ?? 0
  const from = points.findLastIndex(({ at }) => at.getTime() <= lastMs - watchedForMs)
  return points.slice(Math.max(0, from))
}

/** Requests and limits in cores and bytes; null where the manifest has none. */
export const askedBy = ({ requests, limits }: Container, resource: 'cpu' | 'memory') => ({
  request: quantity(requests[resource]),
  limit: quantity(limits[resource]),
})
