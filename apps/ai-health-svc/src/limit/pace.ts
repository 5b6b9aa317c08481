import type { Clock } from '@akashic/shared/clock'

interface Cap {
  readonly perSecond: number
  readonly sinceMs: number
}

const observedSeconds = 10
const leastPerSecond = 0.5
/** By so much a second a cap grows again, and after so long it is gone. */
const growth = 1.05
const capMs = 60_000

/** What was sent to one provider of late. */
interface Sent {
  lastMs: number
  readonly bySecond: { readonly second: number; count: number }[]
}

/** Our own rate towards each provider, halved when a provider asks us to slow down. */
export function createPace({ clock }: { readonly clock: Clock }) {
  const caps = new Map<string, Cap>()
  const sent = new Map<string, Sent>()

  return {
    /** Counts a request that goes out. */
    sent: (name: string): void => {
      const nowMs = clock.now()
      const second = Math.floor(nowMs / 1_000)
      const bySecond: Sent['bySecond'] = sent.get(name)?.bySecond ?? []
      const last = bySecond.at(-1)
      if (last?.second === second) last.count += 1
      else bySecond.push({ second, count: 1 })
      while (bySecond[0]!.second <= second - observedSeconds) bySecond.shift()
      sent.set(name, { lastMs: nowMs, bySecond })
    },
    /** The provider wants fewer requests. */
    slowDown: (name: string): void => {
      const second = Math.floor(clock.now() / 1_000)
      const counts = (sent.get(name)?.bySecond ?? []).filter((each) => each.second > second - observedSeconds)
      const perSecond = counts.reduce((sum, { count }) => sum + count, 0) / observedSeconds / 2
      caps.set(name, { perSecond: Math.max(leastPerSecond, perSecond), sinceMs: clock.now() })
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
      const lastMs = sent.get(name)?.lastMs
      return lastMs === undefined ? 0 : Math.max(0, lastMs + 1_000 / perSecond - nowMs)
    },
  }
}

export type Pace = ReturnType<typeof createPace>
