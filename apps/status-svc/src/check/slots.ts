export interface SlotLimits {
  readonly maxConcurrent: number
  readonly maxPerHost: number
}

interface HostSlots {
  running: number
  readonly waiting: Waiting[]
}

interface Waiting {
  readonly host: string
  /** Begins the work; false when it is no longer wanted, so that its slot goes to the next. */
  readonly start: () => boolean
}

/** Limits how much runs at once, in all and for each host. What has to wait starts in the order it came, except that a host
 *  at its limit holds nobody else back. */
export class Slots {
  readonly #limits: () => SlotLimits
  readonly #hosts = new Map<string, HostSlots>()
  readonly #ready: Waiting[] = []
  #running = 0

  constructor(limits: () => SlotLimits) {
    this.#limits = limits
  }

  get running(): number {
    return this.#running
  }

  /** Runs `start` now or when a slot is free. Each start that answers true is followed by one `release`. */
  request(host: string, start: () => boolean): void {
    this.#ready.push({ host, start })
    this.#drain()
  }

  release(host: string): void {
    const slots = this.#hosts.get(host)!
    this.#running--
    slots.running--
    const next = slots.waiting.shift()
    if (next) this.#ready.push(next)
    else if (slots.running === 0) this.#hosts.delete(host)
    this.#drain()
  }

  #drain(): void {
    const { maxConcurrent, maxPerHost } = this.#limits()
    while (this.#running < maxConcurrent) {
      const next = this.#ready.shift()
      if (!next) return
      const slots = this.#slotsOf(next.host)
      if (slots.running >= maxPerHost) slots.waiting.push(next)
      else this.#begin(next, slots)
    }
  }

  #begin(next: Waiting, slots: HostSlots): void {
    this.#running++
    slots.running++
    if (next.start()) return
    this.#running--
    slots.running--
    const waiting = slots.waiting.shift()
    if (waiting) this.#ready.push(waiting)
    else if (slots.running === 0) this.#hosts.delete(next.host)
  }

  #slotsOf(host: string): HostSlots {
    let slots = this.#hosts.get(host)
    if (!slots) this.#hosts.set(host, (slots = { running: 0, waiting: [] }))
    return slots
  }
}
