import type { Clock } from '@akashic/shared/clock'

interface Cap {
  readonly perSecond: number
  readonly sinceMs: number
}

const observedMs = 10_000
const leastPerSecond = 0.5
/** By so much a second a cap grows again, and after so long it is gone. */
const growth = 1.05
const capMs = 60_000

/** Our own rate towards each provider, halved when a provider asks us to slow down. */
export function createPace({ clock }: { readonly clock: Clock }) {
  const caps = new Map<string, Cap>()
  const sent = new Map<string, number[]>()

  const recent = (name: string): number[] => {
    const times = sent.get(name) ?? []
    const since = clock.now() - observedMs
    while (times[0] !== undefined && times[0] < since) times.shift()
    return times
  }

  return {
    /** Counts a request that goes out. Only while there is a cap, and just before one, are the times of use. */
    sent: (name: string): void => {
      const times = recent(name)
      times.push(clock.now())
      sent.set(name, times)
    },
    /** The provider wants fewer requests. */
    slowDown: (name: string): void => {
      const perSecond = Math.max(leastPerSecond, recent(name).length / (observedMs / 1_000) / 2)
      caps.set(name, { perSecond, sinceMs: clock.now() })
    },
    /** How long to hold the next request back, in milliseconds; 0 mostly. */
    holdBackMs: (name: string): number => {
      const cap = caps.get(name)
      if (!cap) return 0
      const nowMs = clock.now()
      if (nowMs - cap.sinceMs >= capMs) {
        caps.delete(name)
        return 0
      }
      const perSecond = cap.perSecond * growth ** ((nowMs - cap.sinceMs) / 1_000)
      const last = recent(name).at(-1)
      return last === undefined ? 0 : Math.max(0, last + 1_000 / perSecond - nowMs)
    },
  }
}

export type Pace = ReturnType<typeof createPace>
