const minuteMs = 60_000

/** How much of a limit is there at an instant. */
export interface Level {
  readonly limit: number
  /** Whole units. */
  readonly remaining: number
  /** How long until all of it is there again. */
  readonly fullInMs: number
}

/** A limit on what may be used in a minute. */
export interface Bucket {
  /** How long until `cost` fits; 0 is now, and Infinity never, as it is more than the limit. */
  waitMs(cost: number, now: number): number
  take(cost: number, now: number): void
  level(now: number): Level
}

/** A bucket that fills continuously, by its limit in a minute. It counts in units of 1/60,000, so that a millisecond adds a
 *  whole number of them and no fraction is lost. */
export function tokenBucket(limit: number, start: number): Bucket {
  const capacity = limit * minuteMs
  let units = capacity
  let at = start
  const fill = (now: number): void => {
    units = Math.min(capacity, units + Math.max(0, now - at) * limit)
    at = Math.max(at, now)
  }
  return {
    waitMs(cost, now) {
      fill(now)
      if (cost > limit) return Infinity
      return Math.max(0, Math.ceil((cost * minuteMs - units) / limit))
    },
    take(cost, now) {
      fill(now)
      units -= cost * minuteMs
    },
    level(now) {
      fill(now)
      return {
        limit,
        remaining: Math.floor(units / minuteMs),
        fullInMs: limit === 0 ? 0 : Math.ceil((capacity - units) / limit),
      }
    },
  }
}

/** A bucket that is full again at the beginning of each minute, and does not fill in between. */
export function fixedWindow(limit: number): Bucket {
  let minute = -1
  let used = 0
  const turn = (now: number): void => {
    const current = Math.floor(now / minuteMs)
    if (current !== minute) used = 0
    minute = current
  }
  const endsInMs = (now: number): number => minuteMs - (now % minuteMs)
  return {
    waitMs(cost, now) {
      turn(now)
      if (cost > limit) return Infinity
      return used + cost <= limit ? 0 : endsInMs(now)
    },
    take(cost, now) {
      turn(now)
      used += cost
    },
    level(now) {
      turn(now)
      return { limit, remaining: limit - used, fullInMs: used === 0 ? 0 : endsInMs(now) }
    },
  }
}
