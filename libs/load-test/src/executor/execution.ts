/** What an executor needs to run the iterations of its scenario in one thread. */
export interface Execution {
  /** This thread's number, from 0, and how many there are. */
  readonly worker: number
  readonly workers: number
  /** ms since the scenario's start. */
  readonly elapsedMs: () => number
  /** When the scenario began, on `performance.now()`. */
  readonly startedAt: number
  /** Aborts when nothing more is to begin: the test was aborted, or its limits are reached. */
  readonly stopped: AbortSignal
  /** Waits until shortly before or after a time on `performance.now()`, more exactly than a timer. */
  wakeAt(at: number): Promise<void>
  /** Runs one iteration to its end. Never fails. */
  run(vu: number, index: number, intendedAt: number | null): Promise<void>
  /** Counts an iteration that could not begin. */
  dropped(): void
  /** Tells how many virtual users there are now. */
  vus(count: number): void
}

/** Waits, or until nothing more is to begin. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}
