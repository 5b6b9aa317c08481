/** Calls when a time has come that is moved with every request. Its timer is left as it is while the time moves on, and looks
 *  again when it fires: starting and stopping one for each request would cost more than all else about it. */
export class Deadline {
  readonly #expire: () => void
  #at = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #firesAt = Number.POSITIVE_INFINITY

  constructor(expire: () => void) {
    this.#expire = expire
  }

  /** @param at on `performance.now()`; infinite: never. */
  set(at: number): void {
    this.#at = at
    if (at < this.#firesAt) this.#arm()
  }

  #arm(): void {
    clearTimeout(this.#timer)
    this.#firesAt = this.#at
    this.#timer = setTimeout(() => this.#look(), Math.ceil(this.#at - performance.now())).unref()
  }

  #look(): void {
    this.#firesAt = Number.POSITIVE_INFINITY
    if (performance.now() >= this.#at) {
      this.#at = Number.POSITIVE_INFINITY
      this.#expire()
    } else if (this.#at < Number.POSITIVE_INFINITY) this.#arm()
  }
}
