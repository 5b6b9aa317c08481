import type { Clock, Timer } from './index.ts'

interface Pending {
  readonly at: number
  readonly order: number
  readonly action: () => void
}

/** A clock that tests move by hand: `advance` runs every timer that falls due, in order of its time. */
export class FakeClock implements Clock {
  #now: number
  #order = 0
  readonly #pending = new Set<Pending>()

  constructor(start: number | string = '2026-01-01T00:00:00.000Z') {
    this.#now = typeof start === 'number' ? start : Date.parse(start)
  }

  now(): number {
    return this.#now
  }

  after(delayMs: number, action: () => void): Timer {
    const entry = { at: this.#now + Math.max(0, delayMs), order: this.#order++, action }
    this.#pending.add(entry)
    return { cancel: () => this.#pending.delete(entry) }
  }

  /** Moves time forward by `ms`, running due timers; timers that those set run too when they fall due. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const due = [...this.#pending].filter((p) => p.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0]
      if (!due) break
      this.#pending.delete(due)
      this.#now = due.at
      due.action()
    }
    this.#now = end
  }
}
