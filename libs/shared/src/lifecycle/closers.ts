/** Stops one part of a process within `deadlineMs`. */
export type Close = (deadlineMs: number) => Promise<void>

/** Thrown to a start that goes on although its process was told to stop. */
export class StartAbandoned extends Error {
  override readonly name = 'StartAbandoned'
}

const leastMs = 200

/** What has been opened, to be closed in the opposite order within one deadline for all: each part may use half of the time
 *  that is left, so that none takes it from the others. */
export class Closers {
  readonly #monotonicMs: () => number
  readonly #open: Close[] = []
  #endMs: number | null = null

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  get isClosing(): boolean {
    return this.#endMs !== null
  }

  /** Adds a part that was just opened. Once closing has begun it is closed at once.
   *  @throws StartAbandoned then, so that nothing further is opened. */
  async add(close: Close): Promise<void> {
    this.#open.push(close)
    if (this.#endMs === null) return
    await this.#closeWhatIsOpen()
    throw new StartAbandoned('the process was told to stop while it was starting')
  }

  /** Closes everything; a part that fails to close does not keep the others open.
   *  @throws AggregateError with what failed. */
  async closeAll(deadlineMs: number): Promise<void> {
    this.#endMs ??= this.#monotonicMs() + deadlineMs
    await this.#closeWhatIsOpen()
  }

  async #closeWhatIsOpen(): Promise<void> {
    const failures: unknown[] = []
    for (let close = this.#open.pop(); close !== undefined; close = this.#open.pop()) {
      const leftMs = this.#endMs! - this.#monotonicMs()
      await close(Math.max(leastMs, leftMs / 2)).catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw new AggregateError(failures, 'a part of the process did not close')
  }
}
