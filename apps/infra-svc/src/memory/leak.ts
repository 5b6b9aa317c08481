import type { UsagePoint } from '../usage/usage.ts'
import { theilSen, type Point, type Slope } from './theil-sen.ts'

/** What the memory of one container did, from run to run. */
export interface MemoryRun {
  readonly startedAt: Date
  readonly points: readonly Pick<UsagePoint, 'at' | 'cpuMean' | 'memoryMin'>[]
}

export type LeakVerdict =
  | {
      readonly is: 'leak'
      /** Bytes an hour, and the least and most that it may be with 95 % confidence. */
      readonly perHour: number
      readonly leastPerHour: number
      readonly mostPerHour: number
      /** How long it was watched without a restart, ms. */
      readonly watchedMs: number
      /** Runs of the container that grew alike, this one among them. */
      readonly runsAlike: number
    }
  | { readonly is: 'none'; readonly why: string }
  | { readonly is: 'unknown'; readonly why: string }

const floorMs = 600_000
/** A process fills its caches first. */
const warmUpMs = 1_200_000
const watchedAtLeastMs = 2 * 3_600_000
const hourMs = 3_600_000
/** Growth over what was watched that is worth telling, as a share of what it held at first. */
const leastGrowth = 0.05

const stillGrows = 'it grew, and whether it still does cannot be told yet'

/** Whether a container leaks: the floor of its memory, what is left when rubbish was collected, grows surely in its last
 *  run, still does in the second half, and not because it does more. A restart begins a run of its own, so that what it
 *  gives back is no fall, and what it takes at its start no growth.
 *  @param runs of one container, the earliest first. */
export function judgeLeak(runs: readonly MemoryRun[]): LeakVerdict {
  const last = runs.at(-1)
  const floors = last ? floorsOf(last) : []
  const watchedMs = floors.length < 2 ? 0 : (floors.at(-1)!.x - floors[0]!.x) * hourMs
  const slope = theilSen(floors)
  if (last === undefined || slope === null || watchedMs < watchedAtLeastMs)
    return {
      is: 'unknown',
      why: `it has run for ${hours(watchedMs)} since its start and warm-up; it takes ${hours(watchedAtLeastMs)}`,
    }
  const least = leastGrowth * Math.max(1, floors[0]!.y)
  const grownBy = (perHour: number): number => perHour * (watchedMs / hourMs)
  if (grownBy(slope.slope) < least) return { is: 'none', why: 'the floor of its memory does not grow' }
  const second = floors.slice(Math.floor(floors.length / 2))
  const late = theilSen(second)
  if (late === null) return { is: 'unknown', why: stillGrows }
  if (late.upper < slope.slope / 2 || isLevel(second, slope))
    return { is: 'none', why: 'it grew at first, and no longer does' }
  if (grownBy(slope.lower) < least) return { is: 'unknown', why: 'it grew, and whether by chance cannot be told yet' }
  if (late.lower <= 0) return { is: 'unknown', why: stillGrows }
  if (doesMore(last)) return { is: 'unknown', why: 'it grows while it does more: its CPU grows alike' }
  return {
    ...{ is: 'leak', perHour: slope.slope, leastPerHour: slope.lower, mostPerHour: slope.upper, watchedMs },
    runsAlike: 1 + runs.slice(0, -1).filter((run) => growsLike(run, slope)).length,
  }
}

/** The least memory of each ten minutes after the warm-up: hours against bytes. */
function floorsOf({ startedAt, points }: MemoryRun): readonly Point[] {
  const floors = new Map<number, number>()
  for (const { at, memoryMin } of points) {
    if (at.getTime() < startedAt.getTime() + warmUpMs) continue
    const window = Math.floor(at.getTime() / floorMs)
    floors.set(window, Math.min(floors.get(window) ?? Infinity, memoryMin))
  }
  return [...floors].toSorted(([a], [b]) => a - b).map(([window, y]) => ({ x: (window * floorMs) / hourMs, y }))
}

/** Whether all of these lie closer together than half of that growth would have carried them apart. */
function isLevel(floors: readonly Point[], { slope }: Slope): boolean {
  const held = floors.map(({ y }) => y)
  return Math.max(...held) - Math.min(...held) < (slope / 2) * (floors.at(-1)!.x - floors[0]!.x)
}

function doesMore({ startedAt, points }: MemoryRun): boolean {
  const warm = points.filter(({ at }) => at.getTime() >= startedAt.getTime() + warmUpMs)
  const cpu = theilSen(warm.map(({ at, cpuMean }) => ({ x: at.getTime() / hourMs, y: cpuMean })))
  // What bounds nothing does not say that it does no more.
  if (cpu === null || (Number.isFinite(cpu.lower) && cpu.lower <= 0)) return false
  const hoursWatched = (warm.at(-1)!.at.getTime() - warm[0]!.at.getTime()) / hourMs
  const mean = warm.reduce((sum, { cpuMean }) => sum + cpuMean, 0) / warm.length
  return mean > 0.01 && cpu.slope * hoursWatched > 0.2 * mean
}

function growsLike(run: MemoryRun, { slope }: Slope): boolean {
  const other = theilSen(floorsOf(run))
  return other !== null && other.lower > 0 && other.slope > slope / 3 && other.slope < slope * 3
}

const hours = (ms: number): string => `${Number((ms / hourMs).toFixed(1))} h`
