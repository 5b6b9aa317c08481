/** Lets a loop sleep until something happens. What happens while it is awake cuts its next sleep short. */
export interface WakeUp {
  readonly wake: () => void
  /** Resolves after `ms`, at the next `wake`, or when `signal` aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>
}

export function createWakeUp(): WakeUp {
  let isDue = false
  let stir = () => {}
  return {
    wake: () => {
      isDue = true
      stir()
    },
    sleep: async (ms, signal) => {
      if (!isDue && !signal?.aborted) {
        await new Promise<void>((resolve) => {
          const end = () => {
            clearTimeout(timer)
            signal?.removeEventListener('abort', end)
            stir = () => {}
            resolve()
          }
          const timer = setTimeout(end, ms)
          timer.unref()
          signal?.addEventListener('abort', end)
          stir = end
        })
      }
      isDue = false
    },
  }
}

/** Waits `ms`, or until `signal` aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await createWakeUp().sleep(ms, signal)
}

/** A delay that doubles with each attempt from `firstMs` up to `longestMs`, with jitter. `attempt` begins at 0. */
export function backoffMs(attempt: number, firstMs: number, longestMs: number, random: () => number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 30)) * (0.5 + random() / 2)
}
