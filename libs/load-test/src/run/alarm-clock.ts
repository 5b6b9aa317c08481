import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** Shared with the clock's thread. */
export interface AlarmMemory {
  /** How often it was asked to wake. */
  readonly asked: Int32Array
  /** How long it is to sleep. */
  readonly leftMs: Float64Array
}

interface Waiting {
  readonly at: number
  readonly ring: () => void
}

/** From when the clock's thread wakes until it is heard, at most as a rule. */
const heardAfterMs = 0.25

/** Wakes a quarter of a millisecond before a time, or later by what it takes to be heard. Timers do so to a whole one, and to
 *  look at the time again and again takes a processor, of which a busy machine then has none left when the time has come. */
export class AlarmClock {
  readonly #memory: AlarmMemory = {
    asked: new Int32Array(new SharedArrayBuffer(4)),
    leftMs: new Float64Array(new SharedArrayBuffer(8)),
  }
  #thread: Worker | null = null
  /** By when they are to be woken. */
  #waiting: readonly Waiting[] = []

  /** Starts its thread, without which it wakes nobody. */
  async start(): Promise<void> {
    const thread = new Worker(new URL('./alarm-thread.ts', import.meta.url), { workerData: this.#memory })
    this.#thread = thread
    await once(thread, 'message')
    thread.on('message', () => this.#ring())
  }

  /** @param at on `performance.now()`. */
  wakeAt(at: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = [...this.#waiting, { at, ring: resolve }].toSorted((a, b) => a.at - b.at)
      // To wake the thread takes time; what is to be sent in this turn goes first.
      setImmediate(() => this.#ask())
    })
  }

  async stop(): Promise<void> {
    await this.#thread?.terminate()
  }

  #ring(): void {
    const due = performance.now() + heardAfterMs
    const waiting = this.#waiting
    this.#waiting = waiting.filter(({ at }) => at > due)
    for (const { at, ring } of waiting) if (at <= due) ring()
    this.#ask()
  }

  #ask(): void {
    const [earliest] = this.#waiting
    if (earliest === undefined) return
    this.#memory.leftMs[0] = Math.max(0, earliest.at - heardAfterMs - performance.now())
    Atomics.add(this.#memory.asked, 0, 1)
    Atomics.notify(this.#memory.asked, 0)
  }
}
