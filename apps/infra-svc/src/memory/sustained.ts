/** Memory of one container over the last minutes, bytes. */
export interface RecentMemory {
  readonly samples: number
  readonly firstAt: Date
  readonly lastAt: Date
  readonly memoryMin: number
  readonly memoryLast: number
}

export const highShare = 0.8
export const highForMs = 600_000
/** Measurements that may be missing of ten, and how old the last may be. */
const fewestSamples = 8
const slackMs = 90_000
const freshMs = 3 * 60_000
/** From the first measurement to the last, of ten minutes. */
export const watchedForMs = highForMs - slackMs

/** Whether memory was above 80 % of the limit for ten minutes, without falling below once. Null where too little was
 *  measured to say. */
export function isHigh(recent: RecentMemory, limit: number, nowMs: number): boolean | null {
  const isFresh = nowMs - recent.lastAt.getTime() <= freshMs
  if (!isFresh) return null
  if (recent.memoryMin <= limit * highShare) return false
  const watchedMs = recent.lastAt.getTime() - recent.firstAt.getTime()
  return recent.samples >= fewestSamples && watchedMs >= watchedForMs ? true : null
}
