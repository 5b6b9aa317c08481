/** Domain time. Liveness time (leases, heartbeats) is the database's own clock and never this one. */
export interface Clock {
  /** The present instant, in milliseconds since the Unix epoch. */
  now(): number
  /** Runs `action` once after `delayMs`; the handle cancels it. The timer never keeps the process alive. */
  after(delayMs: number, action: () => void): Timer
}

export interface Timer {
  cancel(): void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, action) {
    const handle = setTimeout(action, Math.max(0, delayMs))
    handle.unref()
    return { cancel: () => clearTimeout(handle) }
  },
}

export { FakeClock } from './fake-clock.ts'
